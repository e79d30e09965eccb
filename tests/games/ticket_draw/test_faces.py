"""What everybody sees of the main game, in a real browser: for ear, keyboard, and where the connection is lost.

That every state is sound in light and dark and fits small screens: tests/gallery/test_states.py.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from sqlalchemy import func, select

from app.chain.node import client as chain_node
from app.chain.scan import mempool
from app.core.database.session import db
from app.games.ticket_draw.models import TicketOrder
from dev.node.process import NodeProcess

from .stage import Stage, staged

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def stage(
    fresh_database: Callable[[], str],
    app_settings: dict[str, str],
    node: NodeProcess,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Stage]:
    with staged(app_settings, fresh_database, node, tmp_path_factory.mktemp("faces")) as made:
        yield made


@pytest.fixture
def page(chrome: Browser) -> Iterator[Page]:
    context = chrome.new_context(viewport={"width": 360, "height": 800})
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


def test_back_and_forward_show_whole_pages(page: Page, stage: Stage) -> None:
    with page.expect_response(lambda answer: "hx-request" in answer.request.headers):
        page.goto(stage.pages["round-open"])
    page.get_by_role("link", name=re.compile("^[0-9a-f]{8}…")).first.click()
    expect(page.get_by_role("heading", name="Its story")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("banner")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Round {stage.rounds['open']}")
    page.go_forward()
    expect(page.get_by_role("banner")).to_be_visible()
    expect(page.get_by_role("heading", name="Its story")).to_be_visible()
    page.goto(stage.pages["round-won"])
    page.get_by_role("link", name="Next").click()
    expect(page).to_have_url(re.compile("after=.*#slips"))
    page.go_back()
    expect(page.get_by_role("banner")).to_be_visible()


def test_what_is_opened_stays_open_while_the_page_looks_for_news(page: Page, stage: Stage) -> None:
    page.goto(stage.pages["round-drawing"])
    expect(page.get_by_role("img", name="Drawn so far, from the right")).to_be_visible()
    expect(page.locator("#draw-progress")).to_be_visible()
    fold = page.locator("#draw-states")
    fold.locator("summary").click()
    with page.expect_response(lambda answer: "hx-request" in answer.request.headers):
        pass
    page.wait_for_timeout(300)
    expect(fold).to_have_attribute("open", "")


def test_what_is_typed_outlives_the_round(page: Page, stage: Stage) -> None:
    """The page looks for news as if it had shown the round before."""
    number, turned = stage.rounds["open"], threading.Event()

    def as_before(route: Route) -> None:
        shown = route.request.url if turned.is_set() else route.request.url.replace(f"={number}-", f"={number - 1}-")
        turned.set()
        route.continue_(url=shown)

    page.goto(stage.pages["frame"])
    page.get_by_label("Tickets", exact=True).fill("7")
    expect(page.locator("#tickets-total")).to_have_text("7,700")
    page.get_by_label("Tickets", exact=True).fill("0")  # is no number to be bought, has no price and is not kept
    expect(page.locator("#tickets-total")).to_have_text("–")
    page.route("**/embed?*shown=*", as_before)
    news = f"Round {number - 1} takes no more orders. This is round {number}."
    expect(page.locator("#round-ended")).to_contain_text(news)
    expect(page.locator("#announce")).to_have_text(news)
    expect(page.get_by_label("Tickets", exact=True)).to_have_value("7")
    expect(page.get_by_label("Tickets", exact=True)).to_be_focused()
    expect(page.locator("#tickets-total")).to_have_text("7,700")


def test_the_focus_goes_to_the_news_where_its_field_is_gone(page: Page, stage: Stage) -> None:
    number, turned = stage.rounds["open"], threading.Event()

    def as_before(route: Route) -> None:
        shown = route.request.url if turned.is_set() else route.request.url.replace(f"={number}-", f"={number - 1}-")
        turned.set()
        route.continue_(url=shown)

    page.goto(stage.pages["frame"])
    page.evaluate("document.getElementById('tickets').id = 'another'")
    page.locator("#another").focus()
    page.route("**/embed?*shown=*", as_before)
    expect(page.locator("#round-ended")).to_be_focused()


def test_trouble_is_told_and_can_be_tried_again(page: Page, stage: Stage) -> None:
    page.goto(stage.pages["round-open"])
    trouble = page.locator("#trouble")
    page.context.set_offline(True)
    expect(trouble).to_contain_text("We could not reach the server")
    page.context.set_offline(False)
    trouble.get_by_role("button", name="Try again").click()
    expect(trouble).to_be_empty()
    page.route("**/rounds/*", lambda route: route.fulfill(status=503, body="", content_type="text/plain"))
    expect(trouble).to_contain_text("Something went wrong on our side")
    page.unroute("**/rounds/*")
    trouble.get_by_role("button", name="Try again").click()
    expect(trouble).to_be_empty()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_what_is_called_off_is_no_error(page: Page, stage: Stage) -> None:
    """A part's question that a newer one, or another page, takes the place of: nothing is told, all is cleaned up."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(stage.pages["round-open"])
    asks = """() => {
      const part = document.querySelector("main");
      htmx.ajax("GET", location.href, { source: part, target: part, swap: "none" });
      htmx.trigger(part, "htmx:abort");
    }"""
    with page.expect_event("requestfailed"):
        page.evaluate(asks)
    page.wait_for_timeout(100)
    assert said == []
    expect(page.locator(".htmx-request")).to_have_count(0)
    expect(page.locator("#trouble")).to_be_empty()


