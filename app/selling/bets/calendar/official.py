"""Draws that an official lottery decides: a result is waited for from the making on, until nobody needs it."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from app.core.errors import DomainError, NotFound
from app.outcomes.results import queries, service
from app.outcomes.results.wanted import Wanted

from ..models import BetDraw
from . import promise


def expect(draw: BetDraw) -> None:
    """Wait for a draw's result, or once more if it was skipped; nothing for one that no lottery decides.

    Raises DomainError 422 `lottery_unknown`, `slot_unknown`: there is no such official draw.
    """
    if not draw.lottery:
        return
    terms = promise.read(draw.promise)
    service.expect(
        Wanted(
            game=draw.game,
            subject=draw.name,
            lottery=draw.lottery,
            day=draw.day,
            slot=draw.draws_at.astimezone(ZoneInfo(str(terms["zone"]))).time(),
            promise=draw.promise_hash,
            final_after=timedelta(seconds=promise.rules_in(terms).final_after_seconds),
        )
    )


def dismiss(draw: BetDraw, because: str, *, actor: str) -> None:
    """A draw is cancelled: its result is waited for no more. One that is known already stays, and decides nothing."""
    if not draw.lottery:
        return
    try:
        service.dismiss(draw.game, draw.name, because, actor=actor)
    except NotFound:
        return
    except DomainError as error:
        if error.code != "result_known":
            raise


def is_known(draw: BetDraw) -> bool:
    """Whether there is a result, whatever was done about it."""
    found = queries.of(draw.game, draw.name) if draw.lottery else None
    return found is not None and found.outcome is not None
