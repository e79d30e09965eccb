"""What the browser tests share: the accessibility engine, and how a page fits its window."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Frame, Page

_TOP = Path(__file__).resolve().parent
_ENGINE = _TOP.parent / "node_modules" / "axe-core" / "axe.min.js"
_CONTRAST = _TOP / "contrast.js"
LARGE_TEXT = "document.documentElement.style.fontSize = '200%'"


@cache
def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _bring_engine(page: Page | Frame) -> None:
    if not page.evaluate("'axe' in window"):
        page.evaluate(_text(_ENGINE) + "\n;0")


def findings(page: Page | Frame, *rules: str, contrast: bool = True) -> list[str]:
    """What axe finds wrong on a page or frame as it is, by these rules or by all: rule, element, why, a line each."""
    _bring_engine(page)
    chosen: dict[str, Any] = {"runOnly": list(rules)} if rules else {}
    if not contrast:
        chosen["rules"] = {"color-contrast": {"enabled": False}}
    found: list[dict[str, Any]] = page.evaluate(
        "async (chosen) => (await axe.run(document,"
        " {resultTypes: ['violations'], elementRef: false, preload: false, ...chosen})).violations",
        chosen,
    )
    return [
        f"{rule['id']}: {' '.join(map(str, node['target']))}: {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"]
    ]


class Looks:
    """Contrast, which is half of what axe takes, judged once for each look in each scheme: a text's colour, size, and
    all that lies behind it. A look is known when axe has passed it; what it found wrong or left open is judged again
    wherever it stands."""

    def __init__(self) -> None:
        self._passed: dict[str, set[str]] = defaultdict(set)

    def faults(self, page: Page, scheme: Any) -> list[str]:
        """What cannot be read on a page as it is, in light or in dark."""
        _bring_engine(page)
        page.emulate_media(color_scheme=scheme)
        found: dict[str, list[str]] = page.evaluate(_text(_CONTRAST), sorted(self._passed[scheme]))
        self._passed[scheme].update(found["passed"])
        return found["wrong"]


def unsound(page: Page, looks: Looks) -> list[str]:
    """Axe, of a page that is shown in light: every rule; in dark the one that colours can break."""
    wrong = [f"light: {one}" for one in [*findings(page, contrast=False), *looks.faults(page, "light")]]
    wrong += [f"dark: {one}" for one in looks.faults(page, "dark")]
    page.emulate_media(color_scheme="light")
    return wrong


def overflow(page: Page | Frame) -> int:
    """By how many pixels the page is wider than its window."""
    wide: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return wide
