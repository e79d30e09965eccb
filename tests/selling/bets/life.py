"""A rail of bets as a machine of rules, with a model beside it: what may happen, in any order."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any, ClassVar
from uuid import UUID

import pytest
from flask import Flask
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)
from sqlalchemy import text

from app.core.database.session import db, transaction
from app.core.errors import DomainError
from app.core.ids import new_id
from app.games.swertres.game import SWERTRES
from app.money.gateways import asking
from app.money.gateways.clients.interface import DisputeTold, RefundTold
from app.people.players.queries import read_now
from app.record.audit.approving import Agreed
from app.selling.bets.bankroll import owner
from app.selling.bets.calendar import service as calendar
from app.selling.bets.sale import service as sale
from app.selling.bets.sale.reserving import jobs as reservations
from app.selling.bets.sale.ticket import Accepted, Line, RefusedSale, Wanted
from app.selling.bets.sealing import checks as seal_checks
from app.selling.bets.sealing import jobs as sealing
from app.selling.bets.settlement import correcting, jobs, paying, result
from tests.settings import EXPLORE

from .books import MULTIPLE, Bet, Book, Bought
from .rail import Rail
from .test_reservations import PAID, Till
from .test_sealing import pass_time

BANKROLL, MONEY = 5_000_000, 20_000
DAY = timedelta(days=1)
NUMBERS = ["123", "321", "213", "112", "777"]
BETS = st.tuples(
    st.integers(0, 9),
    st.sampled_from(["straight", "rumble"]),
    st.sampled_from(NUMBERS),
    st.sampled_from([1_000, 3_000]),
)
AT = st.integers(0, 50)


class Died(BaseException):
    """As a process does: nothing catches it."""


class Life(RuleBasedStateMachine):
    """Each example begins with an empty rail; what it has written is rolled back."""

    app: ClassVar[Flask]
    beginning: ClassVar[str] = "paid"
    steps: ClassVar[int] = 0
    reached: ClassVar[set[str]] = set()

    @initialize()
    def begin(self) -> None:
        self.age = 0
        self.outer: Any = db.engine.begin_nested()  # type: ignore[attr-defined]
        self.rail, self.book = Rail(self.app, SWERTRES, MULTIPLE), Book()
        self.till = Till(self.rail)
        self.rail.fund(BANKROLL)
        self.book.funded = BANKROLL
        self.players = [self.rail.player(MONEY) for _ in range(3)]
        self.book.put_in.update(dict.fromkeys(self.players, MONEY))
        for _ in range(3):
            self.make_draw()
        getattr(self, f"begin_{self.beginning}")()

    def begin_paid(self) -> None:
        self.reserve(0, 0, "123", True)
        self.pay(0, 1)
        self.book.check()
        self.lose_a_dispute(0)

    def begin_released(self) -> None:
        self.reserve(0, 0, "123", False)
        self.book.check()
        self.wait_for_payment(0, 901)
        self.pay(0, 2)

    def begin_late(self) -> None:
        self.reserve(0, 0, "123", False)
        self.reserve(0, 0, "321", False)
        self.book.check()
        self.seal(0)
        self.pay(0, 2)

    def begin_drawn(self) -> None:
        self.sell([[(0, "rumble", number, 1_000)] for number in ("123", "321", "213")])
        self.seal(0)
        self.settle(0, 0)
        self.pay_winners(1)
        self.book.check()
        self.correct(0, 1, False)
        self.correct(0, 2, True)

    def begin_skipped(self) -> None:
        for _ in range(2):
            self.sell([[(0, "straight", "112", 3_000)]] * 2)
        self.book.check()
        self.skip(0)
        self.give_back(1, "succeeded")

    def teardown(self) -> None:
        if not hasattr(self, "outer"):
            return
        db.session.remove()
        self.outer.rollback()

    def draws(self, *states: str) -> list[UUID]:
        return [draw_id for draw_id, state in self.book.draws.items() if state in states]

    @rule()
    def make_draw(self) -> None:
        self.book.draws[self.rail.make_draw(official=False)] = "selling"

    # What is bought

    @precondition(lambda self: self.draws("selling"))
    @rule(wanted=st.lists(st.lists(BETS, min_size=1, max_size=3, unique=True), min_size=1, max_size=3))
    def sell(self, wanted: list[list[tuple[int, str, str, int]]]) -> None:
        """From wallets, one ticket each, in one batch."""
        asked = [self._wanted(user, bets) for user, bets in zip(self.players, wanted, strict=False)]
        for _ in range(2):  # the same again is the same
            with transaction():
                answers = sale.accept(asked)
        for one, answer in zip(asked, answers, strict=True):
            self._keep(one, answer)

    @precondition(lambda self: self.draws("selling"))
    @rule(who=AT, at=AT, number=st.sampled_from(NUMBERS[:3]), pays=st.booleans())
    def reserve(self, who: int, at: int, number: str, pays: bool) -> None:
        user, draws = self.players[who % len(self.players)], self.draws("selling")
        bet = Bet(draws[at % len(draws)], "rumble", number, 3_000)
        one = replace(self._ticket(user, (bet,)), payment="gcash")
        answer, payment = self.till.reserve(one)
        self._keep(one, answer, payment)
        if payment is not None and isinstance(answer, Accepted):
            asking.begin(payment)
            if pays:
                self._pay(self.book.tickets[one.ticket_id])

    @precondition(lambda self: self._cards())
    @rule(at=AT, times=st.integers(1, 2))
    def pay(self, at: int, times: int) -> None:
        """Whenever it is heard of: in time, or once the ticket is released, or its draw is closed."""
        self._pay(self._card(at), times)

    def _pay(self, one: Bought, times: int = 1) -> None:
        before, is_sold = self.till.state(one.id), all(self.book.draws[bet.draw] == "selling" for bet in one.bets)
        for _ in range(times):
            self.till.hear(self._payment(one), PAID)
        after = "posted" if before == "posted" or (before == "reserved" and is_sold) else "released"
        assert self.till.state(one.id) == after
        Life.reached.add(f"paid when {before}{'' if is_sold else ', too late'}")

    @precondition(lambda self: self._cards())
    @rule(at=AT, seconds=st.sampled_from([599, 901]))
    def wait_for_payment(self, at: int, seconds: int) -> None:
        """Its gateway says nothing; what is due is released, however often."""
        self.till.pass_by(self._card(at).id, seconds)
        for _ in range(2):
            reservations.release_over()

    @precondition(lambda self: self._cards())
    @rule(at=AT)
    def lose_a_dispute(self, at: int) -> None:
        one = self._card(at)
        if one.is_disputed or self.till.state(one.id) != "posted" or self._gone(one):
            return
        one.is_disputed = True
        Life.reached.add("dispute lost")
        self.till.hear(self._payment(one), replace(PAID, disputes=(DisputeTold("d1", 3_000, "lost"),)))
        self.book.put_in[one.user] -= 3_000
        self.book.kept |= {(one.id, bet.draw) for bet in one.bets}

    @rule(who=AT, amount=st.integers(1, 9))
    def top_up(self, who: int, amount: int) -> None:
        user = self.players[who % len(self.players)]
        self.rail.top_up(user, amount * 1_000)
        self.book.put_in[user] += amount * 1_000

    @rule(amount=st.sampled_from([-5_000_000, -1_000_000, -200_000, 300_000]))
    def move_the_bankroll(self, amount: int) -> None:
        """Two have agreed; what draws have stays."""
        kind = owner.KINDS[0 if amount > 0 else 1]
        told = {"currency": "PHP", "amountMinor": abs(amount), "bank": "bank:main" if amount > 0 else "bank:test"}
        payload = {"game": "swertres", "reference": "", **told}
        with suppress(DomainError), transaction():
            kind.execute(payload, Agreed(new_id(), "operator:ada", "bea", "read the statement"))
            self.book.funded += amount

    # What becomes of draws

    @precondition(lambda self: len(self.draws("selling")) > 1)
    @rule(at=AT)
    def skip(self, at: int) -> None:
        draw = self._draw(at, "selling")
        with transaction():
            calendar.skip(draw, "a typhoon", actor="operator:ada")
        self.book.draws[draw] = "cancelled"

    @precondition(lambda self: self.draws("cancelled"))
    @rule(at=AT)
    def unskip(self, at: int) -> None:
        draw = self._draw(at, "cancelled")
        with suppress(DomainError), transaction():
            calendar.unskip(draw, "it turned away", actor="operator:ada")
            self.book.draws[draw] = "selling"

    @precondition(lambda self: self.draws("cancelled"))
    @rule(dies_after=st.integers(0, 3), answered=st.sampled_from(["succeeded", "failed"]))
    def give_back(self, dies_after: int, answered: Any) -> None:
        """In batches of one, a process dying after so many; what came by GCash goes on there, or stays."""
        before = dict(self.book.seen)
        with self._dying(dies_after):
            for draw in self.draws("cancelled"):
                jobs.give_back_all(draw, most=1)
        self.till.gateway.refunding = RefundTold(answered, "r1")
        waiting = "SELECT id FROM gateway_refunds WHERE state = 'requested' AND was_taken_back"
        for refund in db.session.scalars(text(waiting)).all():
            db.session.rollback()
            asking.send(refund)
        if answered == "failed":
            self.book.kept |= {
                part for part in self._refunded() if before.get(part) != "refunded" and self._is_card(part)
            }

    @precondition(lambda self: len(self.draws("selling")) > 1)
    @rule(at=AT)
    def seal(self, at: int) -> None:
        draw = self._draw(at, "selling")
        pass_time(draw, 700)
        assert [sealing.seal(), sealing.seal()] == [1, 0]
        self.book.draws[draw] = "sealed"

    @precondition(lambda self: self.draws("sealed"))
    @rule(at=AT, outcome=AT)
    def settle(self, at: int, outcome: int) -> None:
        draw = self._draw(at, "sealed")
        for is_new in (True, False):
            with transaction():
                assert result.settle(draw, self._outcome(draw, outcome), final_at=read_now() + DAY) is is_new
        self.book.draws[draw] = "resulted"

    @precondition(lambda self: self.draws("resulted"))
    @rule(at=AT, outcome=AT, is_final=st.booleans())
    def correct(self, at: int, outcome: int, is_final: bool) -> None:
        draw = self._draw(at, "resulted")
        if is_final:
            self._pass_final(draw)
        with suppress(DomainError), transaction():  # it may be more than the bankroll has
            now = read_now()
            if correcting.correct(draw, self._outcome(draw, outcome), known_at=now, final_at=now + DAY):
                Life.reached.add(f"corrected{' once final' if is_final else ''}")

    @precondition(lambda self: self.draws("resulted"))
    @rule(dies_after=st.integers(0, 3))
    def pay_winners(self, dies_after: int) -> None:
        with self._dying(dies_after):
            for due in paying.due():
                jobs.pay_all(due, most=1)

    @precondition(lambda self: self.draws("resulted"))
    @rule(at=AT)
    def become_final(self, at: int) -> None:
        self._pass_final(self._draw(at, "resulted"))
        jobs.end_waiting()

    @staticmethod
    def _pass_final(draw: UUID) -> None:
        """A result is final from now on."""
        statement = "UPDATE bet_draws SET final_at = final_at - interval '2 days' WHERE id = :id AND final_at > now()"
        with transaction() as session:
            session.execute(text(statement), {"id": draw})

    @invariant()
    def every_book_is_what_the_model_says(self) -> None:
        if not hasattr(self, "book"):
            return
        Life.steps += 1
        self.age += 1
        self.book.check()
        Life.reached |= set(self.book.draws.values()) | set(self.book.seen.values())
        if EXPLORE or self.age % 10 == 0:
            found = [*self.rail.breaches(), *(one for check in seal_checks.CHECKS for one in check())]
            assert not found, found
            db.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
            db.session.rollback()

    def _outcome(self, draw: UUID, at: int) -> int:
        """One of those that were bet on, or another."""
        found = sorted(
            {
                one
                for ticket in self.book.tickets.values()
                for bet in ticket.bets
                if bet.draw == draw
                for one in bet.outcomes
            }
        )
        return [*found, 999][at % (len(found) + 1)]

    # How it is said

    def _ticket(self, user: UUID, bets: Sequence[Bet]) -> Wanted:
        return Wanted(new_id(), user, "swertres", tuple(Line(*bet) for bet in bets))

    def _wanted(self, user: UUID, bets: Sequence[tuple[int, str, str, int]]) -> Wanted:
        draws = self.draws("selling")
        return self._ticket(user, [Bet(draws[at % len(draws)], *rest) for at, *rest in bets])

    def _keep(self, one: Wanted, answer: Accepted | RefusedSale, payment: UUID | None = None) -> None:
        if isinstance(answer, Accepted):
            self.book.tickets[one.ticket_id] = Bought(
                one.ticket_id, one.user_id, tuple(Bet(*line) for line in one.lines), payment
            )
        else:
            Life.reached |= {refusal.reason for refusal in answer.refusals}

    def _cards(self) -> list[Bought]:
        return [one for one in self.book.tickets.values() if one.payment is not None]

    def _card(self, at: int) -> Bought:
        return self._cards()[at % len(self._cards())]

    @staticmethod
    def _payment(one: Bought) -> UUID:
        assert one.payment is not None
        return one.payment

    def _draw(self, at: int, state: str) -> UUID:
        found = self.draws(state)
        return found[at % len(found)]

    def _is_card(self, part: tuple[UUID, UUID]) -> bool:
        return self.book.tickets[part[0]].payment is not None

    def _gone(self, one: Bought) -> set[UUID]:
        return {draw for ticket, draw in self._refunded() if ticket == one.id}

    @staticmethod
    def _refunded() -> set[tuple[UUID, UUID]]:
        rows = db.session.execute(text("SELECT ticket_id, draw_id FROM bet_entries WHERE state = 'refunded'")).all()
        db.session.rollback()
        return {(ticket, draw) for ticket, draw in rows}

    @staticmethod
    def _dying(after: int) -> Any:
        """A process that dies after so many batches, if it comes that far; 0: it does not."""
        return _Dying(after)


class _Dying:
    def __init__(self, after: int) -> None:
        self.left, self.patch = after, pytest.MonkeyPatch()

    def __enter__(self) -> None:
        self.patch.setattr(jobs, "step", self._step)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> bool:
        self.patch.undo()
        return kind is Died

    def _step(self, name: str) -> None:
        self.left -= 1
        if self.left == 0:
            Life.reached.add(name)
            raise Died
