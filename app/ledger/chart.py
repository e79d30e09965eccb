"""The chart of accounts: each kind's normal side, and whether its balance may fall below zero."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from .entries import AccountRef

Side = Literal["debit", "credit"]


@dataclass(frozen=True, slots=True)
class AccountKind:
    """`owned` kinds need an owner (a round, a site, a reason); the others have one account a currency."""

    normal_side: Side
    may_be_negative: bool
    owned: bool
    is_liability: bool = False


_LIABILITY = AccountKind("credit", may_be_negative=False, owned=True, is_liability=True)

CHART = MappingProxyType(
    {
        # Bitcoin we hold. Only a coin that was recorded can be spent, so below zero means that one was not: refuse.
        "coins": AccountKind("debit", may_be_negative=False, owned=False),
        # What is owed, and to whom. Paying out more than was owed is the error this ledger exists to prevent.
        "pool": _LIABILITY,
        "held": _LIABILITY,
        "suspense": _LIABILITY,
        "partner": _LIABILITY,
        "jackpot": _LIABILITY,
        "payout": _LIABILITY,
        # The house. Capital is what was put in: nobody takes out more. The result is a loss whenever a jackpot
        # exceeds what its round sold, so it alone may be negative.
        "capital": AccountKind("credit", may_be_negative=False, owned=False),
        "result": AccountKind("credit", may_be_negative=True, owned=False),
        # Costs only grow, except by the mirror of an earlier cost, which cannot take them below zero; nor can more
        # be explained than was unexplained.
        "fees": AccountKind("debit", may_be_negative=False, owned=False),
        "unexplained": AccountKind("debit", may_be_negative=False, owned=False),
    }
)


def kind_of(ref: AccountRef) -> AccountKind:
    """The chart's entry for an account.

    Raises:
        ValueError: the chart has no such kind, or the kind needs an owner and has none, or the other way round.
    """
    kind = CHART.get(ref.kind)
    if kind is None:
        raise ValueError(f"the chart of accounts has no {ref.kind!r}")
    if kind.owned != bool(ref.owner):
        raise ValueError(f"{ref.kind!r} {'needs an' if kind.owned else 'has no'} owner")
    return kind
