"""The map of the house, docs/map.md: every folder of `app/`, and what each of its modules is for, in its own words.

python -m dev.map [--check]
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
PAGE = TOP / "docs/map.md"
_HEAD = """# Map

Made from the first sentence of each module by `make map`; a test compares. What the floors are is told in
[architecture.md](architecture.md).
"""


def drawn() -> str:
    """The whole page."""
    return "\n".join([_HEAD, *_lines(TOP / "app")]) + "\n"


def _lines(folder: Path) -> Iterator[str]:
    modules = sorted(file for file in folder.glob("*.py") if file.name != "__init__.py")
    if modules:
        yield f"## {folder.relative_to(TOP)}/\n"
        yield from (f"- `{file.stem}`: {_purpose(file)}" for file in modules)
        yield ""
    for inner in sorted(inner for inner in folder.iterdir() if inner.is_dir() and inner.name != "__pycache__"):
        yield from _lines(inner)


def _purpose(file: Path) -> str:
    told = ast.get_docstring(ast.parse(file.read_text())) or ""
    return " ".join(told.partition("\n\n")[0].split())


def main(arguments: list[str]) -> int:
    """Write the page, or with `--check` say by the status whether it is as it should be."""
    page = drawn()
    if arguments == ["--check"]:
        return 0 if PAGE.is_file() and PAGE.read_text() == page else 1
    PAGE.write_text(page)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
