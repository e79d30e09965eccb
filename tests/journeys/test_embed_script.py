"""embed.js on a partner's page: it makes the frame, grows it, passes its news on, and obeys nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from app.core.database.session import db
from app.games.ticket_draw.models import TicketOrder

from .conftest import Served, Shop

pytestmark = [pytest.mark.browser, pytest.mark.slow]

_PAGE = """<!doctype html><title>Shop</title><h1>Shop</h1>
<iframe id="other" title="Another frame" srcdoc="<p>Not the game's</p>"></iframe>
<div id="place" data-tiraj data-partner="lucky-shop" data-title="The game"
  data-player-public-identifier="ada" data-player-private-identifier="account-7"><a href="/">Play</a></div>
<script>
  window.raw = []; window.news = [];
  addEventListener("message", event => { if (event.source !== window) window.raw.push([event.origin, event.data]); });
  ["ready", "order.created", "order.paid", "order.drawn"].forEach(type => document.addEventListener(
    "tiraj:" + type, event => window.news.push([type, event.target.tagName, event.detail])));
</script>
<script src="{base}/static/embed.js" defer></script><script src="{base}/static/embed.js" defer></script>"""
_HEIGHT = "document.querySelector('#place iframe').getBoundingClientRect().height"
_TOP = "document.querySelector('#place iframe').getBoundingClientRect().top"


@pytest.fixture
def page(whole_chrome: Browser, served: Served, shop: Shop) -> Iterator[Page]:
    served.world.site(name="lucky-shop", display_name="Lucky Shop", edge_percent=10, embed_origins=[shop.origin])
    shop.body = _PAGE.replace("{base}", served.url)
    made = whole_chrome.new_page(viewport={"width": 600, "height": 900})
    made.set_default_timeout(60_000)
    made.goto(shop.origin)
    yield made
    made.close()


def heard(page: Page, type_: str) -> list[dict[str, Any]]:
    page.wait_for_function("type => window.news.some(one => one[0] === type)", arg=type_)
    found: list[list[Any]] = page.evaluate("window.news")
    assert {one[1] for one in found} == {"IFRAME"}
    return [one[2] for one in found if one[0] == type_]


def fits(page: Page) -> None:
    inside = page.frames[-1].evaluate("document.body.getBoundingClientRect().height")
    page.wait_for_function(f"high => Math.abs({_HEIGHT} - high) <= 1", arg=inside)


def test_the_script_makes_the_frame_and_passes_its_news_on(page: Page, served: Served) -> None:
    frame = page.frame_locator("#place iframe")
    expect(frame.get_by_role("heading", name="Buy tickets")).to_be_visible()
    assert page.locator("#place iframe").get_attribute("title") == "The game"
    assert page.locator("#place a").count() == 0
    assert heard(page, "ready") == [{"path": "/embed"}], "once, though the script is there twice"
    fits(page)
    _nobody_else_is_obeyed(page, served)

    page.evaluate("window.scrollTo(0, 500)")
    assert page.evaluate(_TOP) < 0
    frame.get_by_role("button", name="Get a payment address").click()
    (made,) = heard(page, "order.created")
    page.wait_for_function(f"() => {_TOP} > -1")  # the next page begins in sight
    order = db.session.scalars(select(TicketOrder)).one()
    assert (made["orderId"], made["roundNumber"], made["amountSats"]) == (str(order.id), order.round_number, 3_300)
    assert made["bip21"].startswith(f"bitcoin:{made['address']}?amount=0.00003300")
    served.world.send(made["address"], 3_300)
    served.world.mine()
    assert heard(page, "order.paid") == [{"orderId": made["orderId"], "roundNumber": made["roundNumber"], "tickets": 3}]
    served.world.finish(made["roundNumber"])
    (drawn,) = heard(page, "order.drawn")
    winning = served.world.round(made["roundNumber"]).winning_ticket
    assert winning is not None
    assert (drawn["result"], drawn["outcome"]) == ("won" if winning < 3 else "lost", f"{winning:03d}")
    fits(page)
    origins = {origin for origin, _ in page.evaluate("window.raw")}
    assert origins == {served.url}
    assert "account-7" not in str(page.evaluate("window.raw"))
    assert page.context.cookies() == []


def _nobody_else_is_obeyed(page: Page, served: Served) -> None:
    """Not the page itself, nor another frame of it; and the frame answers its listed parent alone."""
    before, told = page.evaluate(_HEIGHT), len(page.evaluate("window.raw"))
    page.evaluate("window.postMessage({tiraj: 1, type: 'height', height: 7}, '*')")
    page.frames[1].evaluate("parent.postMessage({tiraj: 1, type: 'height', height: 8}, '*')")
    page.frames[1].evaluate("parent.frames[1].postMessage({tiraj: 1, type: 'hello'}, '*')")
    page.evaluate("window.frames[1].postMessage({tiraj: 2, type: 'hello'}, '*')")
    page.evaluate("window.frames[1].postMessage('hello', '*')")
    page.wait_for_timeout(300)
    assert page.evaluate(_HEIGHT) == before
    raw = [one for one in page.evaluate("window.raw")[told:] if one[0] == served.url and one[1]["type"] != "height"]
    assert raw == []
    page.evaluate("url => window.frames[1].postMessage({tiraj: 1, type: 'hello'}, url)", served.url)
    page.wait_for_function("told => window.raw.length > told + 1", arg=told)
    page.evaluate("window.raw = window.raw.filter(one => one[0] !== 'null' && one[0] !== location.origin)")


def test_other_identifiers_make_a_new_frame_and_the_same_ones_leave_it(page: Page) -> None:
    frame = page.locator("#place iframe")
    first = frame.get_attribute("src")
    page.evaluate(
        "window.kept = document.querySelector('#place iframe'); Tiraj.mount(document.getElementById('place'))"
    )
    assert page.evaluate("window.kept === document.querySelector('#place iframe')")
    page.evaluate("place.dataset.playerPublicIdentifier = 'bob & co'; Tiraj.mount(place)")
    second = frame.get_attribute("src")
    assert second != first
    assert "playerPublicIdentifier=bob+%26+co" in str(second)
    assert frame.count() == 1
