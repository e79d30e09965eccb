"""The fate of a payment, against a model that hands out one ticket at a time."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.games.ticket_draw.rules import Assessment, Fate, Holding, Price, assess

from .profile import searched


@dataclass
class Naive:
    """A ticket counter with a purse for each order."""

    supply: int
    purse: dict[int, int] = field(default_factory=dict)
    tickets: dict[int, int] = field(default_factory=dict)

    def pay(self, order: int, amount: int, price: Price, in_time: bool) -> tuple[str, int, int]:
        """(fate, tickets given, sats given back)."""
        if not in_time:
            return "late", 0, amount
        if amount < price.minimum_payment:
            return "below_minimum", 0, amount
        if not self.supply:
            return "sold_out", 0, amount
        purse = self.purse.get(order, 0) + amount
        given_ = 0
        while purse >= price.player and self.supply:
            purse, given_, self.supply = purse - price.player, given_ + 1, self.supply - 1
        back = purse if purse >= price.player else 0  # more was wanted: what buys nothing goes back whole
        self.purse[order] = purse - back
        self.tickets[order] = self.tickets.get(order, 0) + given_
        return "credited", given_, back


def follow(payments: list[tuple[int, int, bool]], prices: dict[int, Price], supply: int) -> None:
    """Assess `payments` (order, amount, in time) in turn, comparing with the model after each."""
    naive = Naive(supply)
    holdings: dict[int, Holding] = {}
    left = supply
    for order, amount, in_time in payments:
        holding = holdings.get(order, Holding())
        outcome = assess(amount, prices[order], holding, left, in_time=in_time)
        assert (str(outcome.fate), outcome.tickets, outcome.refundable) == naive.pay(
            order, amount, prices[order], in_time
        )
        _holds(outcome, amount)
        if outcome.fate is Fate.CREDITED:
            left -= outcome.tickets
            holdings[order] = Holding(holding.credited + outcome.credited, holding.tickets + outcome.tickets)
            assert holdings[order].remainder(prices[order].player) == naive.purse[order]
        assert left == naive.supply >= 0


def _holds(outcome: Assessment, amount: int) -> None:
    assert outcome.credited + outcome.refundable == amount
    assert min(outcome.credited, outcome.refundable, outcome.tickets) >= 0
    # Whatever is credited brings at least one ticket, so every credited payment has a range, and nothing else has.
    assert (outcome.fate is Fate.CREDITED) == (outcome.tickets > 0) == (outcome.credited > 0)


@pytest.mark.parametrize("player", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("supply", range(7))
def test_every_small_history_of_one_order(player: int, supply: int) -> None:
    prices = {0: Price(1, player, player)}
    amounts = sorted({0, 1, player - 1, player, player + 1, 2 * player, 3 * player - 1, 4 * player + 1})
    for length in range(1, 5):
        for sequence in product(amounts, repeat=length):
            follow([(0, amount, True) for amount in sequence], prices, supply)


def test_every_small_history_of_two_orders() -> None:
    prices = {0: Price(1, 2, 2), 1: Price(1, 3, 4)}
    steps = [(order, amount, True) for order in (0, 1) for amount in (1, 3, 4, 7)]
    for supply in range(7):
        for sequence in product(steps, repeat=4):
            follow(list(sequence), prices, supply)


@searched(200)
@given(st.data())
def test_any_history_of_several_orders(data: st.DataObject) -> None:
    prices = {
        order: Price(base, base + edge, base + edge + floor)
        for order, (base, edge, floor) in enumerate(
            data.draw(
                st.lists(st.tuples(st.integers(1, 50), st.integers(0, 8), st.integers(0, 30)), min_size=1, max_size=4)
            )
        )
    }
    payment = st.tuples(st.sampled_from(sorted(prices)), st.integers(0, 300), st.sampled_from([True] * 5 + [False]))
    follow(data.draw(st.lists(payment, max_size=12)), prices, data.draw(st.integers(0, 40)))


def test_a_top_up_uses_the_remainder() -> None:
    quoted = Price(100, 110, 110)
    first = assess(150, quoted, Holding(), 10, in_time=True)
    second = assess(180, quoted, Holding(first.credited, first.tickets), 9, in_time=True)
    assert (first.tickets, second.tickets) == (1, 2)  # 150 + 180 = three times 110


def test_sold_out_within_a_payment_gives_the_older_remainder_back_too() -> None:
    quoted = Price(100, 110, 110)
    outcome = assess(330, quoted, Holding(200, 1), 1, in_time=True)
    assert (outcome.tickets, outcome.credited, outcome.refundable) == (1, 20, 310)  # 530 paid, two tickets at 110
