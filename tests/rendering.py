"""A page is written from what was asked before: a statement that runs while a template is rendered fails its test.

Lazy relationships, rows that a commit made stale and queries handed to Jinja as functions are seen alike, in every test
that makes a page, a part of one or a letter. A context processor is no template: it asks once, before the first line.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from jinja2 import Environment, Template
from sqlalchemy import event
from sqlalchemy.engine import Engine

_OF_THE_FIXTURE = "SAVEPOINT"
"""How a test's session begins again after what it took for a commit."""

_page = threading.local()
found: list[str] = []


class WatchedTemplate(Template):
    """Jinja's own, and whatever it calls is watched."""

    def render(self, *args: Any, **kwargs: Any) -> str:
        outer = getattr(_page, "is_being_written", False)
        _page.is_being_written = True
        try:
            return super().render(*args, **kwargs)
        finally:
            _page.is_being_written = outer


def _place() -> str:
    """The innermost template that is being written, and about where."""
    frame = sys._getframe()
    while frame.f_back is not None:
        frame = frame.f_back
        made = frame.f_globals
        if "blocks" in made and "debug_info" in made:  # a module that Jinja made of a template
            pairs = [pair.split("=") for pair in made["debug_info"].split("&") if pair]
            return f"{made['name']}:{max((int(line) for line, at in pairs if int(at) <= frame.f_lineno), default=1)}"
    return "a page"


def _executed(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
    if getattr(_page, "is_being_written", False) and not statement.startswith(_OF_THE_FIXTURE):
        found.append(f"{_place()}: {' '.join(statement.split())[:300]}")


def pytest_configure() -> None:
    Environment.template_class = WatchedTemplate
    event.listen(Engine, "before_cursor_execute", _executed)


@pytest.fixture(autouse=True)
def no_statements_from_templates() -> Iterator[None]:
    found.clear()
    yield
    if found:
        pytest.fail("while a template was rendered:\n" + "\n".join(dict.fromkeys(found)), pytrace=False)
