"""The sequencer: what waits gets its number, in batches; then its place on the second disk; then a signature.

One at a time, by a lock; and safe without it: the size is changed only from what was found, and a size is signed once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import insert, select, text

from app.core import clock
from app.core.database.session import db
from app.core.faults import step

from . import queries, statements
from .format import notes, tree
from .format.tree import HASH, TILE_WIDTH
from .journal import LogJournal, Numbered
from .keys import queries as keys
from .models import Entry
from .settings import LogSettings

BATCH: Final = 20_000
"""Entries that get their numbers in one transaction."""
_TO_DISK_AT_ONCE: Final = 5_000


class LogContradicted(RuntimeError):
    """The second disk holds entries that the database has not, or has otherwise: signing would fork the log."""


def number(most: int = BATCH) -> int:
    """Give what waits its numbers. Returns how many got one; the caller's transaction makes it so."""
    db.session.execute(text(statements.ONE_SEQUENCER))
    size = queries.size()
    found = db.session.execute(text(statements.NUMBER), {"most": most, "size": size}).one()
    if not found.taken:
        return 0
    _grow(size, bytes(found.hashes))
    step("log.numbered")
    return int(found.taken)


def _grow(size: int, hashes: bytes) -> None:
    """Hang new leaves on the tree: its size changes only from what was found, and its right edge becomes another."""
    values = {"old": size, "new": size + len(hashes) // HASH}
    grown = db.session.execute(text(statements.GROW), values)
    if grown.rowcount != 1:  # type: ignore[attr-defined]
        raise LogContradicted(f"somebody else numbered from {size}")
    edge = queries.edge(size)
    levels, positions, held = [], [], []
    for level, row in tree.appended(edge, hashes):
        first = (size >> tree.TILE_HEIGHT * level) // TILE_WIDTH
        for at, start in enumerate(range(0, len(row), HASH * TILE_WIDTH)):
            levels.append(level)
            positions.append(first + at)
            held.append(row[start : start + HASH * TILE_WIDTH])
    db.session.execute(text(statements.KEEP_TILES), {"levels": levels, "positions": positions, "hashes": held})


def contradiction(journal: LogJournal) -> str | None:
    """How the second disk contradicts the database; None if it does not.

    Raises LogJournalDamaged, OSError.
    """
    last = journal.last()
    if last is None:
        return None
    known = db.session.get(Entry, last.number)
    if known is None:
        return f"the second disk has entries up to {last.number}, the database up to {queries.size() - 1}"
    if (known.kind, known.subject, known.data) != last[1:]:
        return f"entry {last.number} is another on the second disk"
    return None


def differs_below(journal: LogJournal, size: int) -> int | None:
    """The first number below `size` under which the second disk has another entry; None if there is none."""
    for entry in journal.read(max(0, size - _TO_DISK_AT_ONCE)):
        if entry.number >= size:
            break
        known = db.session.get_one(Entry, entry.number)
        if (known.kind, known.subject, known.data) != entry[1:]:
            return entry.number
    return None


def bring_back(entries: Sequence[Numbered]) -> None:
    """Write entries of the second disk that follow the database's last one, as they were numbered."""
    db.session.execute(text(statements.ONE_SEQUENCER))
    size = queries.size()
    if entries[0].number != size:
        raise LogContradicted(f"entry {size} is missing on the second disk")
    rows = [entry._asdict() | {"hash": tree.leaf_hash(entry.data.encode())} for entry in entries]
    db.session.execute(insert(Entry), rows)
    told = {name: [row[name] for row in rows] for name in ("kind", "subject", "data")}
    db.session.execute(text(statements.FORGET_WAITING), told)  # it had its number in the time that was lost
    _grow(size, b"".join(row["hash"] for row in rows))


def missing_on_disk(journal: LogJournal) -> list[Numbered]:
    """The next entries that the second disk lacks."""
    last = journal.last()
    columns = select(Entry.number, Entry.kind, Entry.subject, Entry.data)
    following = columns.where(Entry.number > (last.number if last else -1)).order_by(Entry.number)
    return [Numbered(*row) for row in db.session.execute(following.limit(_TO_DISK_AT_ONCE))]


def sign(settings: LogSettings, size: int) -> bool:
    """Sign the first `size` entries, all of which are on the second disk. False if nothing is new.

    Raises KeyUnknown: the key in force is none of the settings'.
    """
    newest = queries.newest_checkpoint()
    if size <= (newest.size if newest else 0):
        return False
    time = max(int(clock.now().timestamp()), notes.Checkpoint.parse(_text(newest.note)).time if newest else 1)
    checkpoint = notes.Checkpoint(settings.log_origin, size, tree.root(size, queries.tiles()), time)
    note = notes.sign(checkpoint.text, keys.signing(settings, size))
    values = {"size": size, "root": checkpoint.root, "time": time, "note": note}
    written = db.session.execute(text(statements.KEEP_CHECKPOINT), values)
    step("log.signed")
    return bool(written.rowcount == 1)  # type: ignore[attr-defined]


def _text(note: str) -> str:
    return note.partition("\n\n")[0] + "\n"
