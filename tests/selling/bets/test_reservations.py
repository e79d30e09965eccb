"""Tickets paid by card or GCash: kept for who pays in time, then free for everybody else, and no money is lost."""

from __future__ import annotations

import threading
import time
from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.core.database.session import db, transaction
from app.core.errors import DomainError
from app.core.ids import new_id
from app.core.ports import places
from app.money.gateways import asking
from app.money.gateways import queries as payments
from app.money.gateways.clients.all_of_them import CLIENTS
from app.money.gateways.clients.interface import Told
from app.money.gateways.models import GatewayPayment
from app.money.wallets.origins.service import origins_of
from app.record.ledger import queries as ledger
from app.record.ledger.entries import AccountRef
from app.selling.bets import postings
from app.selling.bets.models import BetTicket
from app.selling.bets.sale import draws
from app.selling.bets.sale import service as sale
from app.selling.bets.sale.draws import Draw
from app.selling.bets.sale.reserving import jobs, releasing, service
from app.selling.bets.sale.ticket import Accepted, Line, RefusedSale, Wanted
from tests.money.gateways.shop import FakeGateway, paid

from .rail import BANKROLL, Rail
from .selling import refused, sell, wanted


class PayMongo(FakeGateway):
    """Takes no less than thirty pesos."""

    def check(self, currency: str, amount_minor: int) -> None:
        if amount_minor < 3_000:
            raise DomainError("amount_outside_gateway", leastMinor=3_000, mostMinor=9_999_999)


@dataclass
class Till:
    """A rail whose tickets are paid through a gateway."""

    rail: Rail
    gateway: PayMongo = field(
        default_factory=lambda: PayMongo(name="paymongo", currencies=frozenset({"PHP"}), refunds_from="paymongo")
    )

    def __post_init__(self) -> None:
        places(self.rail.app).held[CLIENTS] = {"paymongo": self.gateway}

    def wanted(self, user: UUID, draw: UUID, stake: int = 3_000) -> Wanted:
        return Wanted(new_id(), user, "pick", (Line(draw, "one", "7", stake),), "gcash")

    def reserve(self, one: Wanted) -> tuple[Accepted | RefusedSale, UUID | None]:
        with transaction():
            return service.reserve(one, "paymongo")

    def begun(self, one: Wanted) -> UUID:
        answer, payment_id = self.reserve(one)
        assert isinstance(answer, Accepted), answer
        assert payment_id is not None
        asking.begin(payment_id)
        return payment_id

    def payment(self, one: Wanted) -> UUID:
        found = payments.of_purchase("bet", one.ticket_id)
        db.session.rollback()
        assert found is not None
        return found

    def hear(self, payment_id: UUID, told: Told) -> str:
        """The gateway says it now; the payment's state afterwards."""
        self.gateway.answer = told
        with transaction():
            db.session.execute(text("UPDATE gateway_payments SET asked_at = NULL WHERE id = :id"), {"id": payment_id})
        asking.ask(payment_id)
        return db.session.get_one(GatewayPayment, payment_id, populate_existing=True).state

    def pass_by(self, ticket: UUID, seconds: int) -> None:
        """So much time for a ticket and its payment. What is frozen is moved behind the tables' back."""
        with transaction() as session:
            session.execute(text("SET LOCAL session_replication_role = replica"))
            for table, column, key in (
                ("bet_tickets", "reserved_until", "id"),
                ("gateway_payments", "expires_at", "purchase_id"),
            ):
                session.execute(
                    text(f"UPDATE {table} SET {column} = {column} - make_interval(secs => :s) WHERE {key} = :id"),
                    {"s": seconds, "id": ticket},
                )

    def state(self, ticket: UUID) -> str:
        return db.session.get_one(BetTicket, ticket, populate_existing=True).state


PAID = paid(3_000, currency="PHP", payer="+639170000001", charge_id="c1")


@pytest.fixture
def till(rail: Rail) -> Iterator[Till]:
    held = dict(places(rail.app).held)
    yield Till(rail)
    places(rail.app).held.clear()
    places(rail.app).held.update(held)


def test_who_pays_in_time_has_the_ticket_once(till: Till) -> None:
    rail = till.rail
    user, draw = rail.player(0), rail.make_draw()
    one = till.wanted(user, draw)
    payment = till.begun(one)
    assert till.reserve(one)[1] == payment, "the same again is the same payment"
    row = rail.draw(draw)
    assert (row.worst_minor, row.sales, row.sold_minor) == (27_000, 0, 0), "it weighs before it is paid"
    for _ in range(2):
        assert till.hear(payment, PAID) == "succeeded"
    row = rail.draw(draw)
    assert (row.worst_minor, row.sales, row.sold_minor, till.state(one.ticket_id)) == (27_000, 1, 3_000, "posted")
    assert ledger.balance(postings.stakes(draw, "PHP")) == 3_000
    assert ledger.balance(AccountRef("wallet", str(user), "PHP")) == 0
    (origin,) = origins_of(user)
    assert (origin.unplayed, origin.played) == (0, 3_000)
    assert sell(wanted(rail, rail.player(), (draw, "one", "1", 100))).numbers == {draw: 2}
    assert rail.breaches() == []


