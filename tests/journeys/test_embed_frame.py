"""The frame in a partner's page on another site, in a browser that keeps nothing for third parties."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener

import pytest
from playwright.sync_api import BrowserContext, Frame, Page, Playwright, Route, expect
from sqlalchemy import func, select

from app.chain.node import client as chain_node
from app.chain.scan import mempool
from app.core.database.session import db, transaction
from app.games.ticket_draw.models import TicketOrder
from app.record.audit import switches
from dev.node.process import NodeProcess
from tests.paying import decoded

from .conftest import Served, Shop, open_shop, serving

pytestmark = [pytest.mark.browser, pytest.mark.slow]

_NOTHING_IS_KEPT = {
    "profile": {
        "block_third_party_cookies": True,
        "cookie_controls_mode": 1,
        "default_content_setting_values": {"cookies": 2},
    }
}
_PAGE = """<!doctype html><title>Shop</title><h1>Shop</h1>
<iframe title="Partner Lotto" src="{source}" style="width:100%;max-width:560px;height:300px;border:0;"
  referrerpolicy="strict-origin-when-cross-origin"></iframe>
<script>
  window.orders = [];
  document.addEventListener("tiraj:order.created", function (event) {{ window.orders.push(event.detail); }});
</script>
<script src="{base}/static/embed.js"></script>"""


@pytest.fixture(scope="module")
def served(
    fresh_database: Callable[[], str],
    app_settings: dict[str, str],
    node: NodeProcess,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Served]:
    """One for all of these, for each test counts its own orders alone."""
    with serving(app_settings, fresh_database(), node, tmp_path_factory.mktemp("frame")) as made:
        yield made


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    with open_shop() as made:
        yield made


@pytest.fixture(scope="module")
def context(
    driver: Playwright, whole_chromium: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[BrowserContext]:
    profile = tmp_path_factory.mktemp("profile")
    (profile / "Default").mkdir(parents=True)
    (profile / "Default" / "Preferences").write_text(json.dumps(_NOTHING_IS_KEPT))
    made = driver.chromium.launch_persistent_context(
        str(profile),
        executable_path=whole_chromium,
        args=["--no-sandbox", "--disable-dev-shm-usage"],
        viewport={"width": 600, "height": 900},
    )
    yield made
    made.close()


@pytest.fixture(scope="module")
def source(served: Served, shop: Shop) -> str:
    """The frame's address at a live partner that lists its page's origin."""
    served.world.site(name="lucky-shop", display_name="Lucky Shop", edge_percent=10, embed_origins=[shop.origin])
    query = {"partner": "lucky-shop", "playerPublicIdentifier": "ada", "playerPrivateIdentifier": "account-7"}
    address = f"{served.url}/embed?{urlencode(query)}"
    shop.body = _PAGE.format(source=address.replace("&", "&amp;"), base=served.url)
    return address


@pytest.fixture
def before(served: Served) -> int:
    """Orders that were there before the test."""
    return orders()


@pytest.fixture
def page(context: BrowserContext, source: str, shop: Shop) -> Iterator[Page]:
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=shop.origin)
    made = context.new_page()
    made.goto(shop.origin)
    yield made
    made.close()


def frame_in(page: Page) -> Frame:
    handle = page.wait_for_selector("iframe")
    assert handle is not None
    frame = handle.content_frame()
    assert frame is not None
    frame.wait_for_load_state("load")
    return frame


def orders() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(TicketOrder)) or 0


def grows(page: Page, frame: Frame) -> None:
    page.wait_for_function(
        "high => Math.abs(document.querySelector('iframe').getBoundingClientRect().height - high) <= 1",
        arg=frame.evaluate("document.body.getBoundingClientRect().height"),
        timeout=5_000,
    )


def test_a_player_buys_inside_another_sites_page(page: Page, served: Served, before: int) -> None:
    frame = frame_in(page)
    assert (
        frame.evaluate("() => { try { localStorage.x = 1; return 'kept' } catch (e) { return 'blocked' } }")
        == "blocked"
    )
    grows(page, frame)

    frame.get_by_role("button", name="One ticket more").click()
    expect(frame.locator("#tickets-total")).to_have_text("4,400")
    frame.evaluate(
        "() => { const button = document.querySelector('.buy button[type=submit]');"
        " for (let n = 0; n < 20; n++) button.click(); }"
    )
    expect(frame.get_by_role("heading", name="Waiting for your payment")).to_be_visible()
    assert orders() == before + 1
    grows(page, frame)

    link = frame.locator("#pay-link").get_attribute("href")
    assert link is not None
    address = frame.locator("#pay-address").text_content()
    assert link.startswith(f"bitcoin:{address}?amount=0.00004400")
    assert decoded(frame) == link
    told = page.evaluate("window.orders")
    assert [(one["address"], one["bip21"], one["amountSats"]) for one in told] == [(address, link, 4_400)]

    for name, text in (("the address", address), ("the amount in BTC", "0.00004400"), ("the payment link", link)):
        frame.get_by_role("button", name=f"Copy {name}").click()
        expect(frame.locator("#announce")).to_have_text("Copied")
        assert page.evaluate("navigator.clipboard.readText()") == text

    frame.get_by_role("button", name="One ticket more").click()
    expect(frame.locator("#pay-amount")).to_have_text("0.00005500")
    five = frame.locator("#pay-link").get_attribute("href")
    assert five is not None
    assert "amount=0.00005500" in five
    assert decoded(frame) == five
    assert frame.locator("#pay-address").text_content() == address
    assert orders() == before + 1

    served.world.send(str(address), 5_500)
    mempool.Watcher().look(chain_node.client())
    expect(frame.get_by_role("heading", name="Payment seen")).to_be_visible(timeout=60_000)
    served.world.mine()
    expect(frame.get_by_role("heading", name="You hold 5 tickets")).to_be_visible(timeout=60_000)
    grows(page, frame)

    served.world.finish(db.session.scalar(select(func.max(TicketOrder.round_number))) or 0)
    ended = re.compile(r"Ticket \d+ (won|was drawn)")
    expect(frame.get_by_role("heading", name=ended)).to_be_visible(timeout=60_000)
    assert page.context.cookies() == []


def test_a_round_that_changes_meanwhile_does_not_take_the_buyer_back(page: Page, before: int) -> None:
    held: list[Route] = []

    def poll(route: Route) -> None:
        if held and "hx-request" in route.request.headers:
            route.fulfill(status=200, body="", headers={"HX-Refresh": "true"})
        else:
            route.continue_()

    def hold(route: Route) -> None:
        held.append(route)

    page.route(re.compile(r"/embed\?"), poll)
    page.route(re.compile(r"/embed/slips/"), hold, times=1)
    frame = frame_in(page)
    with page.expect_request(re.compile(r"/embed/slips/")):
        frame.get_by_role("button", name="Get a payment address").click()
    with page.expect_response(lambda answer: "hx-refresh" in answer.headers):
        pass
    page.wait_for_timeout(500)
    held[0].continue_()
    expect(frame.get_by_role("heading", name="Waiting for your payment")).to_be_visible()
    assert orders() == before + 1


def test_stopped_sales_are_told_before_anybody_tries(page: Page) -> None:
    frame, buy = frame_in(page), "Get a payment address"
    with transaction():
        switches.stop("sales", actor="operator:bea", reason="a drill")
    expect(frame.get_by_text("Sales are stopped for the moment.")).to_be_visible(timeout=10_000)
    expect(frame.get_by_role("button", name=buy)).to_have_count(0)
    with transaction():
        switches.start("sales", actor="operator:bea", reason="over")
    expect(frame.get_by_role("button", name=buy)).to_be_visible(timeout=10_000)


def test_what_is_being_typed_survives_the_polling(page: Page) -> None:
    frame = frame_in(page)
    frame.get_by_role("button", name="Get a payment address").click()
    expect(frame.get_by_role("heading", name="Waiting for your payment")).to_be_visible()
    number = frame.locator("#tickets")
    number.fill("")
    number.press_sequentially("12")
    page.wait_for_timeout(4_000)
    expect(number).to_have_value("12")
    expect(frame.locator("#pay-amount")).to_have_text("0.00013200")


def test_a_page_that_is_not_listed_sees_nothing(context: BrowserContext, source: str, shop: Shop) -> None:
    page = context.new_page()
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    page.goto(shop.origin.replace("localhost", "127.0.0.1"))
    page.wait_for_timeout(500)
    assert any("frame-ancestors" in text for text in refused)
    assert "Lucky Shop" not in page.frames[1].evaluate("document.body.textContent")


def test_twenty_posts_of_one_form_at_once_are_one_order(served: Served, source: str, before: int) -> None:
    page = build_opener().open(source).read().decode()
    form = re.search(
        r'<form class="form" method="post" action="([^"]+)".*?name="form_token" value="([^"]+)"', page, re.S
    )
    assert form

    def send(_: int) -> str:
        request = Request(
            served.url + unescape(form[1]),
            data=urlencode({"form_token": form[2], "tickets": "3"}).encode(),
            headers={"Origin": served.url, "Sec-Fetch-Site": "same-origin"},
        )
        try:
            build_opener(_Stay).open(request)
        except HTTPError as answer:
            return str(answer.headers["Location"])
        raise AssertionError("no redirect")

    with ThreadPoolExecutor(20) as pool:
        places = set(pool.map(send, range(20)))
    assert len(places) == 1
    assert orders() == before + 1


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *args: object) -> None:
        return None
