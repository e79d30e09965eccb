"""Luckotto in real browsers: by keyboard in another site's page that may keep nothing, and without scripts."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, BrowserContext, Frame, Page, Playwright, Route, expect
from sqlalchemy import func, select
from werkzeug.serving import make_server

from app.chain.node import client as chain_node
from app.chain.scan import mempool
from app.core.database.session import db
from app.games.luckotto.models import LuckottoOrder
from dev.node.process import NodeProcess, free_port
from tests.browsing import findings, overflow
from tests.factories.played import following_app
from tests.journeys.conftest import Quiet, Served, Shop, open_shop
from tests.paying import asks, decoded

from .conftest import Lottery

pytestmark = [pytest.mark.browser, pytest.mark.slow]

_NOTHING_IS_KEPT = {
    "profile": {
        "block_third_party_cookies": True,
        "cookie_controls_mode": 1,
        "default_content_setting_values": {"cookies": 2},
    }
}
_PAGE = """<!doctype html><title>Shop</title><h1>Shop</h1>
<iframe title="Luckotto" src="{source}" style="width:100%;height:1600px;border:0;"></iframe>
<script>
  window.news = [];
  for (const type of ["order.created", "order.paid", "order.drawn"])
    document.addEventListener("tiraj:" + type, (event) => window.news.push([type, event.detail]));
</script>
<script src="{base}/static/embed.js"></script>"""


@pytest.fixture(scope="module")
def served(
    fresh_database: Callable[[], str],
    app_settings: dict[str, str],
    node: NodeProcess,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Served]:
    """The product with a pool of 49."""
    port = free_port()
    pool = {"LUCKOTTO_POOL_SIZE": "49", "LUCKOTTO_BASE_COMBINATION_PRICE_SATS": "5"}
    settings = app_settings | pool | {"BASE_URL": f"http://127.0.0.1:{port}"}
    with following_app(settings, fresh_database(), node.rpc_url, tmp_path_factory.mktemp("luckotto")) as app:
        server = make_server("127.0.0.1", port, app, threaded=True, request_handler=Quiet)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield Served(app, settings["BASE_URL"], Lottery(app, node).begin())
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    with open_shop() as made:
        yield made


@pytest.fixture(scope="module")
def source(served: Served, shop: Shop) -> str:
    """The frame's address at a partner that lists its page's origin."""
    site = served.world.site(name="lucky-shop", display_name="Lucky Shop", edge_percent=10, embed_origins=[shop.origin])
    query = {"partnerId": str(site.id), "playerUname": "Ada L", "playerIdentifier": "player-7"}
    address = f"{served.url}/embed?{urlencode(query)}"
    shop.body = _PAGE.format(source=escape(address), base=served.url)
    return address


@pytest.fixture
def context(driver: Playwright, whole_chromium: str, tmp_path: Path) -> Iterator[BrowserContext]:
    profile = tmp_path / "profile"
    (profile / "Default").mkdir(parents=True)
    (profile / "Default" / "Preferences").write_text(json.dumps(_NOTHING_IS_KEPT))
    made = driver.chromium.launch_persistent_context(
        str(profile),
        executable_path=whole_chromium,
        args=["--no-sandbox", "--disable-dev-shm-usage"],
        viewport={"width": 360, "height": 900},
    )
    yield made
    made.close()


def orders() -> int:
    db.session.rollback()
    found = db.session.scalar(select(func.count()).select_from(LuckottoOrder)) or 0
    db.session.rollback()  # no transaction stays open while a browser is waited for
    return found


def active(frame: Frame) -> str:
    """What has the focus."""
    found: str = frame.evaluate("document.activeElement.name || document.activeElement.textContent.trim()")
    return found


def choose_twelve(page: Page, frame: Frame) -> None:
    """With Tab, arrows and the space bar alone."""
    for _ in range(20):
        page.keyboard.press("Tab")
        if active(frame) == "numbers":
            break
    assert active(frame) == "numbers", "the grid is one stop of the tab key"
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    for _ in range(10):
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Space")
    expect(frame.locator("#quote-total")).to_have_attribute("value", "5082")
    expect(frame.locator("#announce")).to_contain_text("12 numbers cost 5,082 sats")
    expect(frame.locator("[data-chosen]")).to_have_text("12 chosen")
    page.keyboard.press("Tab")
    assert active(frame) == "Get a payment address"


def test_a_player_buys_by_keyboard_in_another_sites_page(
    context: BrowserContext,
    chrome: Browser,
    source: str,
    served: Served,
    shop: Shop,
) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=shop.origin)
    page = context.new_page()
    page.goto(shop.origin)
    handle = page.wait_for_selector("iframe")
    assert handle is not None
    frame = handle.content_frame()
    assert frame is not None
    frame.wait_for_load_state("load")
    page.keyboard.press("Tab")
    choose_twelve(page, frame)
    assert overflow(frame) == 0
    assert findings(frame) == []
    frame.evaluate(
        "() => { const button = document.querySelector('.choose .button-wide');"
        " for (let n = 0; n < 20; n++) button.click(); }"
    )
    expect(frame.get_by_role("heading", name="Waiting for your payment")).to_be_visible()
    assert orders() == 1

    link = str(frame.locator("#pay-link").get_attribute("href"))
    address = str(frame.locator("#pay-address").text_content())
    assert link.startswith(f"bitcoin:{address}?amount=0.00005082&label=Luckotto%3A%20Ada%20L%20at%20Lucky%20Shop%2C")
    assert decoded(frame) == link
    for name, text in (("the address", address), ("the amount in BTC", "0.00005082"), ("the payment link", link)):
        frame.locator("#pay").get_by_role("button", name=f"Copy {name}").click()
        assert page.evaluate("navigator.clipboard.readText()") == text

    served.world.send(address, 5_082)
    mempool.Watcher().look(chain_node.client())
    expect(frame.get_by_role("heading", name="Payment seen")).to_be_visible()
    served.world.mine()
    expect(frame.get_by_role("heading", name="You hold 12 numbers")).to_be_visible()
    expect(frame.locator("#order-numbers li")).to_have_count(12)
    assert isinstance(served.world, Lottery)
    served.world.draw(1)
    expect(frame.get_by_role("heading", name=re.compile("This ticket won|Other numbers were drawn"))).to_be_visible()
    expect(frame.locator("#order-drawn li")).to_have_count(6)
    assert context.cookies() == []
    news = page.evaluate("window.news")
    assert [kind for kind, _ in news] == ["order.created", "order.paid", "order.drawn"]
    assert (news[0][1]["bip21"], news[0][1]["amountSats"], news[1][1]["tickets"]) == (link, 5_082, 1)
    context.close()
    doubter = chrome.new_context()  # elsewhere, in no frame
    _checks_the_round(doubter.new_page(), served.url)
    _checks_what_was_kept(doubter.new_page(), served.url)


def _checks_the_round(page: Page, url: str) -> None:
    """The draw, and every claim of the round's bundle, in the browser; a changed digit and changed numbers are seen."""
    page.goto(f"{url}/luckotto/verify?round=1")
    claims, draw = page.locator("[data-claims-verdict]"), page.locator("[data-draw-result] [data-verdict]")
    expect(draw).to_contain_text("Matches")
    expect(claims).to_contain_text(re.compile("Settled, and everything .*holds|Nothing is wrong, but not finished"))
    expect(page.locator('[data-claim="platform"] .badge')).to_have_text("Holds")
    expect(page.locator("[data-claims] .badge-bad")).to_have_count(0)
    closing = page.get_by_label("Closing block’s hash")
    changed = closing.input_value()
    closing.fill(("0" if changed[0] != "0" else "1") + changed[1:])
    page.get_by_role("button", name="Run the draw", exact=True).click()
    expect(draw).to_contain_text("Does not match")
    page.route("**/api/luckotto/rounds/1/bundle", lambda route: _with_other_numbers(route))
    page.goto(f"{url}/luckotto/verify?round=1")
    expect(claims).to_contain_text("Something does not hold")
    expect(page.locator('[data-claim="allocation"]')).to_contain_text("1, 2, 3, 4, 5, 6")
    expect(page.locator('[data-claim="allocation"] .badge')).to_have_text("Does not hold")


