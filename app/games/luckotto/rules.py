"""What Luckotto decides, without touching anything: numbers, prices, odds, fates of payments, states of
orders. Document 000.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from math import comb
from typing import Any, Final

from app.core.money import Sats, with_edge
from app.outcomes.draws import sealed_draw
from app.selling.windows.orders.states import States, When
from app.selling.windows.rules import SELLING

GAME: Final = "luckotto"
PROMISED: Final = {
    "baseCombinationPriceSats": "base_combination_price_sats",
    "hashWork": "hash_work",
    "hashes": "hashes",
    "poolSize": "pool_size",
    "possibleCombinations": "possible_combinations",
}
"""What a round promises beside what every game's rounds do: members of its text, each with its column."""


def promised_by(algorithm: str) -> dict[str, str]:
    """Those of a round that is drawn by this algorithm: it says its work in one of two ways."""
    other = "hashWork" if algorithm == sealed_draw.ALGORITHM else "hashes"
    return {member: column for member, column in PROMISED.items() if member != other}


DRAWN: Final = 6  # numbers of a draw
FEWEST_NUMBERS: Final = 6
MOST_NUMBERS: Final = 25
SMALLEST_POOL: Final = 9
LARGEST_POOL: Final = 63  # a set of numbers is a signed 64-bit mask, number n its bit n - 1


class NumbersRefused(ValueError):
    """A request that is no set of numbers. `code` names why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Fate(StrEnum):
    """What becomes of a payment. Every one has exactly one."""

    CREDITED = "credited"
    BELOW_MINIMUM = "below_minimum"
    LATE = "late"
    UNALLOCATED = "unallocated"  # it funded an order for which there was no free set any more, or came after that
    UNDERFUNDED = "underfunded"  # its order's total was never reached
    VOID = "void"  # its round was voided, or had been settled before the payment's block came


def numbers(given: object, pool_size: int) -> tuple[int, ...]:
    """The requested numbers in ascending order: 6 to 25 different whole numbers from 1 to `pool_size`.

    Raises:
        NumbersRefused: `numbers_count`, `numbers_not_whole`, `numbers_repeated` or `numbers_out_of_pool`. Booleans,
            floats and texts are no numbers, whatever they look like.
    """
    if not isinstance(given, list | tuple) or not FEWEST_NUMBERS <= len(given) <= MOST_NUMBERS:
        raise NumbersRefused("numbers_count")
    values: Sequence[Any] = given
    if any(type(value) is not int for value in values):
        raise NumbersRefused("numbers_not_whole")
    if not all(1 <= value <= pool_size for value in values):
        raise NumbersRefused("numbers_out_of_pool")
    if len(set(values)) != len(values):
        raise NumbersRefused("numbers_repeated")
    return tuple(sorted(values))


def mask_of(chosen: Iterable[int]) -> int:
    """A set of numbers as bits: number n is bit n - 1."""
    mask = 0
    for number in chosen:
        mask |= 1 << (number - 1)
    return mask


def numbers_of(mask: int) -> tuple[int, ...]:
    """The numbers of a mask, ascending."""
    return tuple(bit + 1 for bit in range(mask.bit_length()) if mask >> bit & 1)


def combinations(count: int) -> int:
    """How many different draws a ticket of `count` numbers covers."""
    return comb(count, DRAWN)


def possible_draws(pool_size: int) -> int:
    """How many different draws there are."""
    return comb(pool_size, DRAWN)


def jackpot(pool_size: int, base_combination_price: Sats) -> Sats:
    """What the winning ticket pays: what all combinations together would bring."""
    return possible_draws(pool_size) * base_combination_price


@dataclass(frozen=True, slots=True)
class Price:
    """What a ticket costs: base for its combinations, and what the partner adds."""

    combinations: int
    base: Sats
    fee: Sats

    @property
    def total(self) -> Sats:
        return self.base + self.fee


def price(count: int, base_combination_price: Sats, edge_percent: int) -> Price:
    """The price of `count` numbers. The edge is added to the whole base at once and rounded up once."""
    covered = combinations(count)
    base = covered * base_combination_price
    return Price(covered, base, with_edge(base, edge_percent) - base)


def numbers_for_minimum(minimum: Sats, base_combination_price: Sats, edge_percent: int, pool_size: int) -> int | None:
    """The fewest numbers whose price reaches `minimum`; None if not even the largest ticket does."""
    for count in range(FEWEST_NUMBERS, min(MOST_NUMBERS, pool_size) + 1):
        if price(count, base_combination_price, edge_percent).total >= minimum:
            return count
    return None


@dataclass(frozen=True, slots=True)
class Odds:
    """The chance of a ticket: `combinations` of `possible` draws win, about one in `one_in`."""

    combinations: int
    possible: int

    @property
    def one_in(self) -> Decimal:
        """As people are told, never better than it is: rounded up, below a hundred to a tenth."""
        tenths = -(-10 * self.possible // self.combinations)
        return Decimal(tenths) / 10 if tenths < 1000 else Decimal(-(-self.possible // self.combinations))


def odds(count: int, pool_size: int) -> Odds:
    """The chance of a ticket with `count` numbers. It is the same whichever numbers they are."""
    return Odds(combinations(count), possible_draws(pool_size))


@dataclass(frozen=True, slots=True)
class Standing:
    """What an order has so far: sats credited to it, and whether it holds a ticket or was found to get none."""

    credited: Sats = 0
    is_allocated: bool = False
    is_unallocated: bool = False


def fate(amount: Sats, minimum_payment: Sats, standing: Standing, *, in_time: bool, is_over: bool) -> Fate:
    """A payment's fate before any allocation. Payments under the minimum are never merged into a total.

    `is_over`: the order's round was settled or voided before this payment's block was connected.
    """
    if not in_time:
        return Fate.LATE
    if amount < minimum_payment:
        return Fate.BELOW_MINIMUM
    if is_over:
        return Fate.VOID
    return Fate.UNALLOCATED if standing.is_unallocated else Fate.CREDITED


def is_funded_by(amount: Sats, total: Sats, standing: Standing) -> bool:
    """Whether a credited payment is the one that reaches the order's total."""
    return not standing.is_allocated and standing.credited < total <= standing.credited + amount


_COUNTED: Final = ("credited", "below_minimum", "underfunded")

STATES: Final = States(
    (
        "waiting",
        "seen",
        "partly_paid",
        "allocated",
        "unallocated",
        "underfunded",
        "sold_out",
        "late",
        "won",
        "lost",
        "void",
        "expired",
    ),
    (
        When(state="void", rounds=("void",), has_ticket=True),
        When(state="void", rounds=("void",), paid=("void",)),
        When(state="won", rounds=("settled",), has_won=True),
        When(state="lost", rounds=("settled",), has_ticket=True),
        When(state="allocated", has_ticket=True),
        When(state="unallocated", paid=("unallocated",)),
        When(state="seen", rounds=SELLING, paid=("seen",)),
        When(state="partly_paid", rounds=SELLING, paid=_COUNTED),
        When(state="underfunded", paid=_COUNTED),
        When(state="void", paid=("void",)),
        When(state="late", paid=("late",)),
        When(state="seen", paid=("seen",)),
        When(state="sold_out", rounds=SELLING, is_sold_out=True),
        When(state="waiting", rounds=SELLING),
        When(state="expired"),
    ),
)
"""What state an order is in. A ticket speaks first, then what is on its way, then why there is none.

`partly_paid` has confirmed money and may still be topped up; `underfunded` had, when sales ended; `sold_out` is an
unpaid order of a round in which nothing is left; `expired` is one of a round that sells no more: its address is still
watched.
"""
