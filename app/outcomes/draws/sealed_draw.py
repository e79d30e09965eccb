"""`sealed-draw-1`: one delay over all that was promised, sealed and mined, and then choices that favour nobody. Pure.

    state = H("tiraj/sealed-draw/1", promise hash ‖ seal root ‖ closing block's hash, as explorers print it)
    state = SHA-256(state), as many times as the promise says
    for i = 0, 1, …: v = SHA-256(state ‖ i in 8 bytes), as a number; for a choice among n it is refused
        if v ≥ ⌊2^256 / n⌋ · n, else it is v mod n

The whole delay comes before the first choice, so that nothing of the outcome is known earlier than all of it. Of its
states the first one, every one after 2^24 hashes more, and the last one are checkpoints; a Merkle root is over them:

    leaf = H("tiraj/sealed-draw/leaf/1", state)
    node = H("tiraj/sealed-draw/node/1", left ‖ right)                                        (a lone one moves up)
    root = H("tiraj/sealed-draw/root/1", hashes ‖ number of checkpoints ‖ top), both numbers in 8 bytes

Whoever has them repeats the stretches between them on all his cores, a few of them at random, or the rest of them.
Numbers are big-endian; H is the tagged hash of docs/verifying.md.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Annotated, Any, Final, Self

from pydantic import Field

from . import algorithms, hash_chain
from .merkle_sum import tagged

ALGORITHM: Final = "sealed-draw-1"
MOST_HASHES: Final = 2**40
EVERY: Final = 2**24
"""Hashes from one checkpoint to the next."""

_VALUES: Final = 2**256
_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)

Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Parameters(algorithms.Parameters):
    """What every draw of this kind is begun with beside the closing block's hash; a game adds what it chooses among."""

    promise: Hash
    seal_root: Hash
    hashes: Annotated[int, Field(ge=1, le=MOST_HASHES)]


@dataclass(frozen=True, slots=True)
class Tree:
    """The tree over the checkpoints so far: how many they are, and its complete subtrees, the largest first."""

    count: int = 0
    peaks: tuple[bytes, ...] = ()

    def grown(self, state: bytes) -> Tree:
        """With one checkpoint more."""
        node, left, pairs = tagged("tiraj/sealed-draw/leaf/1", state), self.peaks, self.count
        while pairs & 1:
            node, left, pairs = _node(left[-1], node), left[:-1], pairs >> 1
        return Tree(self.count + 1, (*left, node))

    def root(self, hashes: int) -> bytes:
        """Over the checkpoints of a delay of that many hashes."""
        top = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            top = _node(peak, top)
        return tagged("tiraj/sealed-draw/root/1", hashes.to_bytes(8, "big") + self.count.to_bytes(8, "big") + top)


def _node(left: bytes, right: bytes) -> bytes:
    return tagged("tiraj/sealed-draw/node/1", left + right)


