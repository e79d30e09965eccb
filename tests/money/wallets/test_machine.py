"""Whatever happens to a wallet, in whatever order: it agrees with a dictionary, and the book with itself."""

from __future__ import annotations

from collections import Counter
from itertools import count, cycle, pairwise
from uuid import UUID

import pytest
from flask import Flask
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import text
from sqlalchemy.orm import Session, scoped_session

from app.core.database.session import db, transaction
from app.core.errors import DomainError
from app.core.ids import new_id
from app.money.wallets import checks, queries
from app.money.wallets.models import Withdrawal
from app.money.wallets.operating import adjusting
from app.money.wallets.statement import queries as statement
from app.money.wallets.topups import service as topups
from app.money.wallets.ways import PayoutAnswer
from app.money.wallets.withdrawals import sending, service
from app.money.wallets.withdrawals.states import Answered
from app.record.audit.approving import Agreed
from app.record.ledger import checks as ledger_checks
from app.record.ledger import queries as ledger
from app.record.ledger.entries import AccountRef, Posting
from app.record.ledger.service import post
from tests.properties.profile import searched

from .money import Payment, Way, player

_WORLDS = count(1)
AMOUNTS = st.integers(1, 1_000)
SMALL = st.integers(1, 200)
ANSWERS = st.sampled_from(["paid", "sent", "refused", "unknown", "not_found", "lost"])
WAYS = (
    *(("paid", "paid"), ("sent", "paid"), ("sent", "refused"), ("sent", "lost"), ("refused", "paid")),
    *(("unknown", "paid"), ("lost", "not_found"), ("not_found", "lost")),
)
"""What is answered, and then when it is asked about: each story begins with one of these, for few get so far."""
_WAYS = cycle(WAYS)
REACHED: set[tuple[str, str]] = set()
HELD, LEFT = {"held", "approved", "unknown"}, {"sent", "paid"}


