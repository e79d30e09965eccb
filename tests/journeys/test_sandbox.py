"""The frame under a sandbox: it says what is missing before anybody pays, and with the documented value it works."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect
from sqlalchemy import func, select

from app.core.database.session import db
from app.games.luckotto.models import LuckottoOrder
from app.games.ticket_draw.models import TicketOrder
from tests.architecture.sources import TOP

from .conftest import Served, Shop

pytestmark = [pytest.mark.browser, pytest.mark.slow]

GUIDE = (TOP / "docs" / "embedding.md").read_text()
GAMES = ("rounds", "luckotto")
BUY = "Get a payment address"


def _opened(browser: Browser, served: Served, shop: Shop, sandbox: str, game: str) -> tuple[Page, FrameLocator]:
    query = {"partner": "lucky-shop", "playerPublicIdentifier": "ada", "playerPrivateIdentifier": "account-7"}
    source = f"{served.url}/embed?{urlencode(query | {'game': game})}".replace("&", "&amp;")
    shop.body = f'<!doctype html><title>Shop</title><iframe title="Lotto" sandbox="{sandbox}" src="{source}"></iframe>'
    page = browser.new_context(locale="en").new_page()
    page.goto(shop.origin)
    return page, page.frame_locator("iframe")


def _orders() -> int:
    db.session.rollback()
    return sum(db.session.scalar(select(func.count()).select_from(one)) or 0 for one in (TicketOrder, LuckottoOrder))


@pytest.fixture
def site(served: Served, shop: Shop) -> None:
    served.world.site(name="lucky-shop", display_name="Lucky Shop", edge_percent=10, embed_origins=[shop.origin])


@pytest.mark.usefixtures("site")
def test_a_sandbox_that_lets_too_little_through_is_named_before_anybody_pays(
    chrome: Browser, served: Served, shop: Shop
) -> None:
    for sandbox, lacks in (
        ("allow-scripts allow-forms", "allow-same-origin"),
        ("allow-scripts allow-same-origin", "allow-forms"),
        ("allow-scripts", "allow-same-origin allow-forms"),
    ):
        for game in GAMES:
            page, frame = _opened(chrome, served, shop, sandbox, game)
            expect(frame.locator("#trouble [data-missing]")).to_have_text(lacks)
            expect(frame.get_by_text("Nothing can be bought here, and nothing was.")).to_be_visible()
            expect(frame.get_by_role("button", name=BUY)).to_have_count(0)
            page.context.close()
    assert _orders() == 0


@pytest.mark.usefixtures("site")
def test_the_sandbox_of_the_guide_is_enough(whole_chrome: Browser, served: Served, shop: Shop) -> None:
    found = re.search(r'sandbox="([^"]+)"', GUIDE)
    assert found is not None
    page, frame = _opened(whole_chrome, served, shop, found[1], "rounds")
    frame.get_by_role("button", name=BUY).click()
    expect(frame.get_by_role("heading", name="Waiting for your payment")).to_be_visible()
    expect(frame.locator("[data-missing]")).to_have_count(0)
    page.context.close()
    assert _orders() == 1


@pytest.mark.usefixtures("site")
def test_without_scripts_the_refusal_names_what_is_missing(chrome: Browser, served: Served, shop: Shop) -> None:
    page, frame = _opened(chrome, served, shop, "allow-forms", "rounds")
    frame.get_by_role("button", name=BUY).click()
    expect(frame.get_by_text("whose sandbox lacks allow-same-origin")).to_be_visible()
    page.context.close()
    assert _orders() == 0


@pytest.mark.usefixtures("site")
def test_without_scripts_forms_and_an_origin_are_enough(whole_chrome: Browser, served: Served, shop: Shop) -> None:
    page, frame = _opened(whole_chrome, served, shop, "allow-forms allow-same-origin", "rounds")
    frame.get_by_role("button", name=BUY).click()
    expect(frame.get_by_role("heading", name="Waiting for your payment")).to_be_visible()
    page.context.close()
    assert _orders() == 1
