"""The ledger's plain types: which account, and what moves between two of them. Pure; every recipe imports these."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.core.money import MAX_SATS


@dataclass(frozen=True, slots=True)
class AccountRef:
    """An account by name: a kind of the chart, whose it is, and its currency."""

    kind: str
    owner: str = ""
    currency: str = "sat"

    def __str__(self) -> str:
        return f"{self.kind}:{self.owner}" if self.owner else self.kind


@dataclass(frozen=True, slots=True)
class Posting:
    """`amount` (minor units) moves: `debit` is debited, `credit` is credited, in their common currency.

    (source, source_id, kind, line) is the posting's identity: one call or a hundred, it moves once.

    Raises:
        ValueError: the amount is not a possible one, or the two accounts are one or differ in currency.
    """

    debit: AccountRef
    credit: AccountRef
    amount: int
    source: str
    source_id: str
    kind: str
    line: int = 0

    def __post_init__(self) -> None:
        if type(self.amount) is not int or not 0 < self.amount <= MAX_SATS:
            raise ValueError(f"not an amount: {self.amount!r}")
        if self.debit == self.credit:
            raise ValueError(f"both sides are {self.debit}")
        if self.debit.currency != self.credit.currency:
            raise ValueError(f"{self.debit} and {self.credit} differ in currency")

    @property
    def key(self) -> tuple[str, str, str, int]:
        return (self.source, self.source_id, self.kind, self.line)


def mirrored(postings: Iterable[Posting], kind: str) -> list[Posting]:
    """What takes `postings` back: the sides swapped, under the same source and line and a kind of its own."""
    return [
        Posting(posting.credit, posting.debit, posting.amount, posting.source, posting.source_id, kind, posting.line)
        for posting in postings
    ]
