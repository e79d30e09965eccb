"""Money moves once, whole, and never below zero."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.core.errors import DomainError
from app.record.ledger import checks, queries
from app.record.ledger.entries import AccountRef, Posting, mirrored
from app.record.ledger.service import LedgerConflict, post

COINS, POOL, HELD = AccountRef("coins"), AccountRef("pool", "rounds-1"), AccountRef("held", "rounds-1")
RESULT, JACKPOT = AccountRef("result"), AccountRef("jackpot", "rounds-1")

pytestmark = pytest.mark.usefixtures("either_way")


def paid(amount, source_id="p1", line=0, to=POOL):
    return Posting(COINS, to, amount, "payment", source_id, "credit", line)


def breaches():
    return [breach for check in checks.CHECKS for breach in check()]


def test_a_transfer_moves_both_balances(session):
    assert post([paid(1000), paid(100, line=1, to=HELD)]) == 2
    assert (queries.balance(COINS), queries.balance(POOL), queries.balance(HELD)) == (1100, 1000, 100)
    assert breaches() == []


def test_the_same_call_again_is_a_no_op(session):
    post([paid(1000)])
    assert post([paid(1000)]) == 0
    assert post([paid(1000), paid(7, "p2"), paid(7, "p2")]) == 1
    assert queries.balance(COINS) == 1007


def test_thousands_of_which_some_are_known_bring_the_others(session):
    many = [paid(2, f"p{number}") for number in range(2_000)]
    assert post(many[:1_001]) == 1_001
    assert post(many) == 999
    assert post(many) == 0
    assert queries.balance(COINS) == 4_000
    with pytest.raises(LedgerConflict):
        post([paid(1, f"p{number}") for number in range(1_999, 2_500)])
    assert queries.balance(COINS) == 4_000
    assert breaches() == []


@pytest.mark.parametrize("other", [paid(999), paid(1000, to=HELD), mirrored([paid(1000)], "credit")[0]])
def test_a_known_key_with_other_content_is_refused_and_nothing_is_written(session, other):
    post([paid(1000), paid(1000, "p2", to=HELD)])
    with pytest.raises(LedgerConflict) as refused:
        post([paid(5, "p3"), other])
    assert refused.value.params["key"] == "payment/p1/credit/0"
    with pytest.raises(LedgerConflict):
        post([paid(5, "p4"), paid(6, "p4")])
    assert queries.balance(COINS) == 2000


def test_an_overdraft_is_refused_and_the_transaction_stays_usable(session):
    post([paid(1000)])
    with pytest.raises(DomainError, match="insufficient_funds") as refused:
        post([Posting(POOL, RESULT, 1001, "round", "1", "settle"), paid(5, "p2", to=HELD)])
    assert refused.value.status == 409
    assert (queries.balance(POOL), queries.balance(HELD), queries.balance(RESULT)) == (1000, 0, 0)
    assert post([Posting(POOL, RESULT, 1000, "round", "1", "settle")]) == 1


def test_an_overdraft_is_judged_on_the_whole_call(session):
    settle = [Posting(POOL, JACKPOT, 1000, "round", "1", "settle", 0), paid(1000)]
    assert post(settle) == 2
    assert queries.balance(POOL) == 0


def test_the_result_may_be_a_loss(session):
    post([Posting(RESULT, JACKPOT, 500, "round", "1", "settle")])
    assert queries.balance(RESULT) == -500
    assert breaches() == []


def test_the_mirror_restores_every_balance(session):
    postings = [paid(1000), paid(100, line=1, to=HELD)]
    post(postings)
    post(mirrored(postings, "undo"))
    assert {queries.balance(ref) for ref in (COINS, POOL, HELD)} == {0}


def test_currencies_are_kept_apart(session):
    post([paid(1000)])
    gourdes = AccountRef("capital", currency="HTG")
    post([Posting(AccountRef("coins", currency="HTG"), gourdes, 7, "deposit", "1", "credit")])
    assert (queries.balance(COINS), queries.balance(gourdes), queries.total("capital")) == (1000, 7, 0)


def test_an_account_outside_the_chart_is_refused(session):
    with pytest.raises(ValueError, match="pol"):
        post([paid(1, to=AccountRef("pol", "rounds-1"))])


@pytest.mark.parametrize("change", ["UPDATE {} SET amount = 1", "DELETE FROM {}", "TRUNCATE {}"])
def test_transfers_are_only_ever_added(session, change):
    post([paid(1000)])
    with pytest.raises(IntegrityError, match="only ever added"), session.begin_nested():
        session.execute(text(change.format("ledger_transfers")))
    assert queries.balance(COINS) == 1000


def test_an_accounts_lines_come_newest_first_in_pages(session):
    post([paid(amount, str(amount)) for amount in (10, 20, 30)])
    post([Posting(POOL, JACKPOT, 5, "round", "1", "settle")])
    first = queries.lines(POOL, limit=2)
    rest = queries.lines(POOL, after=first[-1].id, limit=10)
    assert [line.amount for line in first] + sorted(line.amount for line in rest) == [
        -5,
        first[1].amount,
        *sorted({10, 20, 30} - {first[1].amount}),
    ]
    assert (first[0].counterpart, first[1].counterpart, first[0].kind) == (JACKPOT, COINS, "settle")


def test_totals_and_balances_by_kind(session):
    post([paid(1), paid(2, "p2", to=AccountRef("pool", "rounds-2")), paid(4, "p3", to=HELD)])
    assert queries.balances("pool") == {"rounds-1": 1, "rounds-2": 2}
    assert (queries.total("pool"), queries.total("partner"), queries.balance(AccountRef("fees"))) == (3, 0, 0)


def test_a_balance_changed_behind_the_ledgers_back_is_a_breach(session):
    post([paid(1000)])
    session.execute(text("UPDATE ledger_accounts SET balance = 999 WHERE kind = 'pool'"))
    session.execute(text("UPDATE ledger_accounts SET held = 3 WHERE kind = 'coins'"))
    assert {breach.check for breach in breaches()} == {"ledger.balances", "ledger.zero_sum", "ledger.holds"}
