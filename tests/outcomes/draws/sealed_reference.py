"""`sealed-draw-1` once more, as its description says it and nothing else: shares no code with the product."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def tagged(tag: str, data: bytes) -> bytes:
    return sha256(sha256(tag.encode()) * 2 + data)


def tree(leaves: list[bytes]) -> bytes:
    """By splitting at the largest power of two, where the product pairs from the left: both are the same tree."""
    if len(leaves) == 1:
        return leaves[0]
    size = 1
    while size * 2 < len(leaves):
        size *= 2
    return tagged("tiraj/sealed-draw/node/1", tree(leaves[:size]) + tree(leaves[size:]))


def delay(promise: str, seal_root: str, closing: str, hashes: int, every: int = 2**24) -> tuple[list[bytes], str]:
    """All checkpoints, the last of them the last state, and the root over them."""
    state = tagged("tiraj/sealed-draw/1", bytes.fromhex(promise) + bytes.fromhex(seal_root) + bytes.fromhex(closing))
    states = [state]
    for done in range(1, hashes + 1):
        state = sha256(state)
        if done % every == 0 or done == hashes:
            states.append(state)
    counts = hashes.to_bytes(8, "big") + len(states).to_bytes(8, "big")
    top = tree([tagged("tiraj/sealed-draw/leaf/1", state) for state in states])
    return states, tagged("tiraj/sealed-draw/root/1", counts + top).hex()


def chosen(state: bytes, among: int) -> Iterator[int]:
    i = 0
    while True:
        value = int(sha256(state + i.to_bytes(8, "big")).hex(), 16)
        i += 1
        if value >= 2**256 // among * among:
            continue
        yield value % among


def six(state: bytes, pool: int) -> list[int]:
    drawn: list[int] = []
    for choice in chosen(state, pool):
        if choice + 1 in drawn:
            continue
        drawn.append(choice + 1)
        if len(drawn) == 6:
            return drawn
    raise AssertionError
