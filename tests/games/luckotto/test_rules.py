"""What a request may be and what it costs."""

from __future__ import annotations

from decimal import Decimal
from itertools import combinations as choose
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.games.luckotto import rules
from app.games.luckotto.rules import STATES, Fate, NumbersRefused, Standing
from app.selling.windows.orders.states import Situation

GOOD = [7, 3, 49, 1, 22, 30]


def test_a_request_is_put_in_order():
    assert rules.numbers(GOOD, 49) == (1, 3, 7, 22, 30, 49)
    assert len(rules.numbers(list(range(1, 26)), 49)) == 25


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (GOOD[:5], "numbers_count"),
        (list(range(1, 27)), "numbers_count"),
        ([], "numbers_count"),
        (list(range(1_000_000)), "numbers_count"),
        (None, "numbers_count"),
        ("1,2,3,4,5,6", "numbers_count"),
        ({1: 1}, "numbers_count"),
        ({1, 2, 3, 4, 5, 6}, "numbers_count"),
        (6, "numbers_count"),
        ([*GOOD[:5], 7], "numbers_repeated"),
        ([*GOOD, 7], "numbers_repeated"),
        ([*GOOD[:5], 0], "numbers_out_of_pool"),
        ([*GOOD[:5], 50], "numbers_out_of_pool"),
        ([*GOOD[:5], -1], "numbers_out_of_pool"),
        ([*GOOD[:5], 10**30], "numbers_out_of_pool"),
        ([*GOOD[:5], "6"], "numbers_not_whole"),
        ([*GOOD[:5], 6.0], "numbers_not_whole"),
        ([*GOOD[:5], True], "numbers_not_whole"),
        ([*GOOD[:5], False], "numbers_not_whole"),
        ([*GOOD[:5], None], "numbers_not_whole"),
        ([*GOOD[:5], [6]], "numbers_not_whole"),
        ([*GOOD[:5], Decimal(6)], "numbers_not_whole"),
        ([*GOOD[:5], float("nan")], "numbers_not_whole"),
    ],
)
def test_what_is_no_request(given, code):
    with pytest.raises(NumbersRefused) as refused:
        rules.numbers(given, 49)
    assert refused.value.code == code


@given(st.sets(st.integers(1, 63), min_size=1))
def test_a_mask_is_its_numbers(chosen):
    assert set(rules.numbers_of(rules.mask_of(chosen))) == chosen
    assert 0 < rules.mask_of(chosen) < 2**63


@pytest.mark.parametrize("count", range(6, 13))
def test_combinations_are_counted_as_they_are_listed(count):
    assert rules.combinations(count) == len(list(choose(range(count), 6)))


def test_the_largest_ticket_and_the_usual_pool():
    assert rules.combinations(25) == 177_100
    assert rules.possible_draws(49) == 13_983_816
    assert rules.jackpot(49, 100) == 1_398_381_600


@given(st.integers(6, 25), st.integers(1, 10**6), st.integers(0, 100))
def test_the_edge_is_added_once_to_the_whole_and_rounded_up(count, base, edge):
    price = rules.price(count, base, edge)
    assert price.base == comb(count, 6) * base
    assert price.total == price.base + price.fee
    exact = Decimal(price.base) * (100 + edge) / 100
    assert 0 <= price.total - exact < 1
    assert isinstance(price.total, int)


def test_rounding_is_of_the_total_and_not_of_a_combination():
    assert rules.price(7, 101, 10).total == 778  # 7 × 101 = 707, and 777.7


@given(st.integers(0, 10**7), st.integers(1, 10**4), st.integers(0, 15), st.integers(9, 63))
def test_how_many_numbers_reach_a_minimum(minimum, base, edge, pool):
    count = rules.numbers_for_minimum(minimum, base, edge, pool)
    most = min(25, pool)
    if count is None:
        assert rules.price(most, base, edge).total < minimum
        return
    assert rules.price(count, base, edge).total >= minimum
    assert count == 6 or rules.price(count - 1, base, edge).total < minimum


