"""Leaves: what the operator said, as a text that everybody reads alike. Pure.

A leaf's data is canonical JSON: keys sorted, no spaces, UTF-8. `kind` says what sort of thing it tells, `subject` which
one; both are in the text too, and beside it so that it is found. What is too long for one entry is told in parts.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from .tile_paths import MOST_BYTES
from .tree import leaf_hash

_CANONICAL: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
_BYTES_OF_PART: Final = 32_000
"""Of the whole text: quoted within a part it may take twice as many."""


class Leaf(NamedTuple):
    """One entry to be: `data` is its text."""

    kind: str
    subject: str
    data: str

    @property
    def hash(self) -> bytes:
        return leaf_hash(self.data.encode())


def canonical(value: object) -> str:
    """JSON that has one form. Raises ValueError for what JSON does not know, such as a number that is none."""
    return _CANONICAL.encode(value)


def leaves_of(kind: str, subject: str, told: Mapping[str, object]) -> list[Leaf]:
    """The leaf that tells these members, or its parts: mostly one.

    Raises:
        ValueError: a member is named as the leaf's own, or is not JSON.
    """
    if not told.keys().isdisjoint(("type", "subject")):
        raise ValueError("a leaf's type and subject are its own")
    data = canonical({**told, "subject": subject, "type": kind})
    if len(data.encode()) <= MOST_BYTES:
        return [Leaf(kind, subject, data)]
    whole = {"sha256": hashlib.sha256(data.encode()).hexdigest(), "subject": subject, "type": f"{kind}.part"}
    texts = list(_pieces(data))
    return [
        Leaf(f"{kind}.part", subject, canonical({**whole, "of": len(texts), "part": number, "text": text}))
        for number, text in enumerate(texts)
    ]


def _pieces(data: str) -> Iterator[str]:
    """Cut between characters, so that each piece is text by itself."""
    piece: list[str] = []
    held = 0
    for character in data:
        width = len(character.encode())
        if held + width > _BYTES_OF_PART:
            yield "".join(piece)
            piece, held = [], 0
        piece.append(character)
        held += width
    yield "".join(piece)
