"""What a receipt says of its leaves: the promise from their writing on, the proof once a checkpoint covers them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, literal, select

from app.core import clock
from app.core.database.session import db
from app.record.log import queries as log
from app.record.log.format import notes, tree
from app.record.log.format.leaves import Leaf
from app.record.log.format.promises import PROMISED_SECONDS, promise
from app.record.log.keys import queries as keys
from app.record.log.models import Entry, SignedCheckpoint, Waiting
from app.record.log.settings import log_settings
from app.record.log.witnesses import lines
from app.record.log.witnesses.models import Cosignature

from .models import ReceiptLeaf

_NEAR: Final = 200
"""Checkpoints that were cosigned after an entry, among which one is looked for."""


@dataclass(frozen=True, slots=True)
class LeafTold:
    """One leaf of a receipt. `data` is its text; `number`, `proof` and `signed_at` are None until a checkpoint covers
    it, which is the first one that does: its time is what the promise is held against. `witnessed` is another proof,
    against the first checkpoint over it that witnesses cosigned."""

    kind: str
    leaf: bytes
    salt: bytes | None
    written_at: datetime
    data: str | None
    promise: str
    number: int | None
    proof: str | None
    witnessed: str | None
    signed_at: datetime | None

    @property
    def due_at(self) -> datetime:
        """Until when it is promised."""
        return self.written_at.replace(microsecond=0) + timedelta(seconds=PROMISED_SECONDS)

    @property
    def is_late(self) -> bool:
        """Whether that has passed without it."""
        return self.signed_at is None and clock.now() > self.due_at


def leaves_of(subject: str) -> list[LeafTold]:
    """A subject's leaves in the order in which they were written."""
    order = (ReceiptLeaf.written_at, ReceiptLeaf.leaf)
    rows = db.session.scalars(select(ReceiptLeaf).where(ReceiptLeaf.subject == subject).order_by(*order)).all()
    if not rows:
        return []
    entries = _entries([row.leaf for row in rows])
    waiting = _waiting([row.leaf for row in rows if row.leaf not in entries])
    return [_told(row, entries.get(row.leaf), waiting) for row in rows]


def hashes_of(subject: str) -> tuple[bytes, ...]:
    """The hashes of a subject's leaves."""
    return tuple(db.session.scalars(select(ReceiptLeaf.leaf).where(ReceiptLeaf.subject == subject)))


def leaves_told(leaves: Collection[tuple[Leaf, bytes]], written_at: datetime) -> list[LeafTold]:
    """The same of leaves that were written just now, at one moment, with their salts: as whoever wrote them knows
    them."""
    rows = [
        ReceiptLeaf(subject=leaf.subject, leaf=leaf.hash, kind=leaf.kind, salt=salt, written_at=written_at)
        for leaf, salt in leaves
    ]
    waiting = {leaf.hash: leaf.data for leaf, _ in leaves}
    return [_told(row, None, waiting) for row in sorted(rows, key=lambda row: row.leaf)]


def _entries(leaves: Sequence[bytes]) -> dict[bytes, Entry]:
    """The first entry of each."""
    found = db.session.scalars(select(Entry).where(Entry.hash.in_(leaves)).order_by(Entry.number.desc()))
    return {bytes(entry.hash): entry for entry in found}


def _waiting(leaves: Sequence[bytes]) -> dict[bytes, str]:
    """Texts of leaves that have no number yet, by their hashes: those of a second, whatever their subject is."""
    if not leaves:
        return {}
    hashed = func.sha256(literal(b"\0").op("||")(func.convert_to(Waiting.data, "UTF8")))
    return {
        bytes(leaf): data for leaf, data in db.session.execute(select(hashed, Waiting.data).where(hashed.in_(leaves)))
    }


def _told(row: ReceiptLeaf, entry: Entry | None, waiting: Mapping[bytes, str]) -> LeafTold:
    settings = log_settings()
    covering = log.checkpoint_over(entry.number) if entry is not None else None
    return LeafTold(
        row.kind,
        row.leaf,
        row.salt,
        row.written_at,
        entry.data if entry is not None else waiting.get(row.leaf),
        promise(settings.log_origin, row.leaf, int(row.written_at.timestamp()), keys.promising(settings)),
        entry.number if entry is not None and covering is not None else None,
        _proof(entry, covering, covering.note) if entry is not None and covering is not None else None,
        _witnessed(entry) if entry is not None and covering is not None else None,
        covering.signed_at if covering is not None else None,
    )


def _witnessed(entry: Entry) -> str | None:
    """The proof against the first checkpoint over an entry that all witnesses of the settings cosigned; else against
    the first that as many did as a new round promises."""
    keys, quorum = lines.named(), max(1, log_settings().quorum)
    if not keys:
        return None
    count = func.count()
    cosigned = select(Cosignature.size, count).where(Cosignature.size > entry.number, Cosignature.witness.in_(keys))
    near = db.session.execute(cosigned.group_by(Cosignature.size).order_by(Cosignature.size).limit(_NEAR)).all()
    enough = [size for size, found in near if found == len(keys)] or [size for size, found in near if found >= quorum]
    if not enough:
        return None
    checkpoint = db.session.get_one(SignedCheckpoint, enough[0])
    return _proof(entry, checkpoint, lines.cosigned_note(checkpoint))


def _proof(entry: Entry, checkpoint: SignedCheckpoint, note: str) -> str:
    tiles = log.tiles(tree.beside(entry.number, checkpoint.size))
    return notes.proof_text(entry.number, tree.inclusion(entry.number, checkpoint.size, tiles), note)
