"""How tiles are addressed and entries bundled (C2SP tlog-tiles). Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from .tree import TILE_WIDTH

MOST_BYTES: Final = 65_535
"""What an entry may hold: its length stands before it in two bytes."""

_PATH: Final = re.compile(r"(entries|[0-9]|[1-5][0-9]|6[0-3])/((?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")


@dataclass(frozen=True, slots=True)
class Asked:
    """A tile that is asked for. `level` is None for a bundle of entries; `width` is that of a partial one, else 256."""

    level: int | None
    index: int
    width: int = TILE_WIDTH


def parsed(path: str) -> Asked | None:
    """What stands behind `tile/`; None if it is no such path, or not the one way in which its tile is written."""
    found = _PATH.fullmatch(path)
    if found is None:
        return None
    level, digits, width = found.groups()
    index = int(digits.replace("x", "").replace("/", ""))
    if written(index) != digits or (width is not None and int(width) >= TILE_WIDTH):
        return None
    return Asked(None if level == "entries" else int(level), index, int(width) if width else TILE_WIDTH)


def written(index: int) -> str:
    """A tile's index in groups of three digits, all but the last with an x before it."""
    digits = str(index)
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    *higher, last = (digits[at : at + 3] for at in range(0, len(digits), 3))
    return "/".join([*(f"x{group}" for group in higher), last])


def bundle(entries: Iterable[bytes]) -> bytes:
    """Entries one after the other, each behind its length."""
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)
