"""What becomes of payments, refunds and disputes, whatever their gateway says: states, books, alarms."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from app.core.database.session import db
from app.core.errors import DomainError
from app.money.gateways import asking
from app.money.gateways.clients.interface import DisputeTold, RefundTold, Refused, Told, Unknown
from app.money.gateways.models import GatewayRefund
from app.record.audit.kinds import kind_of

from .shop import AMOUNT, Shop, paid

IN_WALLET = {"wallet": AMOUNT, "clearing": AMOUNT}


@pytest.fixture(autouse=True)
def _clean(shop: Shop) -> object:
    """After every story the books agree."""
    yield
    assert shop.breaches() == []


def test_a_payment_is_asked_about_and_never_taken_for_paid_because_somebody_says_so(shop: Shop) -> None:
    payment_id = shop.begun()
    assert (shop.state(payment_id), shop.row(payment_id).url) == ("pending", "https://gateway.example/pay")
    for answer in (Told("open"), Told("not_found"), Told("unknown")):
        shop.gateway.answer = answer
        shop.ask(payment_id)
        assert (shop.state(payment_id), shop.books(payment_id)) == ("pending", {})
    shop.gateway.answer = paid(fee_minor=300)
    for _ in range(3):
        shop.ask(payment_id)
    assert shop.state(payment_id) == "succeeded"
    assert shop.books(payment_id) == {"wallet": AMOUNT, "clearing": AMOUNT - 300, "fees": 300}
    assert shop.goods.told == [("paid", payment_id)]
    shop.gateway.answer = Told("failed")
    shop.ask(payment_id)
    assert shop.state(payment_id) == "succeeded"


def test_an_answer_that_was_lost_after_it_was_begun_is_asked_for(shop: Shop) -> None:
    shop.gateway.beginning = Unknown("timeout")
    payment_id = shop.begun()
    assert shop.state(payment_id) == "unknown"
    shop.gateway.answer = paid()
    shop.ask(payment_id)
    assert (shop.state(payment_id), shop.gateway.calls["begin"]) == ("succeeded", 1)


def test_what_gives_the_first_payment_back_is_begun_again(shop: Shop) -> None:
    shop.gateway.beginning, begun = Unknown("timeout"), shop.gateway.beginning
    shop.gateway.begins_again = True
    payment_id = shop.begun()
    shop.gateway.beginning = begun
    shop.ask(payment_id)
    assert (shop.state(payment_id), shop.gateway.calls["begin"]) == ("pending", 2)


def test_a_gateway_that_refuses_ends_it(shop: Shop) -> None:
    shop.gateway.beginning = Refused("The amount is incorrect")
    payment_id = shop.begun()
    assert (shop.state(payment_id), shop.goods.told) == ("failed", [("failed", payment_id)])


def test_it_is_released_at_its_end_only_after_cancelling_and_asking(shop: Shop) -> None:
    payment_id = shop.begun()
    shop.gateway.answer = Told("not_found")
    shop.later(payment_id, hours=1, seconds=30)
    shop.ask(payment_id)
    assert (shop.state(payment_id), shop.gateway.calls["cancel"]) == ("pending", 1)
    shop.later(payment_id, minutes=6)
    shop.ask(payment_id)
    assert (shop.state(payment_id), shop.goods.told) == ("expired", [("expired", payment_id)])


def test_money_that_comes_late_goes_back(shop: Shop) -> None:
    payment_id = shop.begun()
    shop.gateway.answer = Told("expired")
    shop.ask(payment_id)
    shop.later(payment_id, hours=1, minutes=11)
    shop.gateway.answer, before = paid(), shop.gateway.calls["cancel"]
    asking.run()
    assert shop.gateway.calls["cancel"] == before + 1, "what is over is cancelled once more, and never captured"
    assert (shop.state(payment_id), shop.refunds(payment_id)) == ("refunded", ["succeeded"])
    assert (shop.books(payment_id), shop.alarms()) == ({}, set()), "what was raised closes once all of it is back"


def test_money_that_the_purchase_refuses_goes_back_and_is_owed_if_it_cannot(shop: Shop) -> None:
    shop.goods.refuses = "payer_not_yours"
    shop.gateway.refunding = RefundTold("failed", reason="account closed")
    payment_id = shop.begun()
    shop.gateway.answer = paid()
    shop.ask(payment_id)
    assert shop.state(payment_id) == "refunding"
    asking.run()
    assert (shop.state(payment_id), shop.row(payment_id).refused_because) == ("refund_failed", "payer_not_yours")
    assert shop.books(payment_id) == {"clearing": AMOUNT, "refund": AMOUNT}
    assert shop.alarms() == {"payment_sent_back", "refund_failed"}


@pytest.mark.parametrize("differing", [{"amount": AMOUNT * 100}, {"currency": "USD"}, {"reference": "another"}])
def test_what_differs_is_not_booked_and_the_truth_is(shop: Shop, differing: dict[str, object]) -> None:
    payment_id = shop.begun()
    shop.gateway.answer = paid(**differing)  # type: ignore[arg-type]
    for _ in range(4):
        shop.ask(payment_id)
    assert (shop.state(payment_id), shop.books(payment_id), shop.alarms()) == ("pending", {}, {"payment_differs"})
    shop.gateway.answer = paid()
    shop.ask(payment_id)
    assert (shop.state(payment_id), shop.books(payment_id), shop.alarms()) == ("succeeded", IN_WALLET, set())


def test_half_of_it_goes_back_once_it_was_said_often_enough(shop: Shop) -> None:
    payment_id = shop.begun()
    shop.gateway.answer = paid(AMOUNT // 2)
    shop.ask(payment_id)
    shop.ask(payment_id)
    assert (shop.state(payment_id), shop.alarms()) == ("pending", {"payment_differs"})
    shop.ask(payment_id)
    assert (shop.state(payment_id), shop.books(payment_id)["refund"]) == ("refunding", AMOUNT // 2)
    assert shop.alarms() == {"payment_sent_back"}, "it is booked: what the gateway says and our books agree"
    told = db.session.scalar(text("SELECT detail FROM alarms WHERE code = 'payment_differs'"))
    assert kind_of("payment_differs").in_words(told) == {"It says": f"amount {AMOUNT // 200}.00 HTG"}
    db.session.rollback()
    asking.run()
    assert (shop.state(payment_id), shop.books(payment_id), shop.alarms()) == ("refunded", {}, set())


def test_a_client_that_breaks_is_an_answer_that_did_not_come(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    payment_id = shop.begun()
    monkeypatch.setattr(shop.gateway, "ask", lambda order: 1 / 0)
    shop.ask(payment_id)
    assert shop.state(payment_id) == "pending"


def test_a_refund_is_sent_once_and_asked_about_until_it_is_known(shop: Shop) -> None:
    payment_id = shop.bought()
    shop.gateway.refunding, shop.gateway.refund_answer = RefundTold("unknown"), RefundTold("not_found")
    refund_id = shop.refund(payment_id, 20_000)
    assert shop.books(payment_id) == {"wallet": 30_000, "clearing": AMOUNT, "refund": 20_000}
    shop.ask_refund(refund_id)
    assert (shop.state(payment_id), shop.refunds(payment_id)) == ("refunding", ["asked"])
    shop.gateway.refund_answer = RefundTold("succeeded", "r1")
    shop.ask_refund(refund_id)
    assert (shop.state(payment_id), shop.books(payment_id)) == (
        "partly_refunded",
        {"wallet": 30_000, "clearing": 30_000},
    )
    assert shop.gateway.calls["refund"] == 1


def test_a_refund_that_fails_after_it_succeeded_is_the_players_again(shop: Shop) -> None:
    payment_id = shop.bought()
    refund_id = shop.refund(payment_id)
    assert (shop.state(payment_id), shop.books(payment_id)) == ("refunded", {})
    shop.gateway.refund_answer = RefundTold("failed", reason="expired_or_canceled_card")
    shop.later(payment_id, days=1, minutes=1)
    asking.run()
    assert (shop.state(payment_id), shop.refunds(payment_id)) == ("refund_failed", ["failed"])
    assert (shop.books(payment_id), shop.alarms()) == (IN_WALLET, {"refund_failed"})
    shop.gateway.refund_answer = RefundTold("succeeded")
    shop.ask_refund(refund_id)
    assert shop.books(payment_id) == IN_WALLET


def test_one_that_nobody_knows_of_counts_as_failed_after_an_hour(shop: Shop) -> None:
    payment_id = shop.bought()
    shop.gateway.refunding, shop.gateway.refund_answer = RefundTold("unknown"), RefundTold("not_found")
    refund_id = shop.refund(payment_id)
    shop.later(payment_id, hours=2)
    shop.ask_refund(refund_id)
    assert (shop.state(payment_id), shop.books(payment_id)) == ("refund_failed", IN_WALLET)


def test_one_that_never_left_us_is_sent_again(shop: Shop) -> None:
    payment_id = shop.bought()
    shop.gateway.refunding = RefundTold("not_sent")
    refund_id = shop.refund(payment_id)
    assert shop.refunds(payment_id) == ["requested"]
    shop.gateway.refunding = RefundTold("succeeded")
    shop.ask_refund(refund_id)
    assert (shop.refunds(payment_id), shop.gateway.calls["refund"]) == (["succeeded"], 2)


def test_no_more_goes_back_than_came_in_nor_what_is_spent(shop: Shop) -> None:
    payment_id = shop.bought()
    shop.refund(payment_id, 30_000)
    for amount, code in ((20_001, "refund_too_much"), (0, "amount_out_of_range")):
        with pytest.raises(DomainError, match=code):
            shop.refund(payment_id, amount)
    assert db.session.query(GatewayRefund).count() == 1


@pytest.mark.parametrize(
    ("ending", "state", "books"),
    [
        ("won", "dispute_won", IN_WALLET),
        ("lost", "dispute_lost", {}),
    ],
)
def test_a_dispute_takes_the_money_until_it_ends(shop: Shop, ending: str, state: str, books: dict[str, int]) -> None:
    payment_id = shop.bought()
    shop.gateway.answer = paid(disputes=(DisputeTold("dp1", AMOUNT, "open", "fraudulent"),))
    shop.ask(payment_id)
    shop.ask(payment_id)
    assert (shop.state(payment_id), shop.alarms()) == ("disputed", {"payment_disputed"})
    assert shop.books(payment_id) == {"wallet": AMOUNT, "disputed": AMOUNT}
    with pytest.raises(DomainError, match="payment_disputed"):
        shop.refund(payment_id)
    assert shop.breaches() == []
    for said in (ending, "open", ending):
        shop.gateway.answer = paid(disputes=(DisputeTold("dp1", AMOUNT, said),))  # type: ignore[arg-type]
        shop.ask(payment_id)
    assert (shop.state(payment_id), shop.books(payment_id), shop.alarms()) == (state, books, set())
    if ending == "lost":  # his bank has it back: it does not go the other way as well
        shop.gateway.answer = paid()
        other = shop.begun()
        shop.ask(other)
        with pytest.raises(DomainError, match="refund_too_much"):
            shop.refund(payment_id)
