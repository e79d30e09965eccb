"""Words that the code says at one place each: alarms and audit actions, read from its source."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

APP = Path(__file__).resolve().parents[2] / "app"


def alarms() -> list[str]:
    """Every code that `raise_alarm` is called with."""
    return sorted(set(_said("raise_alarm", 0)))


def audit_actions() -> list[str]:
    """Every action that `note` of the audit is called with; what is put in at run time stands in braces."""
    return sorted({name for name in _said("note", 1) if "." in name})


def _said(function: str, position: int) -> Iterator[str]:
    """The texts that stand at `position` among the arguments of calls to `function`, constants of a module resolved."""
    for path in sorted(APP.rglob("*.py")):
        tree = ast.parse(path.read_text())
        constants = dict(_constants(tree))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _name(node.func) == function and len(node.args) > position:
                yield from _texts(node.args[position], constants)


def _constants(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for statement in tree.body:
        target = statement.targets[0] if isinstance(statement, ast.Assign) else getattr(statement, "target", None)
        value = getattr(statement, "value", None)
        if isinstance(target, ast.Name) and isinstance(value, ast.Constant) and isinstance(value.value, str):
            yield target.id, value.value


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _texts(argument: ast.expr, constants: dict[str, str]) -> Iterator[str]:
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        yield argument.value
    elif isinstance(argument, ast.Name) and argument.id in constants:
        yield constants[argument.id]
    elif isinstance(argument, ast.IfExp):
        yield from _texts(argument.body, constants)
        yield from _texts(argument.orelse, constants)
    elif isinstance(argument, ast.JoinedStr):
        parts = (part.value if isinstance(part, ast.Constant) else "{}" for part in argument.values)
        yield "".join(str(part) for part in parts)