@dataclass(frozen=True, slots=True)
class Reached:
    """How far a delay has come: `done` of `hashes` led from `first` to `state`, past the checkpoints in `tree`.

    `fresh` are the latest of these, which this run came past.
    """

    first: bytes
    hashes: int
    done: int
    state: bytes
    tree: Tree
    fresh: tuple[bytes, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """For a JSON column; the states of checkpoints are kept beside it."""
        return {
            "first": self.first.hex(),
            "hashes": self.hashes,
            "stepsDone": self.done,
            "state": self.state.hex(),
            "checkpoints": self.tree.count,
            "peaks": [peak.hex() for peak in self.tree.peaks],
        }

    @classmethod
    def from_json(cls, record: algorithms.Record) -> Self:
        """The inverse. Raises ValueError for a record that is none."""
        match record:
            case {
                "first": str(first),
                "hashes": int(hashes),
                "stepsDone": int(done),
                "state": str(state),
                "checkpoints": int(checkpoints),
                "peaks": list(peaks),
            } if all(is_hash(one) for one in (first, state, *peaks)):
                tree = Tree(checkpoints, tuple(bytes.fromhex(peak) for peak in peaks))
                return cls(bytes.fromhex(first), hashes, done, bytes.fromhex(state), tree)
        raise ValueError("not a checkpoint")

    def states(self) -> tuple[int, Sequence[bytes]]:
        """The checkpoints that this run came past, and the number of the first of them."""
        return self.tree.count - len(self.fresh), self.fresh


@dataclass(frozen=True, slots=True)
class Delay:
    """A delay that is over: the state that it led to, the root over its checkpoints; those of this run, if any."""

    last_state: str
    root: str
    kept: tuple[int, Sequence[bytes]] = (0, ())


OnReached = Callable[[Reached], None]


def is_hash(text: object) -> bool:
    """Whether it is 32 bytes in hexadecimal, as they are told everywhere."""
    return isinstance(text, str) and _HASH.fullmatch(text) is not None


def first_state(promise: str, seal_root: str, closing_hash: str) -> bytes:
    """Where a delay begins. Raises ValueError for what is no hash; a missing one, all zeros, is none."""
    given = (promise, seal_root, closing_hash)
    if not all(is_hash(one) and one.strip("0") for one in given):
        raise ValueError("not a hash: 64 lower-case hexadecimal digits, not all zero")
    return tagged("tiraj/sealed-draw/1", bytes.fromhex("".join(given)))


def wait(first: bytes, hashes: int, resume: Reached | None = None, tell: OnReached | None = None) -> Delay:
    """Hash on from `first`. `tell` is called every 2^20 hashes and at each checkpoint; what it raises stops it, and
    `resume` goes on from there.

    Raises ValueError for a number or a checkpoint that cannot be one.
    """
    if len(first) != 32 or not 1 <= hashes <= MOST_HASHES:
        raise ValueError(f"a delay has 1 to {MOST_HASHES} hashes")
    at = resume or Reached(first, hashes, 0, first, Tree().grown(first), (first,))
    _check_resumable(at, first, hashes)
    while at.done < hashes:
        part = min(hash_chain.SLICE_STEPS, EVERY - at.done % EVERY, hashes - at.done)
        at = _stepped(at, hash_chain.advance(at.state, part), at.done + part)
        if tell is not None:
            tell(at)
    return Delay(at.state.hex(), at.tree.root(hashes).hex(), at.states())


def _stepped(at: Reached, state: bytes, done: int) -> Reached:
    if done % EVERY and done < at.hashes:
        return Reached(at.first, at.hashes, done, state, at.tree, at.fresh)
    return Reached(at.first, at.hashes, done, state, at.tree.grown(state), (*at.fresh, state))


def checkpoints_of(hashes: int) -> int:
    """How many checkpoints a delay has: the first state, one after each full stretch, and the last state."""
    return -(-hashes // EVERY) + 1


def root_over(states: Sequence[bytes], hashes: int) -> bytes:
    """The root over all checkpoints of a delay, as they are told."""
    tree = Tree()
    for state in states:
        tree = tree.grown(state)
    return tree.root(hashes)


def choices(state: bytes, among: int) -> Iterator[int]:
    """Numbers below `among`, each as likely as any other, for ever: what the state after the whole delay gives."""
    if not 1 <= among <= 2**63:
        raise ValueError("a choice is among one or more, in 63 bits")
    usable = _VALUES // among * among
    for i in count():
        value = _value(state, i)
        if value < usable:
            yield value % among


def _value(state: bytes, i: int) -> int:
    return int.from_bytes(hashlib.sha256(state + i.to_bytes(8, "big")).digest(), "big")


def _check_resumable(at: Reached, first: bytes, hashes: int) -> None:
    tree, due = at.tree, checkpoints_of(hashes) if at.done == hashes else at.done // EVERY + 1
    if not (
        (at.first, at.hashes) == (first, hashes)
        and 0 <= at.done <= hashes
        and (at.done > 0 or at.state == first)
        and tree.count == due
        and len(tree.peaks) == tree.count.bit_count()
    ):
        raise ValueError("the checkpoint belongs to another draw or is damaged")
