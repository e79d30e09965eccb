"""Document 001, "House edge accounting": every formula, exactly."""

from __future__ import annotations

from fractions import Fraction
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.money import DUST_SATS, MAX_SATS, with_edge
from app.games.ticket_draw.rules import Fate, Holding, Price, assess, jackpot, price
from app.selling.windows.rules import min_payment_floor

from .profile import searched

bases = st.integers(1, 10**12)
edges = st.integers(0, 15)


def test_a_hundred_at_ten_percent_is_a_hundred_and_ten() -> None:
    assert with_edge(100, 10) == 110
    assert ceil(100 * (1 + 0.1)) == 111  # what a float would have asked for


@searched()
@given(bases, edges)
def test_partner_house_edge_inflates_player_ticket_price(base: int, edge: int) -> None:
    assert with_edge(base, edge) == ceil(base * (1 + Fraction(edge, 100)))


@searched()
@given(bases, edges, st.integers(0, 10**7))
def test_a_price_is_accepted_whole_and_never_below_the_floor(base: int, edge: int, floor: int) -> None:
    quoted = price(base, edge, floor)
    assert quoted.minimum_payment >= quoted.player >= quoted.base == base
    assert quoted.minimum_payment in (quoted.player, floor)


@searched()
@given(st.integers(1, 10**6), edges, st.integers(1, 10**9))
def test_house_edge_inflates_player_price_and_derives_partner_balance(base: int, edge: int, paid: int) -> None:
    """One payment with tickets to spare: the five formulas of the document."""
    player = with_edge(base, edge)
    outcome = assess(paid, Price(base, player, 1), Holding(), 10**9, in_time=True)
    tickets = paid // player
    if outcome.fate is Fate.CREDITED:
        assert outcome.tickets == tickets
        assert outcome.credited == paid
        contribution = outcome.tickets * base
        partner = paid - contribution
        assert partner == tickets * (player - base) + paid % player
        assert partner >= 0


@pytest.mark.parametrize(
    ("digits", "base", "fee", "expected"),
    [
        (3, 1_000, 0, 1_000_000),
        (3, 1_000, 10, 900_000),
        (1, 1, 10, 9),
        (1, 7, 3, 67),
        (9, 2_100_000, 0, MAX_SATS),
    ],
)
def test_the_jackpot_is_every_ticket_less_the_fee(digits: int, base: int, fee: int, expected: int) -> None:
    assert jackpot(10**digits, base, fee) == expected


@searched()
@given(st.integers(1, 9), st.integers(1, 10**8), st.integers(0, 10))
def test_a_jackpot_never_exceeds_what_all_tickets_bring(digits: int, base: int, fee: int) -> None:
    supply = 10**digits
    prize = jackpot(supply, base, fee)
    assert prize == int(Fraction(supply * base * (100 - fee), 100))
    assert prize <= supply * base


@pytest.mark.parametrize(("rate", "floor"), [(1, DUST_SATS), (2, 464), (10, 2_320), (100, 23_200)])
def test_a_payment_is_worth_four_times_its_spending(rate: int, floor: int) -> None:
    assert min_payment_floor(rate) == floor
