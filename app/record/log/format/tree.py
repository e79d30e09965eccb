"""The Merkle tree of RFC 6962, kept as tiles of 256 hashes (C2SP tlog-tiles). Pure.

A tile is named by its level and its position there: one of level 0 holds the hashes of leaves, one of level L the roots
of whole tiles of level L-1. A node is named by its height and position: it covers 2^height leaves, from
position·2^height on. Whatever is asked of the tree is answered from tiles alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from functools import reduce
from typing import Final, NamedTuple

HASH: Final = 32
"""Bytes of a hash."""
TILE_HEIGHT: Final = 8
TILE_WIDTH: Final = 1 << TILE_HEIGHT
EMPTY: Final = hashlib.sha256().digest()
"""The root of no leaves."""


class Place(NamedTuple):
    """A tile, by its level and its position there."""

    level: int
    position: int


Tiles = Callable[[Place], bytes]
"""The hashes of a tile, one after the other; as many as there are."""


class TileMissing(LookupError):
    """A tile has fewer hashes than the size of the tree says."""


def leaf_hash(data: bytes) -> bytes:
    """The hash of an entry."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node above two others."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def appended(tails: Sequence[bytes], hashes: bytes) -> Iterator[tuple[int, bytes]]:
    """What each level holds, from the first hash of its last tile on, once `hashes` (of leaves) stand behind it.

    `tails`: the hashes of the last tile of each level, from level 0 upwards, less than a whole one each.
    """
    level, new = 0, hashes
    while new:
        held = (tails[level] if level < len(tails) else b"") + new
        yield level, held
        whole = len(held) // (HASH * TILE_WIDTH)
        new = b"".join(_root_of_tile(held, at) for at in range(whole))
        level += 1


def _root_of_tile(held: bytes, at: int) -> bytes:
    start = at * HASH * TILE_WIDTH
    return _whole([held[start + HASH * one : start + HASH * (one + 1)] for one in range(TILE_WIDTH)])


def _whole(row: list[bytes]) -> bytes:
    """The root of 2^n hashes."""
    while len(row) > 1:
        row = [node_hash(row[at], row[at + 1]) for at in range(0, len(row), 2)]
    return row[0]


def root(size: int, tiles: Tiles) -> bytes:
    """The root of the first `size` leaves.

    Raises:
        TileMissing: the tiles do not reach so far.
    """
    return _range(0, size, tiles) if size else EMPTY


def inclusion(number: int, size: int, tiles: Tiles) -> list[bytes]:
    """The path from leaf `number` to the root of `size` leaves, the lowest hash first (RFC 6962, 2.1.1).

    Raises:
        ValueError: there is no such leaf.
        TileMissing: the tiles do not reach so far.
    """
    if not 0 <= number < size:
        raise ValueError(f"no leaf {number} among {size}")
    path, start, end = [], 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if number < middle:
            path.append(_range(middle, end, tiles))
            end = middle
        else:
            path.append(_range(start, middle, tiles))
            start = middle
    return path[::-1]


def beside(number: int, size: int) -> list[Place]:
    """The tiles that the path of a leaf leads through: its own at each level, and those at the tree's right edge."""
    places, level = set(), 0
    while grown := size >> TILE_HEIGHT * level:
        at = number >> TILE_HEIGHT * level
        places |= {Place(level, min(at, grown - 1) // TILE_WIDTH), Place(level, (grown - 1) // TILE_WIDTH)}
        level += 1
    return sorted(places)


def consistency(first: int, second: int, tiles: Tiles) -> list[bytes]:
    """What shows that the tree of `second` leaves begins with that of `first` (RFC 6962, 2.1.2).

    Raises:
        ValueError: not 0 < first <= second.
        TileMissing: the tiles do not reach so far.
    """
    if not 0 < first <= second:
        raise ValueError(f"not 0 < {first} <= {second}")
    path, start, end, is_whole = [], 0, second, True
    while first != end:
        middle = start + _split(end - start)
        if first <= middle:
            path.append(_range(middle, end, tiles))
            end = middle
        else:
            path.append(_range(start, middle, tiles))
            start, is_whole = middle, False
    return ([] if is_whole else [_range(start, end, tiles)]) + path[::-1]


def _split(width: int) -> int:
    """The largest power of two below `width`."""
    return 1 << (width - 1).bit_length() - 1


def _range(start: int, end: int, tiles: Tiles) -> bytes:
    """The hash over leaves `start` to `end`, which begin where a node of theirs may begin."""
    hashes = [_node(height, position, tiles) for height, position in _nodes(start, end)]
    return reduce(lambda right, left: node_hash(left, right), reversed(hashes))


def _nodes(start: int, end: int) -> Iterator[tuple[int, int]]:
    """The whole nodes that cover a range, from the left: ever smaller ones."""
    while start < end:
        height = (end - start).bit_length() - 1
        yield height, start >> height
        start += 1 << height


def _node(height: int, position: int, tiles: Tiles) -> bytes:
    level, within = divmod(height, TILE_HEIGHT)
    first = position << within
    place, at = divmod(first, TILE_WIDTH)
    held = tiles(Place(level, place))[HASH * at : HASH * (at + (1 << within))]
    if len(held) < HASH << within:
        raise TileMissing(f"tile {level}/{place} has too few hashes")
    return _whole([held[HASH * one : HASH * (one + 1)] for one in range(1 << within)])
