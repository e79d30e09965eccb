"""What the browser tests share: the accessibility engine, and how a page fits its window."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Frame, Page

_ENGINE = Path(__file__).resolve().parent.parent / "node_modules" / "axe-core" / "axe.min.js"
LARGE_TEXT = "document.documentElement.style.fontSize = '200%'"


@cache
def _engine() -> str:
    return _ENGINE.read_text(encoding="utf-8")


def findings(page: Page | Frame, *rules: str) -> list[str]:
    """What axe finds wrong on a page or frame as it is, by these rules or by all: rule, element, why, a line each."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_engine() + "\n;0")
    found: list[dict[str, Any]] = page.evaluate(
        "async (rules) => (await axe.run(document, {resultTypes: ['violations'], elementRef: false,"
        " ...(rules.length ? {runOnly: rules} : {})})).violations",
        list(rules),
    )
    return [
        f"{rule['id']}: {' '.join(map(str, node['target']))}: {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"]
    ]


def overflow(page: Page | Frame) -> int:
    """By how many pixels the page is wider than its window."""
    wide: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return wide
