"""Whatever is taken, given back, put in, taken out and lost: draws have no more than the bankroll, at any moment."""

from __future__ import annotations

import random
from contextlib import suppress
from types import SimpleNamespace

import pytest

from app.core.database.session import db
from app.core.errors import DomainError
from app.core.ports import places
from app.record.ledger import queries as ledger
from app.selling.bets.bankroll import capacity
from app.selling.bets.checks import bets_agree
from app.selling.bets.games import GAMES
from app.selling.bets.models import BetCapacity, BetDraw, BetExposure

from .bare_draws import BANKROLL, CURRENCY, GAME, bare_draw, house_loses, put_in, take_out


@pytest.fixture(autouse=True)
def _a_game(app, session, monkeypatch):
    monkeypatch.setitem(places(app).held, GAMES, {GAME: SimpleNamespace(currency=CURRENCY)})


def draw(draw_id) -> BetDraw:
    found = db.session.get(BetDraw, draw_id)
    assert found is not None
    return found


def could_cost(draw_id, worst: int) -> bool:
    """What a sale does: a slice where it needs one, then the figure of the draw."""
    if not capacity.widen(draw_id, worst):
        return False
    costs(draw_id, max(worst, draw(draw_id).worst_minor))
    return True


def costs(draw_id, worst: int) -> None:
    draw(draw_id).worst_minor = worst
    db.session.merge(BetExposure(draw_id=draw_id, mark=7, amount_minor=worst))
    db.session.flush()


def test_a_draw_takes_slices_and_the_last_of_what_is_left(session):
    put_in(256_000)
    capacity.count()
    one, other = bare_draw(0), bare_draw(1)
    assert [(could_cost(one, worst), draw(one).allotted_minor) for worst in (1, 1_000)] == [(True, 1_000)] * 2
    assert (capacity.left(draw(other)), capacity.widen(other, 255_001)) == (255_000, False)
    assert capacity.widen(other, 255_000)
    assert (capacity.left(draw(one)), ledger.available(BANKROLL)) == (1_000, 0)
    capacity.narrow(other, 0)
    assert (capacity.left(draw(one)), ledger.available(BANKROLL)) == (256_000, 255_000)


def test_a_bankroll_that_nothing_stands_behind_sells_nothing(session):
    """What is free is less than the bankroll says: the smaller of both counts."""
    put_in(1_000)
    house_loses(400)
    capacity.count()
    assert not capacity.widen(one := bare_draw(0), 601)
    assert capacity.widen(one, 600)
    capacity.lost(CURRENCY, 100)
    assert (capacity.left(draw(one)), capacity.widen(one, 601)) == (600, False)


def test_whatever_happens_draws_have_no_more_than_the_bankroll(session):
    dice = random.Random(11)
    draws = [bare_draw(slot) for slot in range(4)]
    refused = 0
    for _ in range(150):
        amount, one = dice.randint(1, 400), dice.choice(draws)
        act = dice.choice(["fund", "withdraw", "sell", "sell", "sell", "give back", "lose", "count"])
        with suppress(DomainError):
            if act == "fund":
                put_in(amount)
            elif act == "withdraw":
                take_out(amount)
            elif act == "sell":
                refused += not could_cost(one, draw(one).worst_minor + amount)
            elif act == "give back":
                costs(one, draw(one).worst_minor // 2)
                capacity.narrow(one, draw(one).worst_minor)
            elif act == "lose":
                house_loses(amount // 8)
                capacity.lost(CURRENCY, amount // 8)
            else:
                capacity.count()
        db.session.expire_all()
        allotted = [draw(each).allotted_minor for each in draws]
        assert sum(allotted) <= ledger.balance(BANKROLL)
        assert db.session.get_one(BetCapacity, CURRENCY).allotted_minor == sum(allotted)
        assert all(draw(each).worst_minor <= had for each, had in zip(draws, allotted, strict=True))
    assert 5 < refused < 100
    assert [breach for breach in bets_agree() if "lines" not in breach.check] == []  # nobody has bought anything
