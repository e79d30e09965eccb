"""Sources that do not agree, two people who enter what was on television, and two who find out too late that it was
another number: what was won by the first result has left the house, and the house bears it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text

from app.core.database.session import db, transaction
from app.core.errors import DomainError
from app.games.swertres.game import SWERTRES
from app.money.wallets.ways import WAYS
from app.money.wallets.withdrawals import sending, service
from app.outcomes.results import service as results
from app.outcomes.results.listeners import LISTENERS, tell_all
from app.outcomes.results.queries import Result
from app.people.players.profile.queries import profile_of
from app.selling.bets.sealing import jobs as sealing
from app.selling.bets.settlement import jobs
from app.selling.bets.settlement.listening import OfficialResults
from tests.money.wallets.money import Way
from tests.outcomes.results.conftest import world  # noqa: F401  (a fixture)
from tests.outcomes.results.test_by_hand import open_paper
from tests.outcomes.results.waiting import Waiting
from tests.people.approvals.people import confirm, session_of

from .rail import Rail
from .settled import balance, sold
from .test_sealing import forge, pass_time

BANKROLL = 10_000_000
STAKE, WON, DRAWN = 1_000, 450_000, 449_000
"""What is drawn out leaves a little: what of a deposit was not played goes only whence it came."""


@dataclass
class OfRail(Waiting):
    """The official draw that decides one of the rail's."""

    name: str = ""
    promised: bytes = b""

    @property
    def subject(self) -> str:
        return self.name

    def begin(self) -> OfRail:
        LISTENERS.fill(self.app, {"swertres": OfficialResults()})
        own = {"game": "swertres", "subject": self.name, "promise": self.promised}
        with transaction():
            self._id = results.expect(self.wanted(**own))
        return self

    def enter(self, numbers: str, second: str) -> None:
        """One proposes, another has seen the papers too and confirms."""
        proposal = self.propose(numbers)
        with pytest.raises(DomainError, match="approval_unread"):
            confirm(proposal, session_of(second))
        open_paper(self, second)
        confirm(proposal, session_of(second))
        tell_all()
        jobs.settle()
        jobs.pay()


def test_sources_disagree_people_enter_and_correct_what_has_left_already(
    world: tuple[Flask, Flask],  # noqa: F811
) -> None:
    app, sources = world
    rail, way = Rail(app, SWERTRES, 450), Way(provider="paymongo", name="gcash", currencies=frozenset({"PHP"}))
    WAYS.fill(app, {"gcash": way})
    rail.fund(BANKROLL)
    draw, first, second = rail.make_draw(), rail.player(STAKE), rail.player(STAKE)
    sold(rail, draw, first, ("straight", "047", STAKE))
    sold(rail, draw, second, ("straight", "417", STAKE))
    row = rail.draw(draw)
    waiting = OfRail(app, sources, 3, name=row.name, promised=row.promise_hash).begin()
    pass_time(draw, 700)
    assert sealing.seal() == 1

    waiting.draw("047")
    waiting.look()
    waiting.order(next="wrong_number", source="lottomatik", times=3)
    assert waiting.looks().outcome is None
    waiting.pace(1e-6)
    waiting.look()
    assert waiting.alarms() == {"result_open"}
    waiting.pace(1)
    with pytest.raises(DomainError, match="paper_missing"):
        waiting.propose("047")
    waiting.attach()
    waiting.enter("047", "bea")
    assert waiting.alarms() == set()
    assert (balance("wallet", first), balance("wallet", second), state(waiting)) == (WON, 0, "settled")

    with pytest.raises(DomainError, match="winnings_not_final"):
        withdraw(first)
    days = timedelta(days=2)
    forge(text("UPDATE bet_draws SET final_at = final_at - :days").bindparams(days=days))
    jobs.end_waiting()
    withdraw(first)
    assert (sending.send(), len(way.orders), balance("wallet", first)) == (1, 1, WON - DRAWN)

    waiting.enter("417", "cid")
    assert (balance("wallet", first), balance("receivable", first)) == (WON - DRAWN, 0), "what is final is his"
    assert (balance("wallet", second), state(waiting)) == (WON, "settled")
    assert balance("bankroll", "swertres") == BANKROLL + 2 * STAKE - 2 * WON, "the house bears what won by mistake"
    said = db.session.scalars(text("SELECT data FROM log_leaves WHERE kind = 'bet.corrected'")).all()
    assert [(one["isBorne"], one["takenBack"], one["result"]) for one in map(json.loads, said)] == [(True, 0, "417")]
    assert rail.breaches() == []
    assert waiting.breaches() == set()


def state(waiting: OfRail) -> str:
    found: Result = waiting.result()
    return found.state


def withdraw(user: UUID) -> None:
    """To one's own number; let out by an operator."""
    with transaction():
        phone = profile_of(user).phone
        assert phone is not None
        one = service.ask(user, "PHP", DRAWN, "gcash", phone)
        service.approve(one.id, actor="operator:ada", reason="his own number")
