"""What is set aside cannot be spent twice: it is posted or given back, once."""

import pytest

from app.core.errors import DomainError, NotFound
from app.record.ledger import checks, queries
from app.record.ledger.entries import AccountRef, Posting
from app.record.ledger.service import LedgerConflict, hold, post, post_hold, resize_hold, void_hold

COINS, PARTNER, PAYOUT = AccountRef("coins"), AccountRef("partner", "site"), AccountRef("payout", "1")


@pytest.fixture(autouse=True)
def _hundred(session):
    post([Posting(COINS, PARTNER, 100, "payment", "1", "refund")])
    yield
    assert [breach for check in checks.CHECKS for breach in check()] == []


def pay_out(amount, source_id="1"):
    return [Posting(PARTNER, PAYOUT, amount, "payout", source_id, "reserve")]


def test_a_held_amount_cannot_be_spent_by_another(session):
    assert hold(PARTNER, 70, "payout", "1") is True
    assert hold(PARTNER, 70, "payout", "1") is False
    assert (queries.balance(PARTNER), queries.available(PARTNER)) == (100, 30)
    for attempt in (lambda: hold(PARTNER, 31, "payout", "2"), lambda: post(pay_out(31, "2"))):
        with pytest.raises(DomainError, match="insufficient_funds"):
            attempt()
    assert post(pay_out(30, "2")) == 1


def test_posting_releases_the_hold_and_repeats_safely(session):
    hold(PARTNER, 70, "payout", "1")
    assert [post_hold("payout", "1", pay_out(60)) for _ in range(2)] == [1, 0]
    assert (queries.balance(PARTNER), queries.available(PARTNER), queries.balance(PAYOUT)) == (40, 40, 60)
    assert hold(PARTNER, 70, "payout", "1") is False
    with pytest.raises(LedgerConflict):
        void_hold("payout", "1")


def test_voiding_gives_it_back_and_repeats_safely(session):
    hold(PARTNER, 70, "payout", "1")
    assert [void_hold("payout", "1") for _ in range(2)] == [True, False]
    assert queries.available(PARTNER) == 100
    with pytest.raises(LedgerConflict):
        post_hold("payout", "1", pay_out(60))


def test_no_more_than_the_hold_is_posted_under_it(session):
    hold(PARTNER, 70, "payout", "1")
    with pytest.raises(LedgerConflict):
        post_hold("payout", "1", pay_out(71))
    assert queries.available(PARTNER) == 30


def test_a_known_hold_with_other_content_is_refused(session):
    hold(PARTNER, 70, "payout", "1")
    with pytest.raises(LedgerConflict):
        hold(PARTNER, 71, "payout", "1")


def test_a_hold_is_raised_lowered_emptied_and_raised_again(session):
    """To no more than there is, and never another's or one that was posted."""
    assert [resize_hold(PARTNER, held, "draw", "1") for held in (0, 40, 70, 70, 30, 0, 0, 90)] == [
        *(0, 40, 30, 0, -40, -30, 0, 90)
    ]
    with pytest.raises(DomainError, match="insufficient_funds"):
        resize_hold(PARTNER, 101, "draw", "1")
    assert queries.available(PARTNER) == 10
    post_hold("draw", "1", pay_out(90))
    for attempt in (lambda: resize_hold(PARTNER, 5, "draw", "1"), lambda: resize_hold(PAYOUT, 5, "draw", "1")):
        with pytest.raises(LedgerConflict):
            attempt()


def test_an_unknown_hold_is_not_found(session):
    for attempt in (lambda: void_hold("payout", "9"), lambda: post_hold("payout", "9", [])):
        with pytest.raises(NotFound):
            attempt()
