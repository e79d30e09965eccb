"""What `flask audit` asks about draws: the checkpoints that are kept of a delay are those under its root."""

from __future__ import annotations

from sqlalchemy import select

from app.core.checks import Breach
from app.core.database.session import db

from . import checkpoints, sealed_draw
from .models import Draw


def checkpoints_are_under_their_roots() -> list[Breach]:
    """From the state that promise, seal and block give to the one that chose; the hashing between is not repeated."""
    found = select(Draw).where(Draw.algorithm == sealed_draw.ALGORITHM, Draw.state == "confirmed").order_by(Draw.id)
    return [
        Breach("draws.states", f"{draw.game} {draw.subject}: its checkpoints are not those under its root")
        for draw in db.session.scalars(found)
        if not _agree(draw)
    ]


def _agree(draw: Draw) -> bool:
    told, states = draw.outcome or {}, checkpoints.of(draw.id)
    try:
        first = sealed_draw.first_state(draw.parameters["promise"], draw.parameters["sealRoot"], draw.seed)
        hashes = int(draw.parameters["hashes"])
        root = sealed_draw.root_over(states, hashes).hex()
    except (KeyError, IndexError, TypeError, ValueError, OverflowError):
        return False
    is_whole = len(states) == sealed_draw.checkpoints_of(hashes)
    return (
        is_whole
        and (states[0], root) == (first, told.get("checkpointsRoot"))
        and states[-1].hex() == told.get("lastState")
    )
