"""What always holds in the public log: the tree is that of the entries, and each checkpoint is one of this tree."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from sqlalchemy import func, select

from app.core.checks import Breach
from app.core.database.session import db

from . import queries
from .anchors.checks import anchors_hold
from .format import notes, tree
from .format.tree import HASH, TILE_WIDTH, Place
from .keys import queries as keys
from .keys.checks import rotations_hold
from .models import Entry, SignedCheckpoint
from .witnesses import checks as witnesses

_PATIENCE: Final = timedelta(minutes=5)
_READ_AT_ONCE: Final = TILE_WIDTH * 40


def tree_is_of_entries() -> list[Breach]:
    """Numbers have no gap, hashes are those of the texts, and all tiles follow from them."""
    held: list[bytes] = []
    for first in range(0, size := queries.size(), _READ_AT_ONCE):
        entries = queries.entries(first, _READ_AT_ONCE)
        for place, entry in enumerate(entries, start=first):
            if entry.number != place:
                return [Breach("log.gap", f"entry {place} is missing")]
            if bytes(entry.hash) != tree.leaf_hash(entry.data.encode()):
                return [Breach("log.entry_changed", f"entry {place}")]
        held.append(b"".join(bytes(entry.hash) for entry in entries))
    hashes = b"".join(held)
    if len(hashes) != HASH * size or db.session.scalar(select(func.count()).select_from(Entry)) != size:
        return [Breach("log.gap", f"{len(hashes) // HASH} entries can be read of {size}")]
    return list(_wrong_tiles(hashes))


def _wrong_tiles(hashes: bytes) -> Iterator[Breach]:
    for level, row in tree.appended([], hashes):
        for index, start in enumerate(range(0, len(row), HASH * TILE_WIDTH)):
            if queries.hashes_of(Place(level, index)) != row[start : start + HASH * TILE_WIDTH]:
                yield Breach("log.tile_changed", f"{level}/{index}")


def checkpoints_hold() -> list[Breach]:
    """Each was signed by the key that was in force, over the root of its size."""
    accepted = keys.Accepted()
    tiles = queries.tiles()
    return [
        breach
        for kept in db.session.scalars(select(SignedCheckpoint).order_by(SignedCheckpoint.size))
        for breach in _of_checkpoint(kept, accepted, tiles)
    ]


def _of_checkpoint(kept: SignedCheckpoint, accepted: keys.Accepted, tiles: tree.Tiles) -> Iterator[Breach]:
    if not any(keys.is_signed(kept.note, key) for key in accepted.of(kept.size)):
        yield Breach("log.checkpoint_not_ours", str(kept.size))
        return
    said = notes.Checkpoint.parse(notes.parted(kept.note)[0])
    try:
        found = tree.root(kept.size, tiles)
    except tree.TileMissing:
        found = b""
    if said.size != kept.size or not said.root == bytes(kept.root) == found:
        yield Breach("log.forked", f"the checkpoint of {kept.size} has another root than the entries")


def nothing_waits() -> list[Breach]:
    """No leaf waits for its number longer than five minutes."""
    since = queries.waits_longer_than(_PATIENCE)
    return [Breach("log.waiting", f"since {since:%Y-%m-%d %H:%M}")] if since else []


CHECKS: Final = (
    tree_is_of_entries,
    rotations_hold,
    checkpoints_hold,
    nothing_waits,
    anchors_hold,
    *witnesses.CHECKS,
)
