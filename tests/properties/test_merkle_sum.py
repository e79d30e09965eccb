"""The seal's tree, against a second implementation, and against every kind of change."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.outcomes.draws.merkle_sum import Leaf, root

from .profile import searched

leaves = st.builds(Leaf, st.binary(max_size=40), st.integers(0, 2**40), st.integers(0, 2**50))
lists = st.lists(leaves, max_size=17)
SUBJECT = (7).to_bytes(4, "big")


def tagged(tag: str, *parts: bytes) -> bytes:
    head = hashlib.sha256(tag.encode()).digest()
    return hashlib.sha256(head + head + b"".join(parts)).digest()


def eight(number: int) -> bytes:
    return number.to_bytes(8, "big")


def below(items: list[Leaf]) -> tuple[bytes, int, int]:
    """The same tree from above: the left side holds the largest power of two that is less than all."""
    if len(items) == 1:
        (leaf,) = items
        return tagged("tiraj/seal/leaf/1", eight(leaf.tickets), eight(leaf.sats), leaf.data), leaf.tickets, leaf.sats
    half = 1
    while half * 2 < len(items):
        half *= 2
    (left, a, b), (right, c, d) = below(items[:half]), below(items[half:])
    return tagged("tiraj/seal/node/1", left, eight(a), eight(b), right, eight(c), eight(d)), a + c, b + d


def from_above(subject: bytes, items: list[Leaf]) -> bytes:
    top, tickets, sats = below(items) if items else (bytes(32), 0, 0)
    return tagged("tiraj/seal/root/1", subject, eight(len(items)), top, eight(tickets), eight(sats))


@searched()
@given(lists)
def test_two_implementations_agree(items: list[Leaf]) -> None:
    assert root(SUBJECT, items) == from_above(SUBJECT, items)


@searched()
@given(lists.filter(bool), st.data())
def test_any_change_of_a_leaf_changes_the_root(items: list[Leaf], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(items) - 1))
    other = data.draw(leaves)
    assume(other != items[at])
    assert root(SUBJECT, [*items[:at], other, *items[at + 1 :]]) != root(SUBJECT, items)


@searched()
@given(lists, st.data())
def test_order_and_number_count(items: list[Leaf], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(items))
    assert (root(SUBJECT, shuffled) == root(SUBJECT, items)) == (shuffled == items)
    extra = data.draw(leaves)
    assert root(SUBJECT, [*items, extra]) != root(SUBJECT, items)
    if items:
        assert root(SUBJECT, items[:-1]) != root(SUBJECT, items)
        assert root(SUBJECT, [*items, items[-1]]) != root(SUBJECT, items)  # no leaf counts twice unseen


@searched()
@given(lists.filter(bool))
def test_moving_a_sum_between_leaves_changes_the_root(items: list[Leaf]) -> None:
    first, *rest = items
    assume(rest)
    moved = [Leaf(first.data, first.tickets + 1, first.sats), *rest]
    if moved[-1].tickets:
        moved[-1] = Leaf(moved[-1].data, moved[-1].tickets - 1, moved[-1].sats)
    assert root(SUBJECT, moved) != root(SUBJECT, items)


def test_a_root_belongs_to_its_subject() -> None:
    assert root(SUBJECT, []) != root((8).to_bytes(4, "big"), [])


@pytest.mark.parametrize("leaf", [Leaf(b"", -1, 0), Leaf(b"", 0, -1)])
def test_a_leaf_adds_nothing_negative(leaf: Leaf) -> None:
    with pytest.raises(ValueError):
        root(SUBJECT, [leaf])
