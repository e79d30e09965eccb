"""The ledger's plain types: which account, and what moves between two of them. Pure; every recipe imports these."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, Self

from app.core.money import MAX_SATS


class AccountRef(NamedTuple):
    """An account by name: a kind of the chart, whose it is, and its currency."""

    kind: str
    owner: str = ""
    currency: str = "sat"

    def __str__(self) -> str:
        return f"{self.kind}:{self.owner}" if self.owner else self.kind


class _Fields(NamedTuple):
    debit: AccountRef
    credit: AccountRef
    amount: int
    source: str
    source_id: str
    kind: str
    line: int = 0


class Posting(_Fields):
    """`amount` (minor units) moves: `debit` is debited, `credit` is credited, in their common currency.

    (source, source_id, kind, line) is the posting's identity: one call or a hundred, it moves once. A tuple, for a
    block makes thousands.

    Raises:
        ValueError: the amount is not a possible one, or the two accounts are one or differ in currency.
    """

    __slots__ = ()

    def __new__(
        cls,
        debit: AccountRef,
        credit: AccountRef,
        amount: int,
        source: str,
        source_id: str,
        kind: str,
        line: int = 0,
    ) -> Self:
        if type(amount) is not int or not 0 < amount <= MAX_SATS:
            raise ValueError(f"not an amount: {amount!r}")
        if debit == credit:
            raise ValueError(f"both sides are {debit}")
        if debit.currency != credit.currency:
            raise ValueError(f"{debit} and {credit} differ in currency")
        return super().__new__(cls, debit, credit, amount, source, source_id, kind, line)

    @property
    def key(self) -> tuple[str, str, str, int]:
        return self[3:]


def mirrored(postings: Iterable[Posting], kind: str) -> list[Posting]:
    """What takes `postings` back: the sides swapped, under the same source and line and a kind of its own."""
    return [
        Posting(posting.credit, posting.debit, posting.amount, posting.source, posting.source_id, kind, posting.line)
        for posting in postings
    ]
