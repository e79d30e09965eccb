"""The dashboard in a browser: the preview follows the typing, axe finds nothing wrong, and it all works without JS."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from app.core.database.session import transaction
from app.people.accounts import service as accounts
from app.people.accounts.login.page_door import session_cookie
from tests.browsing import Looks, findings, overflow, unsound
from tests.factories.partners import make_site
from tests.settings import EXPLORE

from .conftest import Served

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PAGES = (
    "",
    "/figures",
    "/orders",
    "/payments",
    "/wins",
    "/balance",
    "/settings",
    "/verification",
    "/keys",
    "/team",
    "/webhooks",
    "/events",
    "/orders?round=x",
)
NARROW, DESK = (320, 640), 1280
"""The narrowest phone, a desk at 200 %, and a desk."""


@pytest.fixture
def cookie(served: Served) -> dict[str, str]:
    """The session of the owner of a live site and of a draft, with some orders."""
    world = served.world
    with transaction():
        owner = accounts.user_with_email("owner@example.com")
        token = accounts.open_session(owner, agent="Mozilla/5.0")
        site = make_site(
            owner, status="live", name="lucky-shop", display_name="Lucky Shop", embed_origins=["https://shop.example"]
        )
        make_site(owner, name="corner", display_name="Corner Kiosk")
    for player, sats in (("ada", 5_600), ("bob", 1_200)):
        world.send(world.order(site, player).address, sats)
    world.order(site, "a-player-with-a-rather-long-identifier-that-never-paid", private="account-" + "9" * 60)
    world.mine()
    with served.app.test_request_context("/"):
        return {"name": session_cookie(), "value": token, "url": served.url}


def window(chrome: Browser, served: Served, cookie: dict[str, str], **options: object) -> BrowserContext:
    context = chrome.new_context(base_url=served.url, reduced_motion="reduce", **options)  # type: ignore[arg-type]
    context.add_cookies([cookie])  # type: ignore[list-item]
    return context


def test_the_dashboard(served: Served, cookie: dict[str, str], chrome: Browser) -> None:
    refused: list[str] = []
    looks, wrong = Looks(), []
    context = window(chrome, served, cookie, viewport={"width": DESK, "height": 800})
    page = context.new_page()
    page.on("console", lambda said: refused.append(said.text) if "Content Security" in said.text else None)
    for path in PAGES:
        page.goto(f"/partners/lucky-shop{path}")
        for width in (*NARROW, DESK):
            page.set_viewport_size({"width": width, "height": 800})
            wrong += [(path, f"too wide at {width}")] if overflow(page) > 0 else []
            wrong += [(path, one) for one in findings(page, "target-size")] if width == NARROW[0] else []
        wrong += [(path, one) for one in unsound(page, looks)]
    assert wrong == []
    _type_and_look(page)
    _narrow_the_list(page)
    context.close()
    assert refused == []


@pytest.mark.skipif(not EXPLORE, reason="the whole cross: EXPLORE=1")
@pytest.mark.parametrize(("scheme", "width"), [("dark", NARROW[0]), ("light", NARROW[0]), ("dark", DESK)])
def test_the_dashboard_in_every_look(
    served: Served, cookie: dict[str, str], chrome: Browser, scheme: str, width: int
) -> None:
    context = window(chrome, served, cookie, color_scheme=scheme, viewport={"width": width, "height": 800})
    page = context.new_page()
    for path in PAGES:
        page.goto(f"/partners/lucky-shop{path}")
        assert findings(page) == [], (path, scheme, width)
    context.close()


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


def test_the_dashboard_without_javascript(served: Served, cookie: dict[str, str], chrome: Browser) -> None:
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
