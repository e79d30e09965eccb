"""What of the ledger is said in public: every posting under its key, with its transfers. Pure.

`statements` writes the same text within the database, where what is posted is told by the statement that posts it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from app.record.log.format.leaves import Leaf, canonical

from .entries import AccountRef

KIND: Final = "ledger"


class Told(NamedTuple):
    """A transfer as the log tells it."""

    line: int
    debit: AccountRef
    credit: AccountRef
    amount: int


def leaf_of(source: str, source_id: str, kind: str, part: int, transfers: Sequence[Told]) -> Leaf:
    """The leaf of what was posted at once under a key, its transfers in the order of their lines."""
    lines = [[line, *debit[:2], *credit[:2], debit.currency, amount] for line, debit, credit, amount in transfers]
    return Leaf(KIND, "", canonical({"key": [source, source_id, kind], "part": part, "transfers": lines, "type": KIND}))
