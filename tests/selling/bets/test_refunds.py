"""What was staked on a draw that is not held goes back, once; so does a single ticket that two people give back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text

from app.core.database.session import db, transaction
from app.core.errors import DomainError
from app.money.gateways import asking
from app.money.gateways.clients.interface import RefundTold
from app.money.gateways.operating import story
from app.money.wallets.origins import service as origins
from app.outcomes.results import service as results
from app.people.notices import queries as notices
from app.selling.bets.calendar import service as calendar
from app.selling.bets.settlement import jobs, listening
from app.selling.bets.settlement.paying import SETTLED
from app.selling.bets.settlement.refunds import deciding
from tests.people.approvals.conftest import house  # noqa: F401  (a fixture)
from tests.people.approvals.people import confirm, session_of

from .conftest import on_rail
from .rail import Rail
from .settled import balance, paid_out, sealed, sold
from .test_reservations import PAID, Till, till  # noqa: F401  (a fixture)

NOW = datetime.now(UTC)


@pytest.fixture
def decided(house: Flask) -> Iterator[Rail]:  # noqa: F811
    """A rail with operators who decide together."""
    with on_rail(house) as one:
        yield one


def state(ticket: UUID) -> list[str]:
    rows = db.session.scalars(text("SELECT state FROM bet_entries WHERE ticket_id = :id ORDER BY id"), {"id": ticket})
    return list(rows)


def test_a_skipped_draw_gives_back_and_can_be_held_after_all(rail: Rail, monkeypatch: pytest.MonkeyPatch) -> None:
    draw, players = rail.make_draw(official=False), [rail.player(1_000) for _ in range(3)]
    for player in players:
        sold(rail, draw, player, ("one", "7", 600))
    with transaction():
        calendar.skip(draw, "a typhoon", actor="operator:ada")

    def die(name: str) -> None:
        raise KeyboardInterrupt(name)

    monkeypatch.setattr(jobs, "step", die)
    with pytest.raises(KeyboardInterrupt):
        jobs.give_back_all(draw, most=1)
    monkeypatch.undo()
    assert (jobs.give_back(), jobs.give_back()) == (3, 0)
    assert [balance("wallet", player) for player in players] == [1_000] * 3
    assert {one.unplayed for player in players for one in origins.origins_of(player)} == {1_000}
    told = db.session.scalars(text("SELECT data::json ->> 'because' FROM log_leaves WHERE kind = 'bet.refunded'")).all()
    assert told == ["skipped: a typhoon"] * 3
    (notice, *_) = notices.page_of(players[0], 5)
    assert "The draw is not held: a typhoon. Your stake goes back" in notice.words.text
    assert (rail.draw(draw).allotted_minor, balance("stakes", draw)) == (0, 0)
    with transaction():
        calendar.unskip(draw, "it turned away", actor="operator:ada")
    sold(rail, draw, players[0], ("one", "7", 100))
    assert (rail.draw(draw).worst_minor, rail.breaches()) == (900, [])


def test_a_ticket_goes_back_by_two_people_as_far_as_it_is_not_sealed(decided: Rail) -> None:
    rail = decided
    draw = rail.make_draw()
    player = rail.player(1_000)
    ticket, other = sold(rail, draw, player, ("one", "7", 400)), sold(rail, draw, player, ("pair", "7-8", 200))
    with transaction():
        waiting = deciding.propose(ticket, "sold to a minor", actor="operator:operator")
        assert waiting is not None
        approval: UUID = waiting.id
    confirm(approval, session_of("bea"))
    assert (state(ticket), state(other), balance("wallet", player)) == (["refunded"], ["posted"], 800)
    assert (rail.draw(draw).worst_minor, rail.draw(draw).sold_minor) == (900, 200)
    sealed(draw)
    with pytest.raises(DomainError, match="ticket_is_sealed"), transaction():
        deciding.propose(other, "too late", actor="operator:operator")
    assert rail.breaches() == []


@dataclass(frozen=True)
class Told:
    """A result as `outcomes/results` tells it."""

    subject: str
    promise: bytes
    numbers: str
    version: int = 1
    game: str = "pick"
    confirmed_at: datetime = NOW
    final_at: datetime = NOW + timedelta(days=36_500)


def test_what_official_results_say_is_done_once_the_draw_is_sealed(rail: Rail) -> None:
    draw, cancelled = rail.make_draw(), rail.make_draw(opens=-9_000, closes=-8_000)
    player = rail.player(1_000)
    sold(rail, draw, player, ("one", "7", 100))
    row, listener = rail.draw(draw), listening.OfficialResults()
    first, settled = Told(row.name, row.promise_hash, "7"), []
    SETTLED.fill(rail.app, lambda *told: settled.append(told))
    for _ in range(2):
        with transaction():
            listener.confirmed(first)
    with pytest.raises(ValueError, match="promised something else"), transaction():
        listener.confirmed(Told(row.name, b"x" * 32, "7"))
    assert (jobs.settle(), rail.draw(draw).state) == (0, "selling")
    sealed(draw)
    assert (jobs.settle(), paid_out(), balance("wallet", player)) == (1, 1, 1_800)
    with transaction():
        listener.corrected(first, Told(row.name, row.promise_hash, "8", version=2))
    assert (jobs.settle(), jobs.settle(), balance("wallet", player)) == (1, 0, 900)
    with transaction():
        other = rail.draw(cancelled)
        listener.confirmed(Told(other.name, other.promise_hash, "1"))
    assert jobs.settle() == 0
    alarms = db.session.execute(text("SELECT code, detail ->> 'because' FROM alarms WHERE closed_at IS NULL")).all()
    assert [tuple(alarm) for alarm in alarms] == [("bet_not_settled", "draw_not_sealed")]
    with transaction():
        calendar.cancel(calendar.locked(cancelled), "void: not sealed", actor="system")
    assert jobs.settle() == 1
    assert db.session.scalar(text("SELECT count(*) FROM alarms WHERE closed_at IS NULL")) == 0
    assert (jobs.pay(), settled) == (0, [("pick", row.name, 1), ("pick", row.name, 2)])
    SETTLED.fill(rail.app, results.settled)
    assert rail.breaches() == []


@pytest.mark.parametrize("answered", ["succeeded", "failed", "disputed"])
def test_what_came_by_a_gateway_goes_back_there_or_stays_and_leaves_nowhere_else(
    till: Till,  # noqa: F811
    answered: str,
) -> None:
    """Where the gateway refuses it, or cannot be asked at all, it is in the wallet and bound to where it came from."""
    rail, draw = till.rail, till.rail.make_draw()
    user = rail.player(0)
    one = till.wanted(user, draw)
    payment = till.begun(one)
    assert till.hear(payment, PAID) == "succeeded"
    told = story.story_of(payment)
    assert (told.left, told.spent) == (0, 3_000), "what is staked is no refund's to offer"
    db.session.rollback()
    with transaction() as session:
        if answered == "disputed":
            session.execute(text("UPDATE gateway_payments SET state = 'disputed'"))
        calendar.skip(draw, "a typhoon", actor="operator:ada")
    till.gateway.refunding = RefundTold("failed" if answered == "failed" else "succeeded", "r1")
    assert jobs.give_back() == 1
    db.session.rollback()
    asking.run()
    in_wallet = 0 if answered == "succeeded" else 3_000
    assert (balance("stakes", draw), balance("wallet", user), balance("refund", payment)) == (0, in_wallet, 0)
    assert [(one.unplayed, one.played) for one in origins.origins_of(user)] == [(in_wallet, 0)]
    told = story.story_of(payment)
    assert (told.left, told.spent, told.gone, len(told.failed)) == (
        *(in_wallet, 0, 3_000 - in_wallet),
        int(answered == "failed"),
    )
    db.session.rollback()
    assert (jobs.give_back(), state(one.ticket_id), rail.breaches()) == (0, ["refunded"], [])
