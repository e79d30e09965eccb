"""What always holds of witnesses: what is kept of them they signed, nobody has seen another log, nobody is silent."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select, text

from app.core.checks import Breach
from app.core.database.session import db
from app.record.log.format import notes
from app.record.log.format.notes import COSIGNER, NoteRefused, VerifierKey
from app.record.log.models import SignedCheckpoint

from . import queries, statements
from .models import Cosignature, Disagreement


def cosignatures_hold() -> list[Breach]:
    """Each line is its witness's signature of the checkpoint of its size, at the time that stands beside it."""
    kept_with_notes = select(Cosignature, SignedCheckpoint.note).outerjoin(
        SignedCheckpoint, SignedCheckpoint.size == Cosignature.size
    )
    return [
        Breach("log.cosignature_wrong", f"of {kept.size} entries, by {kept.witness}")
        for kept, note in db.session.execute(kept_with_notes, execution_options={"yield_per": 1000})
        if note is None or _time_of(kept, note) != int(kept.cosigned_at.timestamp())
    ]


def _time_of(kept: Cosignature, note: str) -> int | None:
    try:
        key = VerifierKey.parse(kept.witness, COSIGNER)
        signature = notes.signature_of(kept.line.removesuffix("\n"), key)
        return key.cosigned_at(notes.parted(note)[0], signature or b"")
    except NoteRefused:
        return None


def what_is_said_of_them_is_kept() -> list[Breach]:
    """The cosignatures on which an entry rests that fixed a round's quorum are there, to the last byte."""
    rows = db.session.execute(text(statements.SAID_AND_NOT_KEPT))
    return [
        Breach("log.cosignature_missing", f"entry {row.number} rests on one of {row.size} entries, by {row.witness}")
        for row in rows
    ]


def nobody_saw_another_log() -> list[Breach]:
    """No witness holds what our own key signed and our log does not have."""
    proven = select(Disagreement).where(Disagreement.proven).order_by(Disagreement.seen_at)
    return [
        Breach(f"log.{one.kind}", f"shown to {one.witness or 'somebody'}: {one.id}")
        for one in db.session.scalars(proven)
    ]


def nobody_is_silent() -> list[Breach]:
    """Every witness of the settings was heard of in the last minutes."""
    return [Breach("log.witness_silent", one.key) for one in queries.silent()]


CHECKS: Final = (cosignatures_hold, what_is_said_of_them_is_kept, nobody_saw_another_log, nobody_is_silent)