class Wallets(RuleBasedStateMachine):
    """One player's gourdes. The model is a few numbers; the provider lies in whatever way it likes."""

    app: Flask

    @initialize()
    def begin(self) -> None:
        number = next(_WORLDS)
        with transaction():
            self.user, self.phone = player()
        self.way = Way(f"prefund-{number}").into(self.app)
        self.clearing = f"test-{number}"
        self.kept: Counter[str] = Counter()
        self.disputed = ledger.balance(AccountRef("disputed", "", "HTG"))
        self.topups: list[Payment] = []
        self.refunds: list[tuple[Payment, int, str]] = []
        self.states: dict[UUID, str] = {}
        self.amounts: dict[UUID, int] = {}
        self.top_up(1_000, again=True)
        answered, asked = next(_WAYS)
        self.withdraw(100)
        self.review(yes=True)
        self.send(answered)
        self.ask(asked, is_late=True)

    @rule(amount=AMOUNTS, again=st.booleans())
    def top_up(self, amount: int, again: bool) -> None:
        with transaction():
            made = topups.begin(self.user, "HTG", amount)
            payment = Payment(self.user, made, amount, payer=self.phone, clearing_of=self.clearing)
            for _ in range(1 + again):
                topups.TopupPurchase().paid(payment)
        self.topups.append(payment)
        self.kept.update(wallet=amount, clearing=amount)

    @rule(amount=AMOUNTS)
    def top_up_that_comes_to_nothing(self, amount: int) -> None:
        with transaction():
            payment = Payment(self.user, topups.begin(self.user, "HTG", amount), amount, payer=self.phone)
            topups.TopupPurchase().ended(payment, "failed")
            with pytest.raises(topups.TopupRefused, match="topup_over"):
                topups.TopupPurchase().paid(payment)

    @precondition(lambda self: self.topups)
    @rule(data=st.data())
    def take_back(self, data: st.DataObject) -> None:
        payment, key = data.draw(st.sampled_from(self.topups)), str(new_id())
        amount = data.draw(st.integers(1, payment.amount_minor))
        fits = amount <= self.spendable
        assert self.does(lambda: topups.TopupPurchase().take_back(payment, amount, key)) is fits
        if fits:
            self.refunds.append((payment, amount, key))
            self.kept.update(wallet=-amount, refund=amount)

    @precondition(lambda self: self.refunds)
    @rule(data=st.data())
    def a_refund_fails(self, data: st.DataObject) -> None:
        payment, amount, key = self.refunds.pop(data.draw(st.integers(0, len(self.refunds) - 1)))
        for _ in range(2):
            assert self.does(lambda: topups.TopupPurchase().give_back(payment, amount, key))
        self.kept.update(wallet=amount, refund=-amount)

    @precondition(lambda self: self.topups)
    @rule(data=st.data())
    def a_dispute_is_lost(self, data: st.DataObject) -> None:
        payment, key = data.draw(st.sampled_from(self.topups)), str(new_id())
        amount = payment.amount_minor
        from_wallet = min(amount, self.spendable)
        with transaction():  # the dispute took the money before it was lost
            post([Posting(AccountRef("disputed", "", "HTG"), payment.clearing, amount, "test", key, "opened")])
        for _ in range(2):
            assert self.does(lambda: topups.TopupPurchase().charged_back(payment, amount, key))
        self.kept.update(wallet=-from_wallet, receivable=amount - from_wallet, clearing=-amount)

    @rule(amount=st.integers(-500, 500).filter(bool))
    def adjust(self, amount: int) -> None:
        payload = {"userId": str(self.user), "currency": "HTG", "amountMinor": amount}
        agreed = Agreed(new_id(), "ada", "bea", "a test")
        fits = self.spendable + amount >= 0
        assert (adjusting.KIND.still_valid(payload) is None) is fits
        for _ in range(2):
            assert self.does(lambda: adjusting.KIND.execute(payload, agreed)) is fits
        if fits:
            self.kept.update(wallet=amount, given=amount)

    @rule(amount=SMALL)
    def withdraw(self, amount: int) -> None:
        made: list[Withdrawal] = []
        fits = amount <= self.spendable and not self.kept["receivable"]
        ask = lambda: made.append(service.ask(self.user, "HTG", amount, "moncash", self.phone))  # noqa: E731
        assert self.does(ask) is fits
        if fits:
            self.states[made[0].id], self.amounts[made[0].id] = "held", amount

    @precondition(lambda self: "held" in self.states.values())
    @rule(yes=st.booleans())
    def review(self, yes: bool) -> None:
        found = [one for one, state in self.states.items() if state == "held"][-1]
        if yes and self.kept["receivable"]:
            assert not self.does(lambda: service.approve(found, actor="operator:ada", reason="a test"))
            return
        deed = service.approve if yes else service.refuse
        assert self.does(lambda: deed(found, actor="operator:ada", reason="a test"))
        assert not self.does(lambda: service.refuse(found, actor="operator:ada", reason="a test"))
        self.states[found] = "approved" if yes else "refused"

    @rule(answered=ANSWERS)
    def send(self, answered: str) -> None:
        before = len(self.way.orders)
        self.way.next = _answer(answered)
        sending.send()
        approved = [one for one, state in self.states.items() if state == "approved"]
        assert len(self.way.orders) - before == len(approved)
        for one in approved:
            self._settle(one, {"not_found": "unknown", "lost": "unknown"}.get(answered, answered))

    @rule(answered=ANSWERS, is_late=st.booleans())
    def ask(self, answered: str, is_late: bool) -> None:
        with transaction():
            db.session.execute(
                text(
                    "UPDATE wallet_withdrawals SET next_ask_at = now(),"
                    " sent_at = now() - make_interval(hours => :hours) WHERE user_id = :user AND sent_at IS NOT NULL"
                ),
                {"user": self.user, "hours": 2 if is_late else 0},
            )
        self.way.next = _answer(answered)
        orders = len(self.way.orders)
        sending.ask()
        assert len(self.way.orders) == orders, "nothing is sent again"
        for one, state in self.states.items():
            if state == "unknown":
                said = "refused" if answered == "not_found" and is_late else answered
                self._settle(one, {"not_found": "unknown", "lost": "unknown"}.get(said, said))
            elif state == "sent" and answered in ("paid", "refused"):
                self._settle(one, "returned" if answered == "refused" else "paid")
            elif state == "paid" and answered == "refused":
                self._settle(one, "returned")

    def _settle(self, one: UUID, state: str) -> None:
        before, amount = self.states[one], self.amounts[one]
        self.states[one] = state
        REACHED.add((before, state))
        if before in HELD and state in LEFT:
            self.kept.update(wallet=-amount, prefund=-amount)
        if state == "returned":
            self.kept.update(wallet=amount, prefund=amount)

    @property
    def held(self) -> int:
        return sum(self.amounts[one] for one, state in self.states.items() if state in HELD)

    @property
    def spendable(self) -> int:
        return self.kept["wallet"] - self.held

    @staticmethod
    def does(deed: object) -> bool:
        """Whether it is not refused; nothing of what is refused stays."""
        try:
            with transaction():
                deed()  # type: ignore[operator]
        except DomainError:
            return False
        return True

    @invariant()
    def the_book_agrees(self) -> None:
        if not hasattr(self, "user"):
            return
        wallet = queries.wallet_of(self.user, "HTG")
        assert (wallet.balance, wallet.held, wallet.owed) == (self.kept["wallet"], self.held, self.kept["receivable"])
        found = [ledger.balance(AccountRef("clearing", name, "HTG")) for name in (self.clearing, self.way.provider)]
        assert found == [self.kept["clearing"], self.kept["prefund"]]
        assert ledger.balance(AccountRef("disputed", "", "HTG")) == self.disputed
        kept = db.session.execute(text("SELECT id, state FROM wallet_withdrawals WHERE user_id = :u"), {"u": self.user})
        assert {row.id: row.state for row in kept} == self.states
        lines = list(statement.all_lines(self.user, "HTG"))
        assert sum(one.amount for one in lines) == wallet.balance
        for newer, older in pairwise(lines):
            assert newer.balance_after - newer.amount == older.balance_after
        if lines:
            assert lines[0].balance_after == wallet.balance
        said = [*ledger_checks.CHECKS, checks.wallets_agree_with_the_book]
        assert [breach for check in said for breach in check()] == []
        db.session.rollback()


def _answer(said: str) -> PayoutAnswer | Exception:
    if said == "lost":
        return TimeoutError("no answer")
    state: Answered = said  # type: ignore[assignment]
    return PayoutAnswer(state)


@pytest.mark.slow
def test_wallets_agree_with_the_model(app: Flask, session: scoped_session[Session]) -> None:
    machine = type("InThisApplication", (Wallets,), {"app": app})
    few = settings(searched(len(WAYS)), stateful_step_count=8)
    run_state_machine_as_test(machine, settings=few)  # type: ignore[no-untyped-call]
    states = [*(("approved", one) for one in ("paid", "sent", "refused", "unknown")), ("unknown", "paid")]
    assert {*states, ("unknown", "refused"), ("sent", "paid"), ("sent", "returned")} <= REACHED
