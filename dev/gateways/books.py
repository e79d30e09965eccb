"""What a simulated gateway believes that it took and paid: what books that were kept beside it are held against."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that counts. `kind`: payment, refund, dispute or payout. `payment` and `reference` are the shop's own
    names of the payment and of the thing; `amount` and `fee` are in minor units."""

    kind: str
    number: str
    payment: str
    reference: str
    currency: str
    amount: int
    fee: int = 0


@dataclass(frozen=True, slots=True)
class Books:
    """All of one gateway, and what it holds for the shop, in minor units by currency. MonCash's prefunded account,
    which refunds and payouts leave, is `prefund`, less what was in it at first."""

    entries: Sequence[Entry]
    balances: Mapping[str, int]
    prefund: int = 0
