"""What `flask audit` asks of seals: that they are over what their draws' rows say, and these what was promised."""

from __future__ import annotations

from typing import Final

from sqlalchemy import func, or_, select, text

from app.core.checks import Breach
from app.core.database.session import db

from ..calendar.making import subject_of
from ..models import BetDraw
from .service import what_is_sold

_YOUNG: Final = func.now() - text("interval '2 days'")
"""Reading all sales of all draws takes minutes after a year: each seal is asked for while its result may be corrected,
and some time after."""


def seals_hold() -> list[Breach]:
    """Every seal is the root over what was sold."""
    wanted = select(BetDraw).where(
        BetDraw.state.in_(("sealed", "resulted")), or_(BetDraw.final_at.is_(None), BetDraw.final_at > _YOUNG)
    )
    return [
        Breach("bets.seal", f"{subject_of(draw.game, draw.name)}: {wrong}")
        for draw in db.session.scalars(wanted.order_by(BetDraw.draws_at))
        if (wrong := _differs(draw))
    ]


def _differs(draw: BetDraw) -> str:
    found = what_is_sold(draw)
    if isinstance(found, str):
        return found
    return "" if found.root == draw.seal_root else "its rows give another root"


CHECKS: Final = (seals_hold,)
