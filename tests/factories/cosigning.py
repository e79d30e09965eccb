"""Witnesses who sign when a test says so: what is kept of them is genuine, and says the time that the test wants."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import text

from app.core.database.session import db, transaction
from app.record.log.models import SignedCheckpoint
from tests.forgeries.logs import STRANGER, WITNESS, Witness

ADA, BOB = WITNESS, STRANGER
PULL = "https://w.example/checkpoint"
NAMED = f"{ADA.verifier} {PULL} {BOB.verifier} {PULL}"


def note_of(size: int) -> str:
    """The checkpoint of so many entries as the log signed it."""
    note: str = db.session.get_one(SignedCheckpoint, size).note
    return note


def cosign(witness: Witness, size: int, time: float) -> str:
    """Keep that a witness cosigned so many entries at that time, as if it had been collected; the line."""
    db.session.rollback()
    line = witness.line(note_of(size).partition("\n\n")[0] + "\n", int(time))
    values = {"key": str(witness.verifier), "size": size, "at": datetime.fromtimestamp(int(time), UTC), "line": line}
    with transaction() as session:
        session.execute(text("INSERT INTO log_witnesses (key) VALUES (:key) ON CONFLICT DO NOTHING"), values)
        session.execute(
            text("INSERT INTO log_cosignatures (size, witness, cosigned_at, line) VALUES (:size, :key, :at, :line)"),
            values,
        )
    return line
