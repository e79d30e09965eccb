"""Every word of a gateway in every state of a payment: nothing is booked but what was paid, and nothing twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import text

from app.core.database.session import db, transaction
from app.money.gateways import asking, checks, service
from app.money.gateways.clients.interface import DisputeTold, RefundTold, Refused, Told, Unknown
from app.money.gateways.models import GatewayPayment
from app.money.gateways.states import OPEN, OVER, STATES, State

from .shop import AMOUNT, Shop, paid


def disputed(state: str, amount: int = AMOUNT) -> Told:
    return paid(disputes=(DisputeTold("dp1", amount, state),))  # type: ignore[arg-type]


WORDS: Mapping[str, Told] = {
    "paid": paid(),
    "with a fee": paid(fee_minor=300),
    "half of it": paid(AMOUNT // 2),
    "a hundred times": paid(AMOUNT * 100),
    "nothing at all": paid(0),
    "less than nothing": paid(-1),
    "another currency": paid(currency="USD"),
    "another's": paid(reference="another"),
    "disputed": disputed("open"),
    "won": disputed("won"),
    "lost": disputed("lost"),
    "disputed a hundred times": disputed("open", AMOUNT * 100),
    "disputed for nothing": disputed("open", 0),
    **{answered: Told(answered) for answered in ("open", "failed", "expired", "canceled", "not_found", "unknown")},  # type: ignore[arg-type]
}
TRUE = ("paid", "with a fee", "disputed", "won", "lost", "disputed a hundred times", "disputed for nothing")
"""By these it is paid, as it was asked for."""


def make(shop: Shop) -> dict[State, UUID]:
    """A payment in each state, as it gets there."""

    def told(word: Told) -> UUID:
        payment_id = shop.begun()
        shop.gateway.answer = word
        shop.ask(payment_id)
        return payment_id

    def refunded(amount: int, said: RefundTold) -> UUID:
        payment_id = shop.bought()
        shop.gateway.refunding = said
        shop.refund(payment_id, amount)
        return payment_id

    def decided(state: str) -> UUID:
        payment_id = shop.bought()
        shop.gateway.answer = disputed(state)
        shop.ask(payment_id)
        return payment_id

    def lost_answer() -> UUID:
        begun, shop.gateway.beginning = shop.gateway.beginning, Unknown("timeout")
        payment_id = shop.begun()
        shop.gateway.beginning = begun
        return payment_id

    ways: dict[State, Callable[[], UUID]] = {
        "initiated": shop.create,
        "pending": shop.begun,
        "unknown": lost_answer,
        "failed": lambda: told(Told("failed")),
        "expired": lambda: told(Told("expired")),
        "canceled": lambda: told(Told("canceled")),
        "succeeded": shop.bought,
        "refunding": lambda: refunded(AMOUNT, RefundTold("pending", "r1")),
        "partly_refunded": lambda: refunded(AMOUNT // 2, RefundTold("succeeded", "r2")),
        "refunded": lambda: refunded(AMOUNT, RefundTold("succeeded", "r3")),
        "refund_failed": lambda: refunded(AMOUNT, RefundTold("failed")),
        "disputed": lambda: decided("open"),
        "dispute_won": lambda: decided("won"),
        "dispute_lost": lambda: decided("lost"),
    }
    return {state: way() for state, way in ways.items()}


def settle(payment_id: UUID, word: Told) -> None:
    """A gateway says so."""
    with transaction():
        service.settle(payment_id, replace(word, reference=word.reference or str(payment_id)))


def standing(payment_id: UUID) -> tuple[str, int, dict[str, int]]:
    """Its state, what came in, and all that is in the books, of whomever."""
    query = text("SELECT kind, sum(balance) AS held FROM ledger_accounts GROUP BY kind HAVING sum(balance) <> 0")
    books = {row.kind: int(row.held) for row in db.session.execute(query)}
    row = db.session.get_one(GatewayPayment, payment_id, populate_existing=True)
    return row.state, row.received_minor, books


@pytest.mark.slow
def test_every_word_in_every_state_books_what_was_paid_and_no_more(shop: Shop) -> None:
    made = make(shop)
    assert {state: shop.state(one) for state, one in made.items()} == {state: state for state in STATES}
    for state, payment_id in made.items():
        _, had, before = standing(payment_id)
        db.session.remove()
        for name, word in WORDS.items():
            point = db.engine.begin_nested()  # type: ignore[attr-defined]
            settle(payment_id, word)
            after, came_in, books = standing(payment_id)
            said = f"{state}, {name}: {after}"
            assert came_in == had or (state in (*OPEN, *OVER) and name in TRUE and came_in == AMOUNT), said
            assert books == before or came_in != had or (had and name in ("disputed", "won", "lost")), said
            if name in (*TRUE, "half of it"):
                settle(payment_id, word)
                assert standing(payment_id) == (after, came_in, books), f"{said}: heard twice"
                assert checks.payments_agree() == [], said
            db.session.remove()
            point.rollback()


@pytest.mark.parametrize("answered", ["succeeded", "pending", "failed", "not_found", "not_sent", "unknown"])
def test_a_refund_is_answered_in_every_way_whatever_becomes_of_its_payment(shop: Shop, answered: str) -> None:
    """While it is on its way its payment is disputed, lost and heard of once more."""
    payment_id = shop.bought()
    shop.gateway.refunding = RefundTold("unknown")
    refund_id = shop.refund(payment_id, AMOUNT // 2)
    for word in (disputed("open", AMOUNT // 2), paid(), disputed("lost", AMOUNT // 2)):
        shop.gateway.refund_answer = RefundTold(answered, "r1")  # type: ignore[arg-type]
        shop.ask_refund(refund_id)
        settle(payment_id, word)
        assert shop.breaches() == []
    shop.later(payment_id, hours=2)
    shop.gateway.refund_answer = shop.gateway.refunding = RefundTold("succeeded", "r1")
    shop.ask_refund(refund_id)
    shop.later(payment_id, hours=2)
    asking.run()
    assert shop.breaches() == []
    returned = shop.refunds(payment_id) == ["succeeded"]
    assert shop.state(payment_id) == "dispute_lost"
    held = 0 if returned else AMOUNT // 2
    assert shop.books(payment_id) == ({"wallet": held, "clearing": held} if held else {})


def test_whoever_refuses_to_begin_what_was_paid_meanwhile_ends_nothing(shop: Shop) -> None:
    payment_id = shop.bought()
    with transaction():
        service.began(payment_id, Refused("too late"))
    assert (shop.state(payment_id), shop.breaches()) == ("succeeded", [])