def _checks_what_was_kept(page: Page, url: str) -> None:
    """The page for what a reader kept takes Luckotto's bundles as well, and says what is forged in one."""
    bundle = page.request.get(f"{url}/api/luckotto/rounds/1/bundle").json()
    forged = {**bundle, "seal": {**bundle["seal"], "sealedAtHeight": bundle["round"]["closingHeight"]}}
    page.goto(f"{url}/verify")
    for record, failing, ours in ((bundle, 0, "Holds"), (forged, 2, "Does not hold")):
        page.locator("#pasted").fill(json.dumps(record))
        page.get_by_role("button", name="Check it").click()
        expect(page.locator("[data-claims] .badge-bad")).to_have_count(failing)
        expect(page.locator('[data-claim="platform"] .badge')).to_have_text(ours)
    expect(page.locator('[data-claim="seal-time"] .badge')).to_have_text("Does not hold")
    expect(page.locator("[data-bundle-result] .notice-title")).to_have_text("Something does not hold")
    order = page.request.get(f"{url}/api/luckotto/orders/{bundle['tickets'][0]['identifier']}").json()
    for record, badge in ((order, "Holds"), ({**order, "requestedNumbers": [1, 2, 3, 4, 5, 6]}, "Does not hold")):
        page.locator("#pasted").fill(json.dumps(record))
        page.get_by_role("button", name="Check it").click()
        facts = page.locator("[data-paste-result] [data-claim]", has_text="The log tells what was paid")
        expect(facts.locator(".badge")).to_have_text(badge)
        expect(page.locator('[data-paste-result] [data-claim="platform"] .badge')).to_have_text(badge)
    expect(facts.locator("[data-detail]")).to_contain_text(
        "The numbers asked for: the file says 1, 2, 3, 4, 5, 6; "
        "the log says 1, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18."
    )


