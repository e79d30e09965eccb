"""Every page of the console in a real browser: accessible in light and dark, fitting every window."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from dev.node.process import NodeProcess
from tests.browsing import Looks, findings, overflow
from tests.faces.admin.console import PICTURES, Served, browsing, serving, watched
from tests.settings import EXPLORE

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def served(
    app_settings: dict[str, str],
    fresh_database: Callable[[], str],
    make_node: Callable[[], NodeProcess],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Served]:
    with serving(app_settings, fresh_database, make_node, tmp_path_factory.mktemp("console")) as made:
        yield made


_PHONE, _DESK = 360, 1280
_UNFOLD = """document.querySelectorAll('details:not([open])').forEach((fold) => {
  fold.open = true; fold.dataset.wasFolded = ''; })"""
"""All rules are asked of the page as it is when everything is open: what is folded away is a part of that."""
_FOLD = "document.querySelectorAll('[data-was-folded]').forEach((fold) => { fold.open = false; })"


def test_every_page_is_accessible_and_fits(chrome: Browser, served: Served, looks: Looks) -> None:
    """On a phone in light by every rule, on a desk in dark by what width and colours can break."""
    context = browsing(chrome, color_scheme="light", viewport={"width": _PHONE, "height": 900})
    page = context.new_page()
    complaints = watched(page)
    trouble: dict[str, Any] = {}

    def note(what: str, found: list[str]) -> None:
        if found or overflow(page) > 0:
            trouble[what] = (overflow(page), found)

    for name, path in served.paths.items():
        page.goto(served.url + path)
        note(name, [] if page.locator("h1").count() == 1 else ["not one h1"])
        page.evaluate(_UNFOLD)
        note(f"{name}, unfolded", [*findings(page, contrast=False), *looks.faults(page, "light")])
        page.set_viewport_size({"width": _DESK, "height": 900})
        note(f"{name}, unfolded on a desk", [*findings(page, "target-size"), *looks.faults(page, "dark")])
        page.evaluate(_FOLD)
        note(f"{name} on a desk", [])
        page.set_viewport_size({"width": _PHONE, "height": 900})
        page.emulate_media(color_scheme="light")
        if PICTURES:
            _photograph(page, name)
    context.close()
    assert trouble == {}
    assert complaints == []


def test_a_dream_is_found_while_it_is_typed(chrome: Browser, served: Served) -> None:
    """Without leaving the page; the address leads back to it."""
    context = browsing(chrome)
    page = context.new_page()
    complaints = watched(page)
    page.goto(f"{served.url}/tchala")
    page.get_by_label("A dream or a number").press_sequentially("chyen")
    expect(page.get_by_role("row")).to_have_count(2)
    expect(page.get_by_role("row", name="dog")).to_be_visible()
    expect(page).to_have_url(f"{served.url}/tchala?q=chyen")
    context.close()
    assert complaints == []


def _photograph(page: Page, name: str) -> None:
    Path(str(PICTURES)).mkdir(parents=True, exist_ok=True)
    page.reload()
    for width, scheme in ((_PHONE, "light"), (_DESK, "dark")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        page.screenshot(path=f"{PICTURES}/{name}-{width}-{scheme}.png", full_page=True)
    page.set_viewport_size({"width": _PHONE, "height": 900})
    page.emulate_media(color_scheme="light")


@pytest.mark.skipif(not EXPLORE, reason="the whole cross: EXPLORE=1")
@pytest.mark.parametrize(("width", "scheme"), [(_PHONE, "dark"), (_DESK, "light"), (_DESK, "dark")])
def test_every_page_is_accessible_in_every_look(chrome: Browser, served: Served, width: int, scheme: Any) -> None:
    """The rest of the cross, by every rule: what another width or scheme shows is the same markup."""
    context = browsing(chrome, color_scheme=scheme, viewport={"width": width, "height": 900})
    page = context.new_page()
    trouble: dict[str, Any] = {}
    for name, path in served.paths.items():
        page.goto(served.url + path)
        page.evaluate(_UNFOLD)
        if found := findings(page):
            trouble[name] = found
    context.close()
    assert trouble == {}
