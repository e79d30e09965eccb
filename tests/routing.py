"""Werkzeug takes every rule of every application apart and writes two functions for it. Tests make hundreds of
applications of one kind."""

from __future__ import annotations

from typing import Any

from werkzeug.routing import Rule

_KEPT = ("_parts", "_trace", "_converters")
_WRITTEN = ("_build", "_build_unknown")


def remember_rules() -> None:
    """Compile a rule once for all applications: what comes of it depends on its text and the kinds of its variables."""
    compile_, known = Rule.compile, dict[Any, tuple[dict[str, Any], dict[str, Any], set[str]]]()

    def compiled(self: Rule) -> None:
        if self.defaults or self.map is None:
            compile_(self)
            return
        kinds = tuple(self.map.converters.values())
        key = self.rule, self.subdomain, self.host, self.map.host_matching, self.merge_slashes, kinds
        if key not in known:
            compile_(self)
            kept = {name: getattr(self, name) for name in _KEPT}
            known[key] = kept, {name: getattr(self, name).__func__ for name in _WRITTEN}, set(self.arguments)
            return
        kept, written, arguments = known[key]
        self.__dict__.update(kept)
        self.__dict__.update({name: function.__get__(self, None) for name, function in written.items()})
        self.arguments |= arguments

    Rule.compile = compiled  # type: ignore[method-assign]
