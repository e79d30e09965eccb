"""Pages of a winner, a doubter and the partner, left open in a browser, say by themselves how far the jackpot's payment
is."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from app.core.database.session import transaction
from app.people.accounts import service as accounts
from app.people.accounts.login.page_door import session_cookie
from dev.node.process import NodeProcess, free_port
from tests.browsing import findings, overflow
from tests.factories.played import following_app
from tests.factories.world import World
from tests.journeys.conftest import Quiet
from tests.settings import OPERATOR_PASSWORD

from .conftest import Desk
from .test_paid_is_visible import won_tickets

TWO_ROUNDS_OF_ASKING = 25_000
PHONE = {"width": 360, "height": 740}


@pytest.fixture
def served(
    fresh_database: Callable[[], str],
    app_settings: dict[str, str],
    node: NodeProcess,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[str, Flask]]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    settings = app_settings | {"BASE_URL": url, "ROUND_LENGTH_BLOCKS": "4"}
    with following_app(settings, fresh_database(), node.rpc_url, tmp_path_factory.mktemp("paid")) as app:
        server = make_server("127.0.0.1", port, app, threaded=True, request_handler=Quiet)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        with app.app_context():
            yield url, app
        server.shutdown()
        thread.join()


def agrees(page: Page) -> None:
    """The doubter's browser has checked the bundle, and the platform's own record is the same."""
    row = page.locator("dl.checks > div", has_text="The platform says the same of the round today").last
    expect(row.get_by_text("Holds", exact=True)).to_be_visible(timeout=TWO_ROUNDS_OF_ASKING)
    expect(page.get_by_text("The platform says something else today")).to_have_count(0)


def signed_in_owner(app: Flask, owner: UUID, url: str) -> dict[str, str]:
    """The cookie of the site's owner."""
    with transaction():
        token = accounts.open_session(owner, agent="Mozilla/5.0")
    with app.test_request_context("/"):
        return {"name": session_cookie(), "value": token, "url": url}


def test_open_pages_follow_the_payment_to_its_end(
    served: tuple[str, Flask], node: NodeProcess, chrome: Browser
) -> None:
    url, app = served
    desk = Desk(World(app, node).begin())
    won = won_tickets(desk)
    visitor = chrome.new_context(viewport=PHONE, reduced_motion="reduce")  # type: ignore[arg-type]
    visitor.add_cookies([signed_in_owner(app, won.site.owner_user_id, url)])  # type: ignore[list-item]
    winner, doubter, wins, overview = (visitor.new_page() for _ in range(4))
    wins.goto(f"{url}/partners/{won.site.name}/wins")
    overview.goto(f"{url}/partners/{won.site.name}")
    winner.goto(url + won.pages["order"])
    doubter.goto(url + won.verify)
    agrees(doubter)

    def both_say(title: str) -> None:
        for page in (winner, doubter):
            page.bring_to_front()
            expect(page.get_by_role("heading", name=title)).to_be_visible(timeout=TWO_ROUNDS_OF_ASKING)
        expect(winner.locator("#announce")).to_have_text(title)

    def partner_sees(state: str) -> None:
        for page, part in ((wins, "#list"), (overview, "#wins")):
            page.bring_to_front()
            badge = page.locator(part).get_by_text(state, exact=True)
            expect(badge).to_be_visible(timeout=TWO_ROUNDS_OF_ASKING)

    partner_sees("Owed")
    desk.sent(won.number)
    both_say("The jackpot is on its way")
    partner_sees("Sent")
    desk.bury()
    both_say("The jackpot is paid")
    partner_sees("Paid")
    assert overflow(winner) == 0
    assert findings(winner) == []
    doubter.bring_to_front()
    expect(doubter.locator('[data-claim="payout"] [data-state]')).to_have_text("Holds", timeout=TWO_ROUNDS_OF_ASKING)
    expect(doubter.get_by_text(re.compile("Settled, and everything (that was looked at )?holds"))).to_be_visible()
    expect(doubter.locator("[data-states] tr")).to_have_count(3)  # a row a digit, however often it was checked
    agrees(doubter)
    visitor.close()