def _with_other_numbers(route: object) -> None:
    """The record as a cheat would change it."""
    answer = route.fetch()  # type: ignore[attr-defined]
    body = answer.json()
    body["tickets"][0]["allocatedNumbers"] = [1, 2, 3, 4, 5, 6]
    route.fulfill(response=answer, json=body)  # type: ignore[attr-defined]


def test_the_grid_needs_no_script_and_loses_nothing_with_one(chrome: Browser, source: str) -> None:
    before = orders()
    plain = chrome.new_page(java_script_enabled=False, viewport={"width": 360, "height": 900})
    plain.goto(source)
    for number in (3, 7, 11, 19, 23, 29, 31, 37, 41, 43, 47, 49):
        plain.get_by_role("checkbox", name=str(number), exact=True).check()
    plain.get_by_role("button", name="Show the price").click()
    expect(plain.locator("#quote-total")).to_have_attribute("value", "5082")
    expect(plain.locator("#numbers input:checked")).to_have_count(12)
    plain.get_by_role("button", name="Pick").click()
    expect(plain.locator("#numbers input:checked")).to_have_count(12)
    plain.get_by_role("link", name="Clear").click()
    expect(plain.locator("#numbers input:checked")).to_have_count(0)
    plain.get_by_role("button", name="Get a payment address").click()
    expect(plain.locator("#refused")).to_contain_text("Choose 6 to 25 numbers.")
    expect(plain.locator("#refused")).to_be_in_viewport()
    plain.goto(plain.url)  # where the refusal is can be opened, not only loaded again
    plain.get_by_label("Quick pick: how many?").select_option("12")
    plain.get_by_role("button", name="Pick").click()
    plain.get_by_role("button", name="Get a payment address").click()
    expect(plain.get_by_role("heading", name="Waiting for your payment")).to_be_visible()
    assert orders() == before + 1
    _checks_both_checkouts(chrome, source, plain.url)

    page = chrome.new_page(viewport={"width": 360, "height": 900})
    page.goto(source)
    page.get_by_label("Quick pick: how many?").select_option("25")
    page.get_by_role("button", name="Pick").click()
    expect(page.locator("#quote-total")).to_have_attribute("value", "974050")
    expect(page.locator("#announce")).to_contain_text("974,050")  # said a moment after it is shown
    page.locator("#numbers input:not(:checked)").first.click(force=True)
    expect(page.locator("#numbers input:checked")).to_have_count(25)
    expect(page.locator("#announce")).to_contain_text("25 numbers are the most")
    page.reload()
    expect(page.locator("#numbers input:checked")).to_have_count(25)
    page.get_by_role("link", name="Clear").click()
    expect(page.get_by_text("Choose at least six numbers")).to_be_visible()
    page.get_by_role("button", name="Get a payment address").click()
    expect(page.locator("#numbers-error")).to_have_text("Choose 6 to 25 numbers.")
    expect(page.locator("#numbers-error")).to_be_focused()
    page.get_by_role("checkbox", name="49", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#numbers input:checked")).to_have_count(1)
    page.goto(source.replace("partnerId=", "game=rounds&partnerId="))
    page.get_by_role("navigation", name="Games").get_by_role("link", name="Luckotto").click()
    expect(page.get_by_role("heading", name="Choose your numbers")).to_be_visible()
    assert orders() == before + 1


def test_a_number_keeps_the_focus_when_the_page_is_loaded_for_another_round(chrome: Browser, source: str) -> None:
    page, turned = chrome.new_page(viewport={"width": 360, "height": 900}), threading.Event()

    def as_before(route: Route) -> None:
        shown = route.request.url if turned.is_set() else re.sub(r"shown=\d+-", "shown=99-", route.request.url)
        turned.set()
        route.continue_(url=shown)

    page.goto(source)
    number = page.get_by_role("checkbox", name="4", exact=True)
    number.focus()
    with page.expect_event("load"):
        page.route("**/embed?*shown=*", as_before)
    expect(number).to_be_focused()
    assert number.evaluate("one => one.tabIndex") == 0, "the grid's one stop of the tab key"


def _checks_both_checkouts(chrome: Browser, source: str, order: str) -> None:
    """A phone's first screen asks for the payment, in the frame and on the website, for numbers and for tickets."""
    page, troubles = chrome.new_page(), list[str]()
    page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
    for url in (order, order.replace("/embed", "")):
        asks(page, url, "Luckotto: Ada L at Lucky Shop", 5_082)
    page.goto(source.replace("partnerId=", "game=rounds&partnerId="))
    page.get_by_role("button", name="One ticket more").click()
    page.get_by_role("button", name="Get a payment address").click()
    page.wait_for_url("**/embed/slips/**")
    for url in (page.url, page.url.replace("/embed", "")):
        asks(page, url, "Ticket draw: player-7 at Lucky Shop", 4_400)
        for _ in range(3):  # faster than the page can ask
            page.get_by_role("button", name="One ticket more").click()
        expect(page.locator("#pay-amount")).to_have_text("0.00007700")
        expect(page.locator("#tickets")).to_have_value("7")
    assert troubles == []