def test_odds():
    odds = rules.odds(8, 49)
    assert (odds.combinations, odds.possible, odds.one_in) == (28, 13_983_816, 499_422)
    told = {(6, 6): "1", (25, 30): "3.4", (24, 30): "4.5", (10, 30): "2828", (25, 49): "79", (24, 49): "104"}
    assert {given: str(rules.odds(*given).one_in) for given in told} == told


@given(st.integers(6, 25), st.integers(25, 63))
def test_odds_are_never_told_better_than_they_are(count, pool):
    odds = rules.odds(count, pool)
    assert odds.one_in * odds.combinations >= odds.possible
    assert (odds.one_in - (Decimal("0.1") if odds.one_in < 100 else 1)) * odds.combinations < odds.possible


@pytest.mark.parametrize(
    ("amount", "standing", "in_time", "is_over", "fate"),
    [
        (1000, Standing(), True, False, Fate.CREDITED),
        (1000, Standing(), False, False, Fate.LATE),
        (99, Standing(500), True, False, Fate.BELOW_MINIMUM),
        (99, Standing(), False, False, Fate.LATE),
        (1000, Standing(), True, True, Fate.VOID),
        (1000, Standing(is_unallocated=True), True, False, Fate.UNALLOCATED),
        (1000, Standing(2000, is_allocated=True), True, False, Fate.CREDITED),
    ],
)
def test_fates(amount, standing, in_time, is_over, fate):
    assert rules.fate(amount, 100, standing, in_time=in_time, is_over=is_over) is fate


@given(st.lists(st.integers(1, 500), min_size=1, max_size=12), st.integers(1, 2000))
def test_exactly_one_payment_funds_an_order_whose_total_is_reached(amounts, total):
    standing, funding = Standing(), []
    for at, amount in enumerate(amounts):
        if rules.is_funded_by(amount, total, standing):
            funding.append(at)
        standing = Standing(standing.credited + amount, is_allocated=bool(funding))
    assert len(funding) == (sum(amounts) >= total)
    if funding:
        assert sum(amounts[: funding[0]]) < total <= sum(amounts[: funding[0] + 1])


@pytest.mark.parametrize(
    ("round_status", "payments", "has_ticket", "has_won", "state"),
    [
        ("open", [], False, False, "waiting"),
        ("open", ["seen"], False, False, "seen"),
        ("open", ["credited", "seen"], False, False, "seen"),
        ("open", ["credited"], False, False, "partly_paid"),
        ("open", ["below_minimum"], False, False, "partly_paid"),
        ("closed", ["credited"], False, False, "underfunded"),
        ("sealed", ["underfunded"], False, False, "underfunded"),
        ("settled", ["underfunded", "late"], False, False, "underfunded"),
        ("open", ["credited", "unallocated"], False, False, "unallocated"),
        ("open", ["credited"], True, False, "allocated"),
        ("drawing", ["credited"], True, False, "allocated"),
        ("settled", ["credited"], True, False, "lost"),
        ("settled", ["credited"], True, True, "won"),
        ("closed", ["late"], False, False, "late"),
        ("closed", ["seen"], False, False, "seen"),
        ("closed", [], False, False, "expired"),
        ("void", ["void"], True, False, "void"),
        ("void", [], False, False, "expired"),
        ("open", ["orphaned"], False, False, "waiting"),
    ],
)
def test_states(round_status, payments, has_ticket, has_won, state):
    ticket = ("won" if has_won else "assigned") if has_ticket else None
    assert STATES.of(Situation(round_status, ticket, frozenset(payments))) == state
    assert state in STATES.names


def test_where_nothing_is_left_nobody_waits_to_pay() -> None:
    def state(status: str, *payments: str) -> str:
        return STATES.of(Situation(status, None, frozenset(payments), is_sold_out=True))

    assert (state("open"), state("open", "orphaned"), state("closed")) == ("sold_out", "sold_out", "expired")
    assert (state("open", "seen"), state("open", "unallocated")) == ("seen", "unallocated")
