"""A site's first page is one screen: all that weighs stands on it, and on a phone what needs somebody comes first."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest
from playwright.sync_api import Browser, Page, expect

from app.core.database.session import db, transaction
from app.faces.desk.panels import SHOWN
from app.people.accounts import service as accounts
from app.people.accounts.login.page_door import session_cookie
from app.people.partners.models import PartnerSite
from app.people.partners.service import update_site
from app.webhooks import service as webhooks
from tests.browsing import findings, overflow
from tests.factories.partners import OTHER_ADDRESS, make_site

from .conftest import Served

pytestmark = [pytest.mark.browser, pytest.mark.slow]

DESK, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 740}
PARTS = ("#needs", "#figures .figures", "#figures .chart", "#orders .newest", "#wins .newest")
"""What needs me, how it goes in figures and drawn, the newest orders and wins; in this order on a phone."""
ALL_TICKETS_SATS = 1_000 * 1_100


@pytest.fixture
def page(served: Served, chrome: Browser) -> Iterator[Page]:
    """The page of an owner whose site has won, has more orders than are shown, three things that need
    somebody, and one that waits for us."""
    world = served.world
    with transaction():
        owner = accounts.user_with_email("owner@example.com")
        token = accounts.open_session(owner, agent="Mozilla/5.0")
        site = make_site(
            owner,
            status="live",
            name="lucky-shop",
            display_name="Lucky Shop",
            edge_percent=10,
            embed_origins=["https://shop.example"],
        )
        silent = webhooks.create_endpoint(site, "https://hooks.example/x", ["order.paid"], actor="user:test")
        webhooks.disable(silent, "failing", actor="system")
        update_site(site, {"payout_address": OTHER_ADDRESS, "payout_address_acknowledged": True})
        name = site.name
    whale = world.order(site, "whale")
    world.send(whale.address, ALL_TICKETS_SATS)
    world.mine()
    world.finish(whale.round_number)
    world.send(whale.address, 5_000)  # late: to be given back
    world.mine()
    with transaction():
        found = db.session.query(PartnerSite).filter_by(name=name).one()
    for number in range(SHOWN):
        world.order(found, f"a player with a rather long name {number}", private="account-" + "9" * 40)
    with served.app.test_request_context("/"):
        cookie = {"name": session_cookie(), "value": token, "url": served.url}
    context = chrome.new_context(base_url=served.url, reduced_motion="reduce", viewport=DESK)  # type: ignore[arg-type]
    context.add_cookies([cookie])  # type: ignore[list-item]
    made = context.new_page()
    made.goto("/partners/lucky-shop")
    yield made
    context.close()


def boxes(page: Page) -> list[dict[str, float]]:
    """Where each part stands; of several of a kind the last."""
    found = [page.locator(part).last.bounding_box() for part in PARTS]
    assert all(found), [part for part, box in zip(PARTS, found, strict=True) if not box]
    return [dict(box) for box in found if box]


def test_all_that_weighs_is_on_one_screen(page: Page) -> None:
    expect(page.locator("#orders .newest > li")).to_have_count(SHOWN)
    expect(page.locator("#wins .newest")).to_contain_text("whale")
    expect(page.locator("#needs .need-new")).to_contain_text("whale")
    expect(page.locator("#needs .need-waits")).to_contain_text("wait for their refund")
    expect(page.locator("#needs .need-bad, #needs .need-info").filter(visible=True)).to_have_count(2)
    for part, box in zip(PARTS, boxes(page), strict=True):
        assert box["y"] + box["height"] <= DESK["height"], f"{part} ends at {box['y'] + box['height']:.0f}"
        assert box["x"] >= 0, part
        assert box["x"] + box["width"] <= DESK["width"], part
    assert overflow(page) <= 0
    assert findings(page) == []
    page.locator("#needs summary").press("Enter")
    expect(page.locator("#needs .need-bad, #needs .need-info").filter(visible=True)).to_have_count(3)

    page.emulate_media(color_scheme="dark")
    assert findings(page, "color-contrast") == []


def test_on_a_phone_what_needs_somebody_comes_first(page: Page) -> None:
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    found = boxes(page)
    for above, below in pairwise(found):
        assert above["y"] + above["height"] <= below["y"]
    worst = page.locator("#needs .need").first.bounding_box()
    assert worst is not None
    assert worst["y"] + worst["height"] <= PHONE["height"], "the worst of it is on the first screen"
    assert overflow(page) <= 0
    page.set_viewport_size({"width": 320, "height": 640})
    assert overflow(page) <= 0
    assert findings(page) == []
