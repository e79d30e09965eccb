"""The page that checks a draw of bets in the reader's browser: a draw of ours, and receipts that somebody kept."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select
from werkzeug.serving import make_server

from app.core.database.session import db
from app.games.swertres.game import SWERTRES
from app.record.log import jobs as log_jobs
from app.selling.bets.models import BetTicket
from tests.selling.bets.conftest import on_rail
from tests.selling.bets.rail import Rail
from tests.selling.bets.selling import sell, wanted
from tests.selling.bets.test_proof import BETS, browser_of, by_block
from tests.settings import LOG_KEY

pytestmark = pytest.mark.browser


@pytest.fixture
def swertres(committed_db: Flask) -> Iterator[Rail]:
    with on_rail(committed_db) as one:
        rail = Rail(one.app, SWERTRES)  # type: ignore[arg-type]
        rail.fund(45_000_000_00)
        yield rail


@pytest.fixture
def site(swertres: Rail) -> Iterator[str]:
    """Its address, on a server of its own."""
    server = make_server("127.0.0.1", 0, swertres.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@pytest.fixture
def page(chrome: Browser) -> Iterator[Page]:
    page = chrome.new_context(viewport={"width": 360, "height": 740}).new_page()
    yield page
    page.close()


def badges(page: Page) -> dict[str, str]:
    rows = page.locator("[data-draws] [data-claim]")
    told = rows.evaluate_all("rows => rows.map((row) => [row.dataset.claim, row.querySelector('.badge').innerText])")
    return dict(told)


def test_a_draw_of_ours_and_receipts_of_it(swertres: Rail, site: str, page: Page) -> None:
    user = swertres.player()
    draw_id, name = by_block(swertres)
    tickets = [sell(wanted(swertres, user, *((draw_id, *bet) for bet in bets))).ticket_id for bets in BETS]
    log_jobs.sequence()
    code = db.session.scalars(select(BetTicket.code).where(BetTicket.id == tickets[0])).one()
    own = browser_of(swertres, user).get(f"/api/swertres/bets/my-cards/{tickets[0]}/receipt").data
    db.session.rollback()

    page.goto(f"{site}/swertres/results/{name}")
    page.locator("#check summary").click()
    page.get_by_role("link", name="Verify it in your browser").click()
    verdict = page.locator("[data-claims-verdict]")
    expect(verdict).to_contain_text("Nothing is wrong, but not everything could be checked", timeout=60_000)
    expect(page.locator("h1")).to_have_text(f"Verify draw {name}")
    open_ = {"seal", "worst-case", "result", "settlement"}
    told = badges(page)
    assert {claim for claim, badge in told.items() if badge == "Not yet"} == open_
    assert {claim for claim, badge in told.items() if badge == "Not asked"} == {"known-log", "known-promise"}
    assert "Does not hold" not in told.values()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360

    page.goto(f"{site}/verify")
    asked: list[str] = []
    page.on(
        "request", lambda request: asked.append(f"{request.method} {request.url}") if "/api/" in request.url else None
    )
    page.get_by_label("Open files").set_input_files({"name": "r.json", "mimeType": "application/json", "buffer": own})
    page.get_by_role("button", name="Check it").first.click()
    expect(page.locator("[data-claim=receipt] .badge")).to_have_text("Holds", timeout=60_000)
    expect(page.locator("[data-claim=promised] .badge")).to_have_text("Holds", timeout=60_000)
    bets = page.locator("[data-paste-bets]")
    expect(bets.locator("[data-claims-outcome]")).to_contain_text(f"Your card {code}, for this draw. Bets: ")
    expect(bets.locator("[data-claims-outcome]")).to_contain_text("waits for the draw")
    bets.get_by_label("Your account").fill("somebody else")
    bets.get_by_role("button", name="Check it").click()
    expect(page.locator("[data-claim=receipt]")).to_contain_text("names somebody else", timeout=60_000)
    bets.get_by_label("Your account").fill(str(user))
    bets.locator("summary", has_text="What you know from elsewhere").click()
    bets.get_by_label("Key of the public log").fill(str(LOG_KEY.verifier))
    bets.get_by_role("button", name="Check again").click()
    expect(bets.locator("[data-claims-verdict]")).to_contain_text("Nothing is wrong", timeout=60_000)
    assert badges(page)["receipt"] == "Holds"
    assert set(asked) == {f"GET {site}/api/log", f"GET {site}/api/bet-draws/swertres/{name}/bundle"}, "no more is told"

    public = swertres.app.test_client().get(f"/api/bet-draws/tickets/{code}").get_json()
    page.get_by_label("Or paste the text").fill(json.dumps(public))
    page.get_by_role("button", name="Check it").first.click()
    expect(page.locator("[data-claim=receipt]")).to_contain_text("has no salt", timeout=60_000)

    page.goto(f"{site}/swertres/verify/{code}")
    page.get_by_role("link", name="Verify it in your browser").click()
    expect(page.locator("[data-claim=receipt] .badge")).to_have_text("Holds", timeout=60_000)
    page.goto(f"{site}/verify/bets?code=AAAA-BBBB-CCCC")
    expect(verdict).to_contain_text("There is no card with this code.")

    page.goto(f"{site}/verify/bets?lang=en")
    page.get_by_label("Your receipt of bets").set_input_files(
        {"name": "r.json", "mimeType": "application/json", "buffer": own}
    )
    page.get_by_role("button", name="Check it").click()
    expect(page.locator("[data-claim=receipt] .badge")).to_have_text("Holds", timeout=60_000)
    page.get_by_label("Your receipt of bets").set_input_files(
        {"name": "r.json", "mimeType": "application/json", "buffer": b"{}"}
    )
    page.get_by_role("button", name="Check it").click()
    expect(verdict).to_contain_text("This record cannot be read", timeout=60_000)
