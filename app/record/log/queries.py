"""Reads of the log: entries, tiles, checkpoints and proofs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import Boolean, ColumnElement, func, literal_column, or_, select, text, tuple_

from app.core.database.session import db
from app.core.errors import NotFound

from .format import notes, tree
from .format.leaves import Leaf
from .format.tree import HASH, TILE_HEIGHT, TILE_WIDTH, Place, Tiles
from .models import Entry, Head, SignedCheckpoint, Tile, Waiting
from .witnesses import lines

LEDGER: Final = "ledger"
"""Entries of postings: most of all, so that no index but that of numbers has them."""


class About(NamedTuple):
    """What entries are wanted about: subjects, and beside them single entries by their hashes."""

    subjects: tuple[str, ...] = ()
    leaves: tuple[bytes, ...] = ()


ALL: Final = About()


def size() -> int:
    """How many entries have a number."""
    return db.session.scalar(select(Head.size).where(Head.id == 1)) or 0


def waits_longer_than(age: timedelta) -> datetime | None:
    """Since when the oldest leaf waits, if that is longer than `age` by the clock that dates it: the database's."""
    late = select(func.min(Waiting.written_at)).where(Waiting.written_at < func.clock_timestamp() - age)
    return db.session.scalar(late)


def waiting_since() -> datetime | None:
    """Since when the oldest leaf waits for its number."""
    return db.session.scalar(select(func.min(Waiting.written_at)))


def unsigned_since() -> datetime | None:
    """Since when something said has no signature over it; None if all has."""
    grown = select(Head.grown_at).where(Head.size > signed_size())
    return waiting_since() or db.session.scalar(grown)


def newest_checkpoint() -> SignedCheckpoint | None:
    """The one over most entries."""
    return db.session.scalar(select(SignedCheckpoint).order_by(SignedCheckpoint.size.desc()).limit(1))


def checkpoint_over(number: int) -> SignedCheckpoint | None:
    """The first one that covers an entry."""
    over = select(SignedCheckpoint).where(SignedCheckpoint.size > number).order_by(SignedCheckpoint.size)
    return db.session.scalar(over.limit(1))


def signed_size() -> int:
    """How many entries the newest checkpoint covers."""
    return db.session.scalar(select(func.max(SignedCheckpoint.size))) or 0


def tiles(expected: Sequence[Place] = ()) -> Tiles:
    """The tiles of the tree, each read once: those that are `expected` to be asked for all together."""
    read = _many(expected) if expected else {}

    def tile(place: Place) -> bytes:
        if place not in read:
            read[place] = hashes_of(place) or b""
        return read[place]

    return tile


def _many(places: Sequence[Place]) -> dict[Place, bytes]:
    found = db.session.execute(
        select(Tile.level, Tile.position, Tile.hashes).where(tuple_(Tile.level, Tile.position).in_(places))
    )
    return {Place(level, position): bytes(hashes) for level, position, hashes in found}


def hashes_of(place: Place) -> bytes | None:
    """The hashes of a tile, as far as it has grown; None if there is no such tile."""
    found = db.session.scalar(select(Tile.hashes).where(Tile.level == place.level, Tile.position == place.position))
    return bytes(found) if found is not None else None


