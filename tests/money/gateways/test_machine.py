"""Whatever happens to payments and withdrawals, in whatever order and whoever dies of it: the books agree with
themselves after every second step, and at rest with what the gateway knows."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
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

from app.core import faults
from app.core.database.session import db, transaction
from app.core.errors import DomainError
from app.core.ids import new_id
from app.core.ports import places
from app.filling import PURCHASES as BOUGHT
from app.money.gateways import asking, checks, jobs, service
from app.money.gateways.clients.all_of_them import CLIENTS
from app.money.gateways.purchases import PURCHASES
from app.money.gateways.service import Wanted
from app.money.gateways.states import OPEN
from app.money.wallets import checks as wallet_checks
from app.money.wallets import queries
from app.money.wallets.exchange import service as exchange
from app.money.wallets.rules import Currency
from app.money.wallets.topups import service as topups
from app.money.wallets.ways import WAYS
from app.money.wallets.withdrawals import sending
from app.money.wallets.withdrawals import service as withdrawals
from app.record.ledger import checks as ledger_checks
from app.record.ledger import queries as ledger
from app.record.ledger import service as ledger_service
from app.record.ledger.entries import AccountRef, Posting
from tests.money.wallets.money import player
from tests.properties.profile import searched
from tests.settings import EXPLORE

from .truth import FAULTS, Truth, Way

STEPS = (
    *("gateway.begin", "gateway.begun", "gateway.asked", "gateway.refunded"),
    *("withdrawal.claimed", "withdrawal.answered"),
)
WRONG = st.sampled_from(FAULTS)
DIES = st.sampled_from(["", "", *STEPS])
AMOUNTS = st.integers(1, 20).map(lambda hundreds: hundreds * 100)
CAPITAL = 1_000_000
RATE = 130
_HOUR = 3_600
REACHED: set[str] = set()
_WORLDS = count(1)


class Died(BaseException):
    """As if the process were killed here."""


class Payments(RuleBasedStateMachine):
    """One person. The model is the gateway, which knows what it took and what it paid."""

    app: Flask
    patch: pytest.MonkeyPatch

    @initialize()
    def begin(self) -> None:
        self.number, self.dies, self.given = next(_WORLDS), "", 0
        self.patch.setattr(asking, "step", self._step)
        self.patch.setattr(faults, "step", self._step)
        with transaction():
            self.user, self.phone = player()
        self.truth = Truth(self.phone.removeprefix("+"))
        self.way = Way(self.truth)
        places(self.app).held[CLIENTS] = {self.truth.name: self.truth}
        PURCHASES.fill(self.app, {one.kind.name: one for one in BOUGHT})
        WAYS.fill(self.app, {self.way.name: self.way})
        with transaction():
            exchange.say_rate(new_id(), "USD", "HTG", str(RATE), actor="operator:ada", reason="a test")
            prefund = AccountRef("clearing", self.way.provider, "HTG")
            ledger_service.post(
                [Posting(prefund, AccountRef("capital", "", "HTG"), CAPITAL, "test", str(new_id()), "capital")]
            )
        self.before = {one: ledger.balance(self._clearing(one)) for one in ("HTG", "USD")}
        self.prefund = ledger.balance(prefund)
        db.session.rollback()
        self.pay_in("HTG", 2_000, "", "")

    @rule(currency=st.sampled_from(["HTG", "USD"]), amount=AMOUNTS, wrong=WRONG, dies=DIES)
    def top_up(self, currency: Currency, amount: int, wrong: str, dies: str) -> None:
        with transaction():
            made = topups.begin(self.user, currency, amount)
            payment_id = service.create(Wanted(self.user, self.truth.name, currency, amount), "topup", made)
        self._may_die(wrong, dies, lambda: asking.begin(payment_id))

    @rule(currency=st.sampled_from(["HTG", "USD"]), amount=AMOUNTS, wrong=WRONG, dies=DIES)
    def pay_in(self, currency: Currency, amount: int, wrong: str, dies: str) -> None:
        """Begun without a fault and paid; then asked about."""
        self.top_up(currency, amount, "", "")
        self.pay(part=False)
        self.ask(wrong, dies)

    @precondition(lambda self: any(not one.paid for one in self.truth.taken.values()))
    @rule(part=st.booleans())
    def pay(self, part: bool) -> None:
        """Even after its end: such money comes late."""
        one = [one for one in self.truth.taken.values() if not one.paid][-1]
        one.paid = one.asked // 2 if part else one.asked

    @rule(wrong=WRONG, dies=DIES)
    def ask(self, wrong: str, dies: str) -> None:
        """About all that may be asked about, as the clock does."""
        self._pass(60)
        self._may_die(wrong, dies, asking.run)

    @precondition(lambda self: self.truth.taken)
    @rule(times=st.integers(1, 3))
    def notice(self, times: int) -> None:
        for _ in range(times):
            said = self.app.test_client().post("/api/webhooks/moncash", data=list(self.truth.taken)[-1])
            assert said.status_code == 204
        jobs.understand()

    @precondition(lambda self: self._paid())
    @rule(share=st.integers(1, 2), wrong=WRONG, dies=DIES)
    def refund(self, share: int, wrong: str, dies: str) -> None:
        payment_id, received = self._paid()[-1]
        made: list[UUID] = []
        self._does(
            lambda: made.append(
                service.refund(payment_id, max(received // share, 1), actor="operator:ada", reason="a test")
            )
        )
        for refund_id in made:
            self._may_die(wrong, dies, lambda: asking.send(refund_id))  # noqa: B023

    @precondition(lambda self: any(one.refunds for one in self.truth.taken.values()))
    @rule()
    def a_refund_fails_after_it_had_succeeded(self) -> None:
        one = next(one for one in self.truth.taken.values() if one.refunds)
        one.refunds.popitem()

    @precondition(lambda self: any(one.left > 0 or one.disputes for one in self.truth.taken.values()))
    @rule(won=st.booleans())
    def dispute(self, won: bool) -> None:
        """Opened, or decided."""
        one = [one for one in self.truth.taken.values() if one.left > 0 or one.disputes][-1]
        if one.disputes and one.disputes[-1].state == "open":
            one.dispute("won" if won else "lost")
        elif one.left > 0:
            one.dispute("open")

    @rule(amount=AMOUNTS, yes=st.booleans())
    def withdraw(self, amount: int, yes: bool) -> None:
        """Asked for, and approved or refused."""
        made: list[UUID] = []
        self._does(lambda: made.append(withdrawals.ask(self.user, "HTG", amount, "moncash", self.phone).id))
        for one in made:
            deed = withdrawals.approve if yes else withdrawals.refuse
            self._does(lambda: deed(one, actor="operator:ada", reason="a test"))  # noqa: B023

    @rule(wrong=WRONG, dies=DIES)
    def send(self, wrong: str, dies: str) -> None:
        self._may_die(wrong, dies, sending.send)
        self._pass(180)
        self._may_die(wrong, "", sending.ask)

    @rule(amount=AMOUNTS)
    def exchange(self, amount: int) -> None:
        def deed() -> None:
            quote = exchange.quote(self.user, "USD", "HTG", amount)
            exchange.accept(self.user, quote.id)

        if self._does(deed):
            self.given += amount

    @rule(hours=st.sampled_from([1, 2, 30]))
    def time_passes(self, hours: int) -> None:
        self._pass(hours * _HOUR)

    @invariant()
    def the_books_agree_now_and_then(self) -> None:
        self.steps = getattr(self, "steps", 0) + 1
        if hasattr(self, "user") and (EXPLORE or self.steps % 2 == 0):
            self.the_books_agree()

    def the_books_agree(self) -> None:
        said = [*ledger_checks.CHECKS, *checks.CHECKS, wallet_checks.wallets_agree_with_the_book]
        assert [breach for check in said for breach in check()] == []
        db.session.rollback()

    def teardown(self) -> None:
        """Nobody does anything any more, and no answer is lost: all of it comes to rest, where nothing is missing."""
        if not hasattr(self, "user"):
            return
        for one in self.truth.taken.values():
            if one.disputes and one.disputes[-1].state == "open":
                one.dispute("won")
        for hours in (0, 1, 2, 7, 30, 300, 10):
            self._pass(hours * _HOUR + 60)
            for work in (asking.run, sending.send, sending.ask):
                self._may_die("", "", work)
            self.hear()
        self.the_books_agree()
        self.nothing_is_missing()

    def hear(self) -> None:
        """As the nightly comparison: every payment that it took is asked about."""
        for reference in self.truth.taken:
            self._set("gateway_payments", "asked_at = NULL")
            asking.ask(UUID(reference))

    def nothing_is_missing(self) -> None:
        query = text("SELECT id::text, state, received_minor FROM gateway_payments WHERE user_id = :user")
        rows = list(db.session.execute(query, {"user": self.user}))
        REACHED.update(row.state for row in rows)
        assert [row.state for row in rows if row.state in (*OPEN, "refunding", "disputed")] == []
        assert {row.id: row.received_minor for row in rows if row.received_minor} == {
            reference: one.paid for reference, one in self.truth.taken.items() if one.paid
        }
        bought = {"HTG": self.given * RATE, "USD": -self.given}
        sent = sum(self.way.sent.values())
        for currency, moved in bought.items():
            left = sum(one.left for one in self.truth.taken.values() if one.currency == currency)
            wallet = queries.wallet_of(self.user, currency)  # type: ignore[arg-type]
            out = sent if currency == "HTG" else 0
            assert wallet.balance - wallet.owed + out - moved + self._unreturned(currency) == left
            assert ledger.balance(self._clearing(currency)) - self.before[currency] == left
        assert ledger.balance(AccountRef("clearing", self.way.provider, "HTG")) == self.prefund - sent
        db.session.rollback()

    def _unreturned(self, currency: str) -> int:
        """What is owed to payers of whom nothing could be bought, for their refund failed."""
        found = db.session.scalar(
            text(
                "SELECT coalesce(sum(balance), 0) FROM ledger_accounts JOIN gateway_payments p ON p.id::text = owner"
                " WHERE kind = 'refund' AND p.user_id = :user AND p.currency = :currency"
            ),
            {"user": self.user, "currency": currency},
        )
        return int(found or 0)

    def _paid(self) -> list[tuple[UUID, int]]:
        query = text("SELECT id, received_minor FROM gateway_payments WHERE received_minor > 0 AND user_id = :user")
        found = [(row.id, row.received_minor) for row in db.session.execute(query, {"user": self.user})]
        db.session.rollback()
        return found

    def _clearing(self, currency: str) -> AccountRef:
        return AccountRef("clearing", self.truth.name, currency)

    def _step(self, name: str) -> None:
        if name == self.dies:
            self.dies = ""
            raise Died

    def _may_die(self, wrong: str, dies: str, work: Callable[[], object]) -> None:
        self.truth.fault, self.dies = wrong, dies
        try:
            work()
        except Died:
            db.session.rollback()
        self.truth.fault, self.dies = "", ""

    def _pass(self, seconds: int) -> None:
        self._set("gateway_payments", _moved("expires_at", "asked_at", "next_ask_at", "ended_at", seconds=seconds))
        with transaction():
            moved = _moved("sent_at", "next_ask_at", "ended_at", seconds=seconds)
            db.session.execute(
                text(
                    f"UPDATE gateway_refunds SET {moved} WHERE payment_id IN"
                    " (SELECT id FROM gateway_payments WHERE user_id = :user)"
                ),
                {"user": self.user},
            )
        self._set("wallet_withdrawals", _moved("sent_at", "next_ask_at", "ended_at", seconds=seconds))

    def _set(self, table: str, values: str) -> None:
        with transaction():
            db.session.execute(text(f"UPDATE {table} SET {values} WHERE user_id = :user"), {"user": self.user})

    @staticmethod
    def _does(deed: Callable[[], object]) -> bool:
        """Whether it is not refused; nothing of what is refused stays."""
        try:
            with transaction():
                deed()
        except DomainError:
            return False
        return True


def _moved(*names: str, seconds: int) -> str:
    return ", ".join(f"{name} = {name} - interval '{seconds} seconds'" for name in names)


@pytest.mark.slow
def test_payments_agree_with_the_gateway(
    ports: Flask, session: scoped_session[Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = type("InThisApplication", (Payments,), {"app": ports, "patch": monkeypatch})
    few = settings(searched(10), stateful_step_count=10)
    run_state_machine_as_test(machine, settings=few)  # type: ignore[no-untyped-call]
    assert {"succeeded", "refunded", "expired", "dispute_lost"} <= REACHED


@pytest.mark.parametrize("step", STEPS)
def test_whoever_dies_at_a_step_of_a_payment_or_a_withdrawal_has_lost_nothing(
    ports: Flask, session: scoped_session[Session], monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """And has done nothing twice; the gateway knows."""
    story = type("Story", (Payments,), {"app": ports, "patch": monkeypatch})()
    story.begin()
    story.top_up("HTG", 700, "", step)
    story.pay_in("HTG", 500, "", step)
    story.refund(2, "", step)
    story.withdraw(600, yes=True)
    story.send("", step)
    story.teardown()
    assert sum(story.way.sent.values()) == (0 if step == "withdrawal.claimed" else 600)
