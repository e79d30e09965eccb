"""Reads of witnesses: who they are, what they cosigned, whether enough of them had seen an entry."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import func, or_, select, text
from sqlalchemy.dialects.postgresql import distinct_on

from app.core.database.session import db
from app.record.log import queries as log
from app.record.log.format import notes, tree
from app.record.log.format.notes import Checkpoint
from app.record.log.models import SignedCheckpoint

from . import lines, statements
from .lines import named as named
from .models import Disagreement, KnownWitness

SILENT_AFTER: Final = timedelta(minutes=5)
_MOST_READ: Final = 64
_MOST_SHOWN: Final = 16


def known() -> Sequence[KnownWitness]:
    """Those of the settings, then those that offered themselves; none that was removed or switched off."""
    keys = named()
    is_named = KnownWitness.key.in_(keys)
    offered = KnownWitness.offered_by.is_not(None) & KnownWitness.removed_at.is_(None)
    wanted = select(KnownWitness).where(or_(is_named, offered & KnownWitness.stopped_at.is_(None)))
    return db.session.scalars(wanted.order_by(is_named.desc(), KnownWitness.known_since, KnownWitness.key)).all()


def heard_out() -> Sequence[str]:
    """The keys of all whose cosignatures are taken when they are brought, also of those who are asked no more: a round
    may still count on one of them, and whoever takes him out of the settings shall not refuse him by that."""
    return db.session.scalars(select(KnownWitness.key).where(KnownWitness.removed_at.is_(None))).all()


def offered() -> Sequence[KnownWitness]:
    """Those that offered themselves, whether they are asked or switched off."""
    keys = named()
    mine = KnownWitness.offered_by.is_not(None) & KnownWitness.removed_at.is_(None) & KnownWitness.key.not_in(keys)
    return db.session.scalars(select(KnownWitness).where(mine).order_by(KnownWitness.known_since)).all()


def told() -> Sequence[KnownWitness]:
    """For operators: those of the settings, those that offered themselves, whether asked or not, and whoever else ever
    said something against us."""
    shown = [*(one for one in known() if one.key in named()), *offered()]
    others = select(KnownWitness).where(
        KnownWitness.key.in_([key for key in disagreeing() if key is not None]),
        KnownWitness.key.not_in([one.key for one in shown]),
    )
    return [*shown, *db.session.scalars(others.order_by(KnownWitness.known_since))]


def called(keys: Sequence[str]) -> dict[str, KnownWitness]:
    """These, by their keys, as far as we know them."""
    wanted = select(KnownWitness).where(KnownWitness.key.in_(keys))
    return {one.key: one for one in db.session.scalars(wanted)}


def newest_note() -> str | None:
    """The newest checkpoint with what cosignatures there are."""
    newest = log.newest_checkpoint()
    return lines.cosigned_note(newest) if newest else None


def newest_with_quorum() -> str | None:
    """The newest checkpoint that as many witnesses of the settings cosigned as a new round promises."""
    size = lines.newest_size_with_quorum()
    return lines.cosigned_note(db.session.get_one(SignedCheckpoint, size)) if size is not None else None


class Wish(NamedTuple):
    """Whether a witness had cosigned a checkpoint that covers an entry, no later than `before` by its own clock."""

    entry: int
    key: str
    before: datetime


class FirstSeen(NamedTuple):
    """The first checkpoint over an entry that a witness cosigned: its size, when by his own clock, and his line."""

    size: int
    at: datetime
    line: str


def seen(wishes: Sequence[Wish]) -> dict[tuple[int | None, str], FirstSeen]:
    """When each had, by entry and key; nothing for one that had not.

    A witness signs ever larger logs. The last one that it signed by then is looked at, and no other: who dates a larger
    one earlier has seen less than he may have.
    """
    if not wishes:
        return {}
    entries, keys, befores = (list(column) for column in zip(*wishes, strict=True))
    rows = db.session.execute(text(statements.SEEN), {"entries": entries, "keys": keys, "befores": befores})
    return {(row.entry, row.witness): FirstSeen(row.size, row.cosigned_at, row.line) for row in rows}


def silent() -> Sequence[KnownWitness]:
    """Witnesses of the settings that were not heard of for minutes."""
    late = func.clock_timestamp() - SILENT_AFTER
    last = func.coalesce(KnownWitness.heard_at, KnownWitness.known_since)
    return db.session.scalars(select(KnownWitness).where(KnownWitness.key.in_(named()), last < late)).all()


def disagreements(limit: int = 50) -> Sequence[Disagreement]:
    """What witnesses said against us, the newest first."""
    return db.session.scalars(select(Disagreement).order_by(Disagreement.seen_at.desc()).limit(limit)).all()


def disagreeing() -> Sequence[str | None]:
    """The keys of witnesses that ever said something against us; None where somebody else did."""
    return db.session.scalars(select(Disagreement.witness).distinct().order_by(Disagreement.witness)).all()


def disagreement(identifier: UUID) -> Disagreement | None:
    """One of them."""
    return db.session.get(Disagreement, identifier)


class Contradiction(NamedTuple):
    """What our own key signed and our log has not. `ours` is the root that it has of so many entries; None: it has not
    so many. `note` is all that proves it."""

    size: int
    root: bytes
    ours: bytes | None
    note: str
    seen_at: datetime


def contradictions() -> Sequence[Contradiction]:
    """Each size and root once, the newest first. What our tree has after all, as when it was brought back, is none."""
    signed = func.coalesce(Disagreement.note, "")
    wanted = select(signed, Disagreement.seen_at).where(Disagreement.proven, signed != "")
    found: dict[tuple[int, bytes], Contradiction] = {}
    for note, seen_at in db.session.execute(wanted.order_by(Disagreement.seen_at.desc()).limit(_MOST_READ)):
        one = Checkpoint.parse(notes.parted(note)[0])
        ours = tree.root(one.size, log.tiles()) if one.size <= log.signed_size() else None
        if ours != one.root:
            found[one.size, one.root] = Contradiction(one.size, one.root, ours, note, seen_at)
    return list(found.values())[:_MOST_SHOWN]


def last_disagreements() -> dict[str | None, Disagreement]:
    """By witness what it said against us last, first of all what is proven; at None what somebody else brought."""
    in_order = (Disagreement.witness, Disagreement.proven.desc(), Disagreement.seen_at.desc())
    wanted = select(Disagreement).ext(distinct_on(Disagreement.witness)).order_by(*in_order)
    return {one.witness: one for one in db.session.scalars(wanted)}


def last_disagreement(key: str | None) -> Disagreement | None:
    """What a witness said against us last, first of all what is proven."""
    wanted = select(Disagreement).where(Disagreement.witness == key)
    in_order = wanted.order_by(Disagreement.proven.desc(), Disagreement.seen_at.desc())
    return db.session.scalar(in_order.limit(1))
