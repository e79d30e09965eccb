"""The project's own sources, as its rules read them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
PRODUCT = ("app",)
EVERYTHING_THAT_RUNS = ("app", "dev", "utilities", "benchmarks")
ENTRY_POINTS = ("worker.py", "wsgi.py")


@cache
def python_files(*folders: str) -> tuple[Path, ...]:
    """Every Python file below the folders, entry points included if the whole is asked for."""
    found = [file for folder in folders for file in (TOP / folder).rglob("*.py") if "__pycache__" not in file.parts]
    if folders == EVERYTHING_THAT_RUNS:
        found += [TOP / name for name in ENTRY_POINTS]
    return tuple(sorted(found))


@cache
def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"), filename=str(file))


def name_of(file: Path) -> str:
    return str(file.relative_to(TOP))


def imports(file: Path) -> Iterator[tuple[str, int]]:
    """(module, line) of every import anywhere in the file; relative ones begin with a dot."""
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or ""), node.lineno


def functions(file: Path) -> Iterator[tuple[str, int]]:
    """(name, lines) of every function and method, decorators left out."""
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1