def test_an_order_survives_a_lost_connection_and_twenty_clicks(page: Page, stage: Stage) -> None:
    before = orders()
    page.goto(stage.pages["frame"])
    page.context.set_offline(True)
    button = page.get_by_role("button", name="Get a payment address")
    button.click()
    expect(page.locator("#trouble")).to_contain_text("We could not reach the server")
    assert orders() == before
    page.context.set_offline(False)
    with page.expect_response(lambda answer: "hx-request" in answer.request.headers):
        pass
    page.wait_for_timeout(300)
    expect(page.locator("#trouble")).to_contain_text("We could not reach the server")  # what became of the click stays
    expect(button).to_be_enabled()
    button.evaluate("button => { for (let n = 0; n < 20; n++) button.click(); }")
    expect(page.get_by_role("heading", name="Waiting for your payment")).to_be_visible()
    assert orders() == before + 1
    expect(page.locator("#pay-late")).to_contain_text("Later it buys nothing and is refunded through Lucky Shop")
    address = page.locator("#pay-address").text_content()
    stage.world.send(str(address), 3_300)
    mempool.Watcher().look(chain_node.client())
    expect(page.locator("#announce")).to_have_text("Payment seen")
    page.go_back()
    expect(page.get_by_role("banner")).to_be_visible()


def test_everything_is_reached_by_keyboard(page: Page, stage: Stage) -> None:
    page.goto(stage.pages["frame"])
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.buy button[type=submit]')"):
            break
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Waiting for your payment")).to_be_visible()


def test_nothing_moves_where_motion_is_not_wanted(page: Page, stage: Stage) -> None:
    moving = (
        "[...document.querySelectorAll('main *')].filter(one => getComputedStyle(one).animationName !== 'none').length"
    )
    page.goto(stage.pages["round-drawing"])
    assert page.evaluate(moving) > 0
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate(moving) == 0


def test_a_receipt_prints_as_a_record(page: Page, stage: Stage) -> None:
    page.goto(stage.pages["receipt-most"])
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    for selector in (".site-head", ".site-foot", ".crumb", ".button", ".copy"):
        assert page.locator(selector).filter(visible=True).count() == 0, selector
    expect(page.locator(".receipt-head")).to_contain_text(f"/slips/{stage.orders['most'].id}")
    expect(page.locator("#terms-text")).to_be_visible()
    page.emulate_media(media="screen")
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.locator("details[open]").count() == 0


def test_it_all_works_without_scripts(chrome: Browser, stage: Stage) -> None:
    context = chrome.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(stage.pages["frame"])
    page.get_by_label("Tickets", exact=True).fill("7")
    page.get_by_role("button", name="Get a payment address").click()
    page.get_by_label("Tickets", exact=True).fill("4")
    page.get_by_role("button", name="Show this amount").click()
    expect(page.locator("#pay-amount")).to_have_text("0.00004400")
    page.goto(stage.pages["round-won"])
    page.get_by_text("The hash after each of 3 digits").click()
    expect(page.locator("#draw-states td .hash").first).to_be_visible()
    page.goto(stage.pages["hash-draw"])
    expect(page.get_by_role("button", name="Run the draw")).to_be_hidden()
    expect(page.get_by_text("own browser")).to_be_hidden()
    page.get_by_role("button", name="Draw on our server").click()
    expect(page.get_by_text("Matches", exact=True)).to_be_visible()
    page.goto(stage.pages["verify"])
    page.get_by_label("Its number, id or code, or a link to it").fill(stage.pages["receipt-most"])
    page.get_by_role("button", name="Verify").click()
    expect(page.get_by_role("heading", name="Your order in round")).to_be_visible()
    context.close()


def test_a_payment_that_is_seen_leaves_the_focus_at_its_heading(page: Page, stage: Stage) -> None:
    """The field that had it, for more tickets, is gone; the heading goes on telling what it is."""
    page.goto(stage.pages["frame-adding"])
    page.get_by_label("Tickets", exact=True).focus()
    stage.world.send(stage.orders["confirmed"].address, 3_300)
    mempool.Watcher().look(chain_node.client())
    expect(page.locator("#order-added")).to_be_visible()
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_be_focused()
    with page.expect_response(lambda answer: "hx-request" in answer.request.headers):
        page.evaluate("document.querySelector('h1').append(' once')")
    expect(heading).not_to_contain_text("once")
    expect(heading).to_be_focused()


def orders() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(TicketOrder)) or 0


def test_the_focus_stays_on_its_link_when_a_list_gets_a_row(page: Page, stage: Stage) -> None:
    """And goes to the page's heading where its row is gone."""
    newest = stage.pages["rounds"]
    whole = page.request.get(newest).text()
    rows = re.findall(r'<tr id="round-\d+">.*?</tr>', whole, re.DOTALL)
    shown = {"page": whole.replace(rows[0], "")}

    def answer(route: Route) -> None:
        is_news = "hx-request" in route.request.headers
        route.fulfill(body=shown["news" if is_news else "page"], content_type="text/html; charset=utf-8")

    part = page.request.get(newest, headers={"HX-Request": "true"}).text()
    shown["news"] = part
    page.route(newest, answer)
    page.goto(newest)
    link = page.get_by_role("link", name=re.compile("^Verify round")).first
    name = link.inner_text()
    link.focus()
    first = page.locator("tr[id^=round-]").first
    expect(first).to_have_id(rows[0].split('"')[1])
    expect(page.locator(":focus")).to_have_text(name)
    row = page.locator("tr", has=page.locator(":focus")).get_attribute("id")
    shown["news"] = re.sub(rf'<tr id="{row}">.*?</tr>', "", part, flags=re.DOTALL)
    expect(page.locator(f"#{row}")).to_have_count(0)
    expect(page.get_by_role("heading", level=1)).to_be_focused()
