"""Checkpoints of long draws, in rows of their own: a draw's record, which every page reads, stays small."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select, text

from app.core.database.session import db

from .algorithms import WithStates
from .models import DrawState

_FORGET = "DELETE FROM draw_states WHERE draw_id = :draw AND number >= :first"
_WRITE = """
INSERT INTO draw_states (draw_id, number, state)
SELECT :draw, :first + told.place - 1, told.state
FROM unnest(CAST(:states AS bytea[])) WITH ORDINALITY AS told (state, place)
"""


def write(draw_id: UUID, told: WithStates, kept: int = 0) -> int:
    """Write what a run came past, but for its first `kept`; how many it came past. What a run that was begun anew finds
    written is no longer true."""
    first, states = told.states()
    if len(states) > kept:
        db.session.execute(text(_FORGET), {"draw": draw_id, "first": first + kept})
        wanted = {"draw": draw_id, "first": first + kept, "states": list(states[kept:])}
        db.session.execute(text(_WRITE), wanted)
    return len(states)


def of(draw_id: UUID) -> list[bytes]:
    """A draw's checkpoints, from the first on."""
    found = select(DrawState.state).where(DrawState.draw_id == draw_id).order_by(DrawState.number)
    return list(db.session.scalars(found))
