"""A Merkle tree that also sums: its root fixes every leaf, their order, and what they add up to.

Each node hashes both children with both of their sums, so that no subtree can claim more or less than it holds.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

_LEAF_TAG = "tiraj/seal/leaf/1"
_NODE_TAG = "tiraj/seal/node/1"
_ROOT_TAG = "tiraj/seal/root/1"
_PROMISED_ROOT_TAG = "tiraj/seal/root/2"


@dataclass(frozen=True, slots=True)
class Leaf:
    """One thing sealed: its canonical bytes, and what it adds to the two sums."""

    data: bytes
    tickets: int
    sats: int


@dataclass(frozen=True, slots=True)
class Node:
    """A hash with the sums of everything below it."""

    hash: bytes
    tickets: int
    sats: int

    def serialized(self) -> bytes:
        """hash ‖ tickets ‖ sats, each sum in eight bytes, big-endian."""
        return self.hash + self.tickets.to_bytes(8, "big") + self.sats.to_bytes(8, "big")


def root(subject: bytes, leaves: Sequence[Leaf], promise: bytes | None = None) -> bytes:
    """The root over `leaves` in their order, bound to `subject`, to how many they are, and to the 32 bytes of the
    `promise` under which they were sold, if that was written down (version 2)."""
    level = [_leaf(leaf) for leaf in leaves]
    while len(level) > 1:
        level = [_parent(level[at : at + 2]) for at in range(0, len(level), 2)]
    top = level[0] if level else Node(bytes(32), 0, 0)
    counted = subject + len(leaves).to_bytes(8, "big") + top.serialized()
    return tagged(_ROOT_TAG, counted) if promise is None else tagged(_PROMISED_ROOT_TAG, promise + counted)


def _leaf(leaf: Leaf) -> Node:
    if min(leaf.tickets, leaf.sats) < 0:
        raise ValueError("a leaf adds nothing negative")
    sums = leaf.tickets.to_bytes(8, "big") + leaf.sats.to_bytes(8, "big")
    return Node(tagged(_LEAF_TAG, sums + leaf.data), leaf.tickets, leaf.sats)


def _parent(children: Sequence[Node]) -> Node:
    """Two children make a parent; one without a sibling moves up as it is."""
    if len(children) == 1:
        return children[0]
    left, right = children
    digest = tagged(_NODE_TAG, left.serialized() + right.serialized())
    return Node(digest, left.tickets + right.tickets, left.sats + right.sats)


def tagged(tag: str, message: bytes) -> bytes:
    """The tagged hash by which all that is sealed or drawn is told apart from whatever else is hashed."""
    prefix = hashlib.sha256(tag.encode()).digest()
    return hashlib.sha256(prefix + prefix + message).digest()
