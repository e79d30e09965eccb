"""Proofs that entries about a draw are in the public log, each against one checkpoint."""

from __future__ import annotations

from typing import Final

from app.core.database.session import db
from app.core.errors import NotFound
from app.record.log import queries as log
from app.record.log.format import notes, tree
from app.record.log.models import Entry, SignedCheckpoint
from app.record.log.witnesses import lines

from ..calendar import promise as promises

SEALED: Final = "bet.sealed"


def proof_of(entry: Entry) -> str | None:
    """Against the newest checkpoint that enough witnesses cosigned; None while none covers it."""
    try:
        return log.inclusion_of(entry).text
    except NotFound:
        return None


def witnessed(entry: Entry, promise: str) -> str | None:
    """A seal's against the checkpoint that most of the promised witnesses had cosigned by the promised time; None where
    none had, or nobody was promised."""
    try:
        terms = promises.read(promise)
        keys, by = promises.rules_in(terms).witnesses, promises.moment(terms, "cosignedBy")
    except ValueError:
        return None
    size = lines.most_cosigned(entry.number, keys, before=by) if keys else None
    if size is None:
        return None
    path = tree.inclusion(entry.number, size, log.tiles(tree.beside(entry.number, size)))
    return notes.proof_text(entry.number, path, lines.cosigned_note(db.session.get_one(SignedCheckpoint, size)))
