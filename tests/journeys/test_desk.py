"""The dashboard in a browser: the preview follows the typing, lists their filters, and it all works without JS.

That every page of it is accessible in light and dark and fits every window: tests/gallery/test_dashboard.py.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from .conftest import Served
from .desk import signed_in, window

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def cookie(served: Served) -> dict[str, str]:
    return signed_in(served)


def test_the_dashboard(served: Served, cookie: dict[str, str], chrome: Browser) -> None:
    refused: list[str] = []
    context = window(chrome, served, cookie, viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.on("console", lambda said: refused.append(said.text) if "Content Security" in said.text else None)
    _type_and_look(page)
    _narrow_the_list(page)
    context.close()
    assert refused == []


def _type_and_look(page: Page) -> None:
    """By keyboard alone: the real frame takes title and colour at once, and keeps neither before they are saved."""
    page.goto("/partners/corner/settings")
    frame = page.frame_locator("#preview iframe")
    page.locator("#preview").scroll_into_view_if_needed()
    expect(frame.locator(".embed-title")).to_have_text("Corner Kiosk")
    page.get_by_label("Site title").focus()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("Night Kiosk")
    page.keyboard.press("Tab")
    page.keyboard.type("#0b7a53")
    expect(frame.locator(".embed-title")).to_have_text("Night Kiosk")
    expect(frame.locator('link[href="/embed/theme/0b7a53.css"]')).to_have_count(1)
    shown = frame.locator("html").evaluate("root => getComputedStyle(root).getPropertyValue('--accent').trim()")
    assert shown in ("#0b7a53", ""), shown
    assert page.locator("#site-title").text_content() == "Corner Kiosk"
    page.locator("#looks").get_by_role("button", name="Save").press("Enter")
    expect(page.locator("#site-title")).to_have_text("Night Kiosk")
    expect(frame.locator(".embed-title")).to_have_text("Night Kiosk")


def _narrow_the_list(page: Page) -> None:
    """The list follows its filter in place; the address and the export say the same, and Back undoes it."""
    page.goto("/partners/lucky-shop/orders")
    rows = page.locator("#list tbody tr")
    expect(rows).to_have_count(3)
    page.get_by_role("searchbox", name="Search").fill("bob")
    page.keyboard.press("Enter")
    expect(rows).to_have_count(1)
    expect(page).to_have_url(re.compile(r"[?&]q=bob"))
    with page.expect_download() as download:
        page.get_by_role("link", name="All of these rows as CSV").click()
    assert download.value.path().read_text().count("\n") == 2
    page.go_back()
    expect(rows).to_have_count(3)


def test_the_dashboard_without_javascript(
    served: Served,
    cookie: dict[str, str],
    chrome: Browser,
) -> None:
    context = window(chrome, served, cookie, java_script_enabled=False)
    page = context.new_page()
    page.goto("/partners/corner/settings")
    page.get_by_label("Site title").fill("Plain Kiosk")
    page.get_by_label("Accent colour").fill("#aa0000")
    page.get_by_role("button", name="Show preview").click()
    frame = page.frame_locator("#preview iframe")
    page.locator("#preview").scroll_into_view_if_needed()
    expect(frame.locator(".embed-title")).to_have_text("Plain Kiosk")
    expect(frame.locator('link[href="/embed/theme/aa0000.css"]')).to_have_count(1)
    expect(page.locator("#site-title")).to_have_text("Corner Kiosk")
    page.goto("/partners/lucky-shop/orders")
    page.get_by_label("State").select_option("confirmed")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("#list tbody tr")).to_have_count(1)
    context.close()