def edge(size: int) -> list[bytes]:
    """The last tile of each level, where it is not whole."""
    held: list[bytes] = []
    while size:
        width = size % TILE_WIDTH
        held.append((hashes_of(Place(len(held), size // TILE_WIDTH)) or b"")[: HASH * width] if width else b"")
        size >>= TILE_HEIGHT
    return held


def entries(first: int, count: int) -> Sequence[Entry]:
    """Entries from a number on, in their order."""
    wanted = select(Entry).where(Entry.number >= first, Entry.number < first + count).order_by(Entry.number)
    return db.session.scalars(wanted).all()


def newest_first(kind: str, before: int, count: int, about: About = ALL) -> Sequence[Entry]:
    """Entries below a number, the newest first; of one `kind` and its parts, or of all (""); `about` something,
    or all."""
    wanted = select(Entry).where(Entry.number < before, *_such(kind, about))
    return db.session.scalars(wanted.order_by(Entry.number.desc()).limit(count)).all()


def numbers_from(kind: str, first: int, end: int, count: int, about: About = ALL) -> Sequence[int]:
    """The numbers of so many such entries, from a number on and below another, in their order."""
    wanted = select(Entry.number).where(Entry.number >= first, Entry.number < end, *_such(kind, about))
    return db.session.scalars(wanted.order_by(Entry.number).limit(count)).all()


def _such(kind: str, about: About) -> list[ColumnElement[bool]]:
    """Indexes have all but postings, and are only used where that is said."""
    wanted: list[ColumnElement[bool]] = [Entry.kind.in_((kind, f"{kind}.part"))] if kind else []
    if about != ALL:
        wanted.append(or_(Entry.subject.in_(about.subjects), Entry.hash.in_(about.leaves)))
    return [*wanted, literal_column("kind <> 'ledger'", Boolean)] if wanted and kind != LEDGER else wanted


def entry_with(leaf: bytes) -> Entry | None:
    """The first entry with this hash."""
    return db.session.scalar(select(Entry).where(Entry.hash == leaf).order_by(Entry.number).limit(1))


def entry_of(kind: str, subject: str) -> Entry | None:
    """The first entry that tells this of this subject."""
    found = select(Entry).where(Entry.kind == kind, Entry.subject == subject).order_by(Entry.number).limit(1)
    return db.session.scalar(found)


def entries_of(kind: str, subject: str) -> Sequence[Entry]:
    """All entries that tell this of this subject since the log began, in their order."""
    first = select(Head.first_number).where(Head.id == 1).scalar_subquery()
    found = select(Entry).where(Entry.kind == kind, Entry.subject == subject, Entry.number >= first)
    return db.session.scalars(found.order_by(Entry.number)).all()


def numbers_of(kinds: Sequence[str], subjects: Sequence[str]) -> dict[tuple[str, str], int]:
    """The number of the last entry that tells each of each, by kind and subject, since the log began."""
    first = select(Head.first_number).where(Head.id == 1).scalar_subquery()
    told = select(Entry.kind, Entry.subject, func.max(Entry.number)).where(
        Entry.subject.in_(subjects), Entry.kind.in_(kinds), text("kind <> 'ledger'"), Entry.number >= first
    )
    rows = db.session.execute(told.group_by(Entry.kind, Entry.subject))
    return {(kind, subject): number for kind, subject, number in rows}


def begun_at() -> datetime:
    """From when on facts have their entry."""
    found: datetime = db.session.scalars(select(Head.begun_at).where(Head.id == 1)).one()
    return found


def leaves_of_kinds(kinds: Iterable[str]) -> Counter[Leaf]:
    """What was said of these kinds, since the log began and whether it has its number or not."""
    first = select(Head.first_number).where(Head.id == 1).scalar_subquery()
    wanted = list(kinds)
    numbered = select(Entry.kind, Entry.subject, Entry.data).where(Entry.number >= first, Entry.kind.in_(wanted))
    waiting = select(Waiting.kind, Waiting.subject, Waiting.data).where(Waiting.kind.in_(wanted))
    return Counter(Leaf(*row) for row in db.session.execute(numbered.union_all(waiting)))


@dataclass(frozen=True, slots=True)
class Inclusion:
    """Where an entry stands, and the text that proves it against a signed checkpoint."""

    entry: Entry
    size: int
    text: str


def inclusion(leaf: bytes) -> Inclusion:
    """The proof for the first entry with this hash, as `inclusion_of`.

    Raises NotFound: `log_entry_not_found`, or `log_entry_not_signed` while no checkpoint covers it.
    """
    entry = entry_with(leaf)
    if entry is None:
        raise NotFound("log_entry_not_found")
    return inclusion_of(entry)


def inclusion_of(entry: Entry) -> Inclusion:
    """The proof for an entry, against the newest checkpoint that enough witnesses cosigned; while none of those covers
    it, against the newest of all. The lines of witnesses are in it.

    Raises NotFound: `log_entry_not_signed` while no checkpoint covers it.
    """
    cosigned = lines.newest_size_with_quorum()
    has_quorum = cosigned is not None and cosigned > entry.number
    checkpoint = db.session.get(SignedCheckpoint, cosigned) if has_quorum else newest_checkpoint()
    if checkpoint is None or entry.number >= checkpoint.size:
        raise NotFound("log_entry_not_signed")
    path = tree.inclusion(entry.number, checkpoint.size, tiles(tree.beside(entry.number, checkpoint.size)))
    return Inclusion(entry, checkpoint.size, notes.proof_text(entry.number, path, lines.cosigned_note(checkpoint)))