def test_a_doubters_page_left_open_sees_the_draw(served: tuple[str, Flask], node: NodeProcess, chrome: Browser) -> None:
    """Opened before the closing block: the draw's card comes by itself, is filled, and every claim is judged anew."""
    url, app = served
    world = World(app, node).begin()
    order = world.order(world.site(), "ada")
    world.send(order.address, 1_100_000)
    world.mine()
    doubter = chrome.new_page(viewport=PHONE, reduced_motion="reduce")  # type: ignore[arg-type]
    doubter.goto(f"{url}/verify?round={order.round_number}")
    expect(doubter.locator("#verify-drawn")).to_contain_text("Not drawn yet")
    agrees(doubter)
    kept = doubter.get_by_label("Seal, from before the closing block")
    doubter.get_by_text("What you know from elsewhere", exact=True).click()
    kept.fill("ab" * 32)
    world.finish(order.round_number)
    card = doubter.locator("#verify-drawn")
    expect(card.get_by_text("Matches")).to_be_visible(timeout=TWO_ROUNDS_OF_ASKING)
    expect(doubter.locator("#verify-state")).to_have_text("Settled")
    expect(doubter.locator('[data-claim="draw"] [data-state]')).to_have_text("Holds")
    expect(doubter.locator('[data-claim="expected-seal"] [data-state]')).to_have_text("Does not hold")
    assert kept.input_value() == "ab" * 32, "what was typed stays, and is asked of the new record"
    assert findings(doubter) == []
    doubter.close()


def test_a_drafts_page_left_open_follows_it_to_the_end(
    served: tuple[str, Flask], node: NodeProcess, chrome: Browser
) -> None:
    """Signed, sent and buried elsewhere: the page says so by itself, keeps what was typed, and then asks no more."""
    url, app = served
    desk = Desk(World(app, node).begin())
    payout_id = desk.generate(desk.win())
    asked: list[int] = []
    secret: Any = {"username": "operator", "password": OPERATOR_PASSWORD}
    visitor = chrome.new_context(viewport=PHONE, reduced_motion="reduce", http_credentials=secret)  # type: ignore[arg-type]
    page = visitor.new_page()
    page.on("response", lambda answer: asked.append(answer.status) if "seen=" in answer.url else None)
    page.goto(f"{url}/admin/payouts/{payout_id}")
    state, story = page.locator("#payout-state"), page.locator("#payout-steps")
    expect(state).to_contain_text("Draft", timeout=TWO_ROUNDS_OF_ASKING)
    page.locator("#psbt").fill("half a PSBT")
    page.wait_for_timeout(6_000)
    assert asked, "it asks"
    assert set(asked) == {204}, "nothing comes while nothing has changed"

    desk.upload(payout_id)
    expect(state).to_contain_text("Signed", timeout=TWO_ROUNDS_OF_ASKING)
    expect(page.get_by_role("link", name="Broadcast it…")).to_be_visible(timeout=TWO_ROUNDS_OF_ASKING)
    expect(page.locator("#announce")).to_have_text("Payout: signed", timeout=TWO_ROUNDS_OF_ASKING)
    page.get_by_text("Sign it once more").click()
    page.locator("#psbt").fill("another half")
    desk.broadcast(payout_id)
    expect(state).to_contain_text("Broadcast", timeout=TWO_ROUNDS_OF_ASKING)
    expect(page.get_by_text("saw that the network has it")).to_be_visible(timeout=TWO_ROUNDS_OF_ASKING)
    page.get_by_text("Bump the fee").click()
    assert page.locator("#bump-reason").input_value() == "", "what was typed goes into no other field"
    page.locator("#rate").fill("20")
    page.wait_for_timeout(6_000)
    assert page.locator("#rate").input_value() == "20", "what was typed stays"
    assert page.locator("#bump-reason").is_visible(), "what was opened stays open"
    desk.world.mine(1)
    expect(state).to_contain_text("In block", timeout=TWO_ROUNDS_OF_ASKING)
    expect(page.locator("#rate")).to_have_count(0)  # what is in a block is waited for
    desk.bury()
    expect(story).to_contain_text("Confirmed", timeout=TWO_ROUNDS_OF_ASKING)
    expect(state).to_contain_text("Confirmed", timeout=TWO_ROUNDS_OF_ASKING)
    assert overflow(page) == 0
    assert asked[-1] == 286
    before = len(asked)
    page.wait_for_timeout(7_000)
    assert len(asked) == before, "its story is over"
    visitor.close()