@pytest.mark.parametrize("what", ["cut_off", "time", "skipped"])
def test_who_pays_too_late_gets_the_money_back_and_no_bet(till: Till, what: str) -> None:
    rail = till.rail
    user, draw = rail.player(0), rail.make_draw()
    one = till.wanted(user, draw)
    payment = till.begun(one)
    if what == "time":
        till.pass_by(one.ticket_id, 599)
        assert jobs.release_over() == 0, "its gateway may still be deciding"
        till.pass_by(one.ticket_id, 302)
        assert (jobs.release_over(), jobs.release_over()) == (1, 0)
        assert rail.draw(draw).worst_minor == 0
    with transaction() as session:
        if what == "cut_off":
            session.execute(text("SET LOCAL session_replication_role = replica"))
            session.execute(text("UPDATE bet_draws SET closes_at = clock_timestamp() WHERE id = :id"), {"id": draw})
        if what == "skipped":
            told = "state = 'cancelled', cancelled_because = 'storm', cancelled_at = now()"
            session.execute(text(f"UPDATE bet_draws SET {told} WHERE id = :id"), {"id": draw})
    assert till.hear(payment, PAID) == "refunding"
    row = rail.draw(draw)
    assert (row.worst_minor, row.sold_minor, row.sales, till.state(one.ticket_id)) == (0, 0, 0, "released")
    assert ledger.balance(AccountRef("refund", str(payment), "PHP")) == 3_000
    assert rail.breaches() == []


def test_what_comes_to_nothing_is_free_again_and_late_money_goes_back(till: Till) -> None:
    rail = till.rail
    user, draw = rail.player(0), rail.make_draw()
    first = till.wanted(user, draw)
    payment = till.begun(first)
    answer, _ = till.reserve(till.wanted(user, draw))
    assert isinstance(answer, RefusedSale)
    assert answer.refusals[0].reason == "reservation_open"
    assert till.hear(payment, Told("expired")) == "expired"
    assert (rail.draw(draw).worst_minor, till.state(first.ticket_id)) == (0, "released")
    again = till.wanted(user, draw)
    till.begun(again)
    assert till.hear(payment, PAID) == "refunding", "of the first one, which is over"
    assert (rail.draw(draw).worst_minor, till.state(again.ticket_id)) == (27_000, "reserved")
    assert rail.breaches() == []


def test_who_has_not_paid_keeps_little_from_who_does(till: Till) -> None:
    rail = till.rail
    draw = rail.make_draw()
    most = BANKROLL // 10 // 9
    for stake, reason, remaining in ((2_999, "payment_minimum", 3_000), (most + 1, "exposure_full", None)):
        answer, payment = till.reserve(till.wanted(rail.player(0), draw, stake))
        assert isinstance(answer, RefusedSale)
        assert (answer.refusals[0].reason, answer.refusals[0].remaining, payment) == (reason, remaining, None)
    till.begun(till.wanted(rail.player(0), draw, most))
    answer, _ = till.reserve(till.wanted(rail.player(0), draw, 3_000))
    assert isinstance(answer, RefusedSale)
    assert answer.refusals[0].reason == "exposure_full", "all of them together"
    buyer = rail.player(BANKROLL)
    assert sale.quote(wanted(rail, buyer, (draw, "one", "7", 3_000))).refusals == ()
    sell(wanted(rail, buyer, (draw, "one", "7", 3_000)))
    assert refused(wanted(rail, rail.player(0), (draw, "one", "7", 3_000))) == [("insufficient_balance", None, 0)]


@pytest.mark.parametrize("is_locked", [True, False])
def test_released_while_it_is_paid_it_is_paid(
    committed_rail: Rail, is_locked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The release comes while the payment is being taken, and has to wait for the ticket; without its lock only the
    database's own rules are left."""
    rail, till, is_taken, locked = committed_rail, Till(committed_rail), threading.Event(), draws.locked
    one = till.wanted(rail.player(0), rail.make_draw())
    payment = till.begun(one)

    def slowly(ids: Collection[UUID]) -> tuple[dict[UUID, Draw], datetime]:
        found = locked(ids)
        is_taken.set()
        time.sleep(0.5)
        return found

    monkeypatch.setattr(draws, "locked", slowly)
    if not is_locked:
        monkeypatch.setattr(releasing, "locked", lambda ticket: db.session.get_one(BetTicket, ticket))

    def pay() -> str:
        with rail.app.app_context():
            return till.hear(payment, PAID)

    with ThreadPoolExecutor(1) as pool:
        paying = pool.submit(pay)
        assert is_taken.wait(10)
        if is_locked:
            with transaction():
                assert not releasing.release(one.ticket_id, "late")
        else:
            with pytest.raises(IntegrityError), transaction():
                releasing.release(one.ticket_id, "late")
        assert paying.result() == "succeeded"
    assert till.state(one.ticket_id) == "posted"
    assert rail.breaches() == []
