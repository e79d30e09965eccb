"""Reads of anchors: the newest, the one that covers an entry, since when there should have been another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import Select, func, or_, select

from app.core.database.session import db
from app.record.log import queries as log
from app.record.log.format import notes
from app.record.log.models import SignedCheckpoint

from .models import Anchor

EACH: Final = timedelta(days=1)
"""So often the log is to be anchored."""
_LOOKED_AT: Final = 1_000  # checkpoints: no index has their roots


@dataclass(frozen=True, slots=True)
class Root:
    """What would be anchored: the newest signed root, and over how many entries it is."""

    root: bytes
    size: int


def _live() -> Select[Anchor]:
    return select(Anchor).where(Anchor.orphaned_at.is_(None))


def newest() -> Anchor | None:
    """The last one in the chain."""
    return db.session.scalar(_live().order_by(Anchor.id.desc()).limit(1))


def page(before: UUID | None = None, limit: int = 50) -> Sequence[Anchor]:
    """Anchors, the newest first, below `before`. Ids follow blocks: each is made as its block is applied."""
    wanted = _live() if before is None else _live().where(Anchor.id < before)
    return db.session.scalars(wanted.order_by(Anchor.id.desc()).limit(limit)).all()


def of(txid: bytes) -> Anchor | None:
    """The anchor in this transaction, if a block on our chain holds it."""
    return db.session.scalar(_live().where(Anchor.txid == txid))


def outputs_before(found: Sequence[Anchor]) -> dict[bytes, int]:
    """By transaction: the output of the anchor before that each of these spends."""
    wanted = {one.previous_txid for one in found if one.previous_txid is not None}
    rows = db.session.execute(select(Anchor.txid, Anchor.line_vout).where(Anchor.txid.in_(wanted)).distinct())
    return {bytes(txid): vout for txid, vout in rows}


def covering(number: int) -> Anchor | None:
    """The first in the chain whose root is over the entry with this number."""
    wanted = _live().where(Anchor.size > number).order_by(Anchor.id)
    return db.session.scalar(wanted.limit(1))


def checkpoint_of(anchor: Anchor) -> SignedCheckpoint | None:
    """The signed checkpoint whose root it is."""
    return db.session.get(SignedCheckpoint, anchor.size)


def size_under(root: bytes, meant: int | None = None) -> int | None:
    """Over how many entries a root is, by the checkpoint that was signed of it: one of the newest, one whose root is
    anchored, or the one that is `meant`. None if it is none of these."""
    newest_ones = select(SignedCheckpoint.size).order_by(SignedCheckpoint.size.desc()).limit(_LOOKED_AT)
    anchored = select(Anchor.size).where(Anchor.root == root)
    sizes = or_(
        SignedCheckpoint.size.in_(newest_ones), SignedCheckpoint.size.in_(anchored), SignedCheckpoint.size == meant
    )
    return db.session.scalar(select(func.min(SignedCheckpoint.size)).where(SignedCheckpoint.root == root, sizes))


def next_root() -> Root | None:
    """The newest root that its own signed text tells; None if none is signed, or the newest anchor has it already."""
    signed = log.newest_checkpoint()
    if signed is None or signed.size == 0:
        return None
    told = notes.Checkpoint.parse(signed.note.partition("\n\n")[0] + "\n")
    before = newest()
    if before is not None and before.size >= told.size:
        return None
    return Root(told.root, told.size)


def younger_than_it_may_be() -> Anchor | None:
    """The last anchor, if another one need not follow yet."""
    moment = db.session.scalars(select(func.clock_timestamp())).one()
    last = newest()
    return last if last is not None and moment - last.recorded_at < EACH else None


def missing_since() -> datetime | None:
    """Since when something is signed and not anchored, if that is longer than it should be; None if all is well."""
    before = newest()
    if before is not None:
        since: datetime | None = before.recorded_at if log.signed_size() > before.size else None
    else:
        since = db.session.scalar(select(func.min(SignedCheckpoint.signed_at)))
    if since is None:
        return None
    moment: datetime = db.session.scalars(select(func.clock_timestamp())).one()
    return since if moment - since > EACH else None
