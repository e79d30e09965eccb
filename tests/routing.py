"""Werkzeug takes every rule of every application apart and writes two functions for it. Tests make hundreds of
applications of one kind, and many of them answer nobody: rules are looked at where an address is first asked for, and
those that were seen before are taken as they were made then.
"""

from __future__ import annotations

import threading
from typing import Any

from flask import Flask
from werkzeug.routing import Map, Rule
from werkzeug.routing.matcher import StateMachineMatcher

_made: dict[Any, tuple[StateMachineMatcher, dict[Any, list[Rule]]]] = {}
_one_at_a_time = threading.RLock()
_add_url_rule = Flask.add_url_rule
_OF_A_VIEW = "methods", "required_methods", "provide_automatic_options"


class LateMap(Map):
    """Flask's map of an application; who looks up an address in one asks for `update` before."""

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.told: list[tuple[Flask, str, str, Any, bool | None, dict[str, Any]]] = []
        self._seen = 0

    def update(self) -> None:
        if self._seen < len(self.told):
            with _one_at_a_time:
                if self._seen < len(self.told):
                    self._look()
        super().update()

    def _look(self) -> None:
        told, kinds = self.told, tuple(self.converters.items())
        rules = [
            (rule, endpoint, automatic, repr(options), *(repr(getattr(view, name, None)) for name in _OF_A_VIEW))
            for _, rule, endpoint, view, automatic, options in told
        ]
        key = (*rules, kinds, self.host_matching)
        if key not in _made:
            self._matcher, self._rules_by_endpoint = StateMachineMatcher(self.merge_slashes), {}
            for app, rule, endpoint, view, automatic, options in told:
                _add_url_rule(app, rule, endpoint, view, automatic, **options)
            super().update()
            _made[key] = self._matcher, self._rules_by_endpoint
        self._matcher, self._rules_by_endpoint = _made[key]
        self._remap, self._seen = False, len(told)


def _tell(
    self: Flask,
    rule: str,
    endpoint: str | None = None,
    view_func: Any = None,
    provide_automatic_options: bool | None = None,
    **options: Any,
) -> None:
    """What Flask does at once, but for the rule itself."""
    self._check_setup_finished("add_url_rule")
    endpoint = endpoint or view_func.__name__
    if view_func is not None and self.view_functions.setdefault(endpoint, view_func) != view_func:
        raise AssertionError(f"View function mapping is overwriting an existing endpoint function: {endpoint}")
    assert isinstance(self.url_map, LateMap)
    self.url_map.told.append((self, rule, endpoint, view_func, provide_automatic_options, options))


def remember_rules() -> None:
    """For all applications that this process makes from now on."""
    Flask.url_map_class = LateMap
    Flask.add_url_rule = _tell  # type: ignore[method-assign]
