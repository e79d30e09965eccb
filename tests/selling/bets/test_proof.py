"""What is handed out about a draw is enough to check it: the published script goes through all of it."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pypdf
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.core.database.session import db, transaction
from app.core.ids import new_id
from app.games.swertres.game import SWERTRES
from app.people.accounts import service as accounts
from app.people.accounts.login.page_door import session_cookie
from app.people.players.queries import read_now
from app.record.log import jobs as log_jobs
from app.selling.bets.calendar import making, promise
from app.selling.bets.calendar.times import Times
from app.selling.bets.games import Slot
from app.selling.bets.models import BetDraw, BetTicket
from app.selling.bets.proof import bundle
from app.selling.bets.sealing import jobs
from tests.faces.site.test_anything import ask
from tests.settings import LOG_KEY
from tests.utilities.swertres_draws import script

from .rail import Rail
from .selling import sell, wanted
from .test_sealing import blocks, pass_time

KEY = str(LOG_KEY.verifier)
BETS = [("rumble", "123", 10_00), ("straight", "213", 50_00)], [("straight", "047", 20_00)], [("rumble", "777", 10_00)]


@pytest.fixture
def swertres(committed_rail: Rail) -> Rail:
    rail = Rail(committed_rail.app, SWERTRES)  # type: ignore[arg-type]
    rail.fund(45_000_000_00)
    return rail


def by_block(rail: Rail) -> tuple[UUID, str]:
    """A draw that sells, of a slot that no lottery decides: its id and name."""
    rules = promise.Rules(86_400, 7_200, (), 0, 4, 1)
    now = read_now().replace(microsecond=0)
    times = Times(*(now + timedelta(seconds=one) for one in (-60, 600, 660, 840, 900)))
    day = (times.draws_at + timedelta(hours=8)).date()
    with pytest.MonkeyPatch.context() as patch, transaction():
        patch.setattr(making, "_rules", lambda **_: rules)
        making.write(rail.game, SWERTRES.schedule(), day, Slot(0, times.draws_at.time()), times)
    return db.session.scalars(select(BetDraw.id)).one(), f"{day}-0"


def browser_of(rail: Rail, user_id: UUID) -> FlaskClient:
    """Somebody's, signed in."""
    with transaction():
        token = accounts.open_session(user_id, agent="a test")
    browser = rail.app.test_client()
    with rail.app.test_request_context("/"):
        browser.set_cookie(session_cookie(), token)
    return browser


def checked(rail: Rail, name: str, folder: Path, capsys: Any, *more: str) -> dict[str, Any]:
    """What the script says of what everybody is given."""
    log_jobs.sequence()
    answer = rail.app.test_client().get(f"/api/bet-draws/swertres/{name}/bundle")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    (folder / "draw.json").write_bytes(answer.data)
    script.main([str(folder / "draw.json"), "--json", "--log-key", KEY, *more])
    return json.loads(capsys.readouterr().out)


def test_a_draw_from_its_promise_to_its_winners(
    swertres: Rail, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: Any
) -> None:
    monkeypatch.setattr(bundle, "AT_ONCE", 2)
    rail, user = swertres, swertres.player()
    draw_id, name = by_block(rail)
    tickets = [sell(wanted(rail, user, *((draw_id, *bet) for bet in bets))).ticket_id for bets in BETS]
    told = checked(rail, name, tmp_path, capsys)
    assert (told["status"], told["failing"], told["sales"], told["bets"]) == (3, [], 3, 4), told

    node = SimpleNamespace(call=lambda _, height: (bytes([height]) * 32).hex())
    monkeypatch.setattr(jobs, "node", SimpleNamespace(client=lambda: node))
    pass_time(draw_id, 700)
    assert jobs.seal() == 1
    pass_time(draw_id, 300)
    blocks(rail.draw(draw_id).draws_at, 106)
    assert jobs.draw() == 1
    draw = rail.draw(draw_id)
    own, stranger = browser_of(rail, user), browser_of(rail, rail.player())
    ticket = own.get(f"/api/swertres/bets/my-cards/{tickets[0]}/receipt")
    places = [f"/swertres/my-bets/{tickets[0]}/receipt.{form}" for form in ("json", "pdf")]
    for answer in (ticket, *map(own.get, places)):
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store"), answer.text
        (tmp_path / "receipt").write_bytes(answer.data)
        more = ("--receipt", str(tmp_path / "receipt"), "--person")
        told = checked(rail, name, tmp_path, capsys, *more, str(user))
        assert (told["status"], told["failing"], told["unfinished"]) == (0, [], []), told
        assert (told["number"], told["won"]) == (f"{draw.outcome:03}", draw.won_minor)
        assert checked(rail, name, tmp_path, capsys, *more, str(new_id()))["failing"] == ["receipt"], "another's"
    written = " ".join(page.extract_text() for page in pypdf.PdfReader(tmp_path / "receipt").pages)
    for words in ("123 rumble", "₱10.00", "75 for 1", "₱750.00", "132, 213", draw.promise_hash.hex(), str(user)):
        assert words in written
    for place in (ticket.request.path, *places):
        assert stranger.get(place).status_code == 404
        assert rail.app.test_client().get(place).status_code in (401, 303)

    code = db.session.scalars(select(BetTicket.code).where(BetTicket.id == tickets[0])).one()
    public = rail.app.test_client().get(f"/api/bet-draws/tickets/{code}").get_json()
    assert [one["salt"] for one in public["leaves"]] == [None]
    assert public["leaves"][0]["text"] == ticket.get_json()["leaves"][0]["text"]
    kept = ask(rail.app.test_client(), file=ticket.data).text
    assert "has exactly these entries of this card" in kept
    assert f"python3 verify_swertres.py {name}.json" in kept
    bundle_kept = ask(rail.app.test_client(), file=(tmp_path / "draw.json").read_bytes()).text
    assert "python3 verify_swertres.py kept" in bundle_kept
    other = json.dumps(ticket.get_json() | {"leaves": [{"leaf": "00" * 32, "text": "{}"}]})
    assert "none of this card" in ask(rail.app.test_client(), other).text


def test_what_is_not_there(swertres: Rail) -> None:
    client = swertres.app.test_client()
    for path in ("swertres/2026-01-01-0/bundle", "tickets/AAAA-BBBB-CCCC"):
        assert client.get(f"/api/bet-draws/{path}").status_code == 404
