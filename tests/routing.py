"""Werkzeug writes a function for every rule of every application. Tests make hundreds of applications of one kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule

Builder = Callable[..., tuple[str, str]]


def remember_builders() -> None:
    """Compile what builds a rule's addresses once for all applications: it depends on the rule's text alone."""
    write = Rule._compile_builder
    known: dict[Any, Builder] = {}

    def compiled(self: Rule, append_unknown: bool = True) -> Builder:
        if self.defaults:
            return write(self, append_unknown)
        key = self.rule, tuple(self._trace), append_unknown
        if key not in known:
            known[key] = write(self, append_unknown)
        return known[key]

    Rule._compile_builder = compiled  # type: ignore[method-assign]
