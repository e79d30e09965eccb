"""Swertres in the demo: opened once, bet on by people who obey the public JSON, and drawn as somebody wishes."""

from __future__ import annotations

from datetime import timedelta
from itertools import islice, pairwise
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.core.database.session import db, transaction
from app.games.swertres.game import SWERTRES, ZONE
from app.games.swertres.reads import draws
from app.games.swertres.rules import OFFICIAL
from app.outcomes.results import service as results
from app.people.accounts import service as accounts
from app.record.ledger import queries as ledger
from app.selling.bets import postings
from app.selling.bets.models import BetLine, BetTicket
from dev.results.serving import create
from dev.world.swertres import bettors
from dev.world.swertres import official as telling
from dev.world.swertres.official import Official
from dev.world.swertres.opening import BANKROLL, open_shop
from dev.world.swertres.people import Visit, everybody, sign_in
from tests.money.wallets.money import top_up


@pytest.fixture
def opened(app: Flask, session: Any, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The game as the demo opens it, at a lottery that draws at any time; its people have pesos."""
    monkeypatch.setattr(results, "is_drawn", lambda *_: True)
    for _ in range(2):
        open_shop(app)
    for person in islice(everybody(), bettors.PEOPLE):
        sign_in(app, person)
        with transaction():
            user_id = accounts.user_with_phone(person.phone)
            top_up(user_id, 2_000_00, None, currency="PHP", provider="paymongo", clearing_of="paymongo")
    return app


def sending(client: FlaskClient) -> Any:
    """What `requests.request` is, to an application in this process."""

    def send(method: str, url: str, *, json: Any, headers: dict[str, str], timeout: float) -> Any:
        answer = client.open(url.removeprefix("http://localhost"), method=method, json=json, headers=headers)
        return SimpleNamespace(status_code=answer.status_code, json=answer.get_json)

    return send


def test_people_bet_on_draws_minutes_apart(opened: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bettors, "GCASH_CHANCE", 0)  # no gateway is there
    send = sending(opened.test_client())
    people = bettors.Bettors(opened, "http://localhost", Random(7), lambda *given: Visit(*given, send))
    for _ in range(12):
        assert people.turn() > 0
    bankroll = postings.bankroll(SWERTRES.name, SWERTRES.currency)
    assert ledger.balance(bankroll) == BANKROLL
    assert 0 < ledger.available(bankroll) < BANKROLL, "draws hold what they could cost"
    assert db.session.query(BetTicket).filter(BetTicket.state == "posted").count() in range(8, 13)
    lines = db.session.query(BetLine).all()
    assert {line.kind for line in lines} == {"straight", "rumble"}
    assert len({line.draw_id for line in lines}) > 1
    near = draws.open_now()[:3]
    assert all(later.draws_at - sooner.draws_at <= timedelta(minutes=5) for sooner, later in pairwise(near))


def test_what_somebody_wishes_is_drawn(opened: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    simulator = create().test_client()

    def post(url: str, *, json: Any, timeout: float) -> Any:
        answer = simulator.post(url.removeprefix("http://results"), json=json)
        return SimpleNamespace(raise_for_status=lambda: answer.status_code == 200 or pytest.fail(answer.text))

    lottery, first = Official(opened, "http://results", post), draws.open_now()[0]
    lottery.tell()
    when = f"{OFFICIAL} {first.draws_at.astimezone(ZONE):%Y-%m-%d %H:%M}"
    assert f'value="{when}"' in simulator.get("/").text
    assert simulator.post("/", data={"draw": when, "numbers": "047", "act": "draw"}).status_code == 303
    monkeypatch.setattr(telling, "read_now", lambda: first.draws_at)
    lottery.tell()
    assert "<strong>047</strong>" in simulator.get("/").text
