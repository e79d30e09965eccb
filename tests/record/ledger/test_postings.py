"""A posting is checked where it is made; its mirror takes it back."""

import pytest

from app.core.money import MAX_SATS
from app.record.ledger.chart import CHART, kind_of
from app.record.ledger.entries import AccountRef, Posting, mirrored

COINS, POOL = AccountRef("coins"), AccountRef("pool", "rounds-12")


def test_an_account_is_named_by_kind_and_owner():
    assert (str(COINS), str(POOL)) == ("coins", "pool:rounds-12")


@pytest.mark.parametrize("amount", [0, -1, MAX_SATS + 1, 1.0, "1", True, None])
def test_what_is_not_an_amount_is_refused(amount):
    with pytest.raises(ValueError, match="amount"):
        Posting(COINS, POOL, amount, "payment", "1", "credit")


def test_both_sides_are_two_accounts_of_one_currency():
    with pytest.raises(ValueError, match="both sides"):
        Posting(COINS, COINS, 1, "payment", "1", "credit")
    with pytest.raises(ValueError, match="currency"):
        Posting(COINS, AccountRef("pool", "borlette-1", "HTG"), 1, "payment", "1", "credit")


def test_the_mirror_swaps_sides_and_has_a_kind_of_its_own():
    posting = Posting(COINS, POOL, 5, "payment", "1", "credit", 3)
    assert mirrored([posting], "undo") == [Posting(POOL, COINS, 5, "payment", "1", "undo", 3)]


def test_only_the_result_may_be_negative_and_what_gateways_and_exchange_do():
    assert {name for name, kind in CHART.items() if kind.may_be_negative} == {"result", "clearing", "exchange"}


@pytest.mark.parametrize("ref", [AccountRef("pol", "rounds-1"), AccountRef("pool"), AccountRef("coins", "rounds-1")])
def test_an_account_outside_the_chart_is_refused(ref):
    with pytest.raises(ValueError, match=ref.kind):
        kind_of(ref)
