"""What a draw's seal covers: every sale that was given a number, in that order. Pure.

A leaf is the hash of the sale's own leaf in the public log, and adds one sale and its stake to the sums; one that went
back before the seal adds nothing, and keeps its place.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.outcomes.draws import merkle_sum


@dataclass(frozen=True, slots=True)
class Sale:
    """A ticket's part in a draw: its number, its leaf's hash, its stake (minor units), and whether it still counts."""

    number: int
    leaf: bytes
    stake: int
    counts: bool


@dataclass(frozen=True, slots=True)
class Sealed:
    """What a seal says: the root, how many sales count, what was staked on them, and the number of the last of all."""

    root: bytes
    sales: int
    staked: int
    last: int


def seal_of(subject: str, promise_hash: bytes, sales: Iterable[Sale]) -> Sealed:
    """The seal over sales in the order of their numbers. Raises ValueError where a number is missing."""
    leaves, last = [], 0
    for one in sales:
        if one.number != last + 1:
            raise ValueError(f"no sale has number {last + 1}")
        last = one.number
        leaves.append(merkle_sum.Leaf(one.leaf, int(one.counts), one.stake if one.counts else 0))
    root = merkle_sum.root(subject.encode(), leaves, promise_hash)
    return Sealed(root, sum(leaf.tickets for leaf in leaves), sum(leaf.sats for leaf in leaves), last)
