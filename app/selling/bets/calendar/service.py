"""Draws are made ahead: by a job for the days that are sold, and by an operator for days beyond them. A person skips
them, with a reason, or holds them after all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final, cast
from uuid import UUID

from sqlalchemy import exists, func, select

from app.core.database.session import db
from app.core.errors import DomainError, NotFound
from app.people.players.queries import read_now
from app.record.audit import service as audit
from app.record.log import service as public_log

from ..bankroll import capacity
from ..games import BetGame, Schedule
from ..models import BetDraw, BetEntry
from ..states import State, may_become
from . import making, official
from .making import subject_of
from .times import sold_on

SKIPPED: Final = "skipped"
CANCELLED: Final = "bet.cancelled"
REOPENED: Final = "bet.reopened"
MOST_DAYS: Final = 92
"""That a person has made at once."""


def make_ahead(game: BetGame) -> int:
    """Make what is missing of the days that are sold now; how many that were. Runs at any time, any number of times."""
    now = read_now().replace(microsecond=0)
    schedule = game.schedule()
    return _make(game, schedule, *sold_on(schedule, now), now)


def make(game: BetGame, first: date, last: date, *, actor: str) -> int:
    """Make what is missing of these days, which may lie beyond those that are sold: they sell once they are near.

    Raises DomainError: 422 `days_invalid`, for none or more than a quarter of a year.
    """
    if not 0 <= (last - first).days < MOST_DAYS:
        raise DomainError("days_invalid", field="endDate", most=MOST_DAYS)
    made = _make(game, game.schedule(), first, last, read_now().replace(microsecond=0))
    if made:
        audit.note(actor, "bet.draws_made", f"bet-game:{game.name}", first=str(first), last=str(last), draws=made)
    return made


def _make(game: BetGame, schedule: Schedule, first: date, last: date, now: datetime) -> int:
    found = select(BetDraw.day, BetDraw.slot).where(BetDraw.game == game.name, BetDraw.day.between(first, last))
    known = {(row.day, row.slot) for row in db.session.execute(found)}
    return sum(
        making.write(game, schedule, day, slot, times)
        for day, slot, times in making.planned(schedule, first, last, now)
        if (day, slot.number) not in known
    )


def skip(draw_id: UUID, reason: str, *, actor: str) -> None:
    """Do not hold a draw; everybody may read why. Before its seal. What was staked on it goes back by itself: whoever
    gives back finds it by its state.

    Raises:
        NotFound: `draw_not_found`.
        DomainError: 409 `draw_not_selling`: it is sealed, or skipped already.
    """
    draw = locked(draw_id)
    check_skip(draw)
    cancel(draw, f"{SKIPPED}: {reason}", actor=actor, why=reason)


def check_skip(draw: BetDraw) -> None:
    """Whether a draw may still be skipped. Raises as `skip`."""
    if draw.state != "selling":
        raise DomainError("draw_not_selling", status=409)


def skip_day(game: str, day: date, reason: str, *, actor: str) -> Sequence[UUID]:
    """Skip all draws of a day that are neither sealed nor skipped; which they are. Raises NotFound `draw_not_found`."""
    of_day = select(BetDraw.id).where(BetDraw.game == game, BetDraw.day == day, BetDraw.state == "selling")
    found = db.session.scalars(of_day.order_by(BetDraw.id)).all()
    if not found:
        raise NotFound("draw_not_found")
    for draw_id in found:
        skip(draw_id, reason, actor=actor)
    return found


def unskip(draw_id: UUID, reason: str, *, actor: str) -> None:
    """Hold a skipped draw after all; before its cut-off, and once all that was staked on it has gone back.

    Raises:
        NotFound: `draw_not_found`.
        DomainError: 409 `draw_not_skipped`; `betting_closed`; `draw_gives_back`: not all of it has gone back yet.
    """
    draw = locked(draw_id)
    check_unskip(draw)
    draw.state, draw.cancelled_because, draw.cancelled_at = "selling", "", None
    db.session.flush()
    subject = subject_of(draw.game, draw.name)
    official.expect(draw)
    public_log.tell(REOPENED, subject, {"because": reason})
    audit.note(actor, "bet.draw_unskipped", subject, reason)


def unskip_day(game: str, day: date, reason: str, *, actor: str) -> Sequence[UUID]:
    """Hold all skipped draws of a day whose cut-off is to come; which they are, none where there is none. Raises
    DomainError 409 `draw_gives_back`: not all of one of them has gone back yet."""
    found = db.session.scalars(
        select(BetDraw.id)
        .where(
            BetDraw.game == game,
            BetDraw.day == day,
            BetDraw.state == "cancelled",
            BetDraw.cancelled_because.startswith(SKIPPED),
            BetDraw.closes_at > read_now(),
        )
        .order_by(BetDraw.id)
    ).all()
    for draw_id in found:
        unskip(draw_id, reason, actor=actor)
    return found


def check_unskip(draw: BetDraw) -> None:
    """Whether a draw may be held after all. Raises as `unskip`."""
    if draw.state != "cancelled" or not draw.cancelled_because.startswith(SKIPPED):
        raise DomainError("draw_not_skipped", status=409)
    if read_now() >= draw.closes_at:
        raise DomainError("betting_closed", status=409)
    waiting = BetEntry.draw_id == draw.id, BetEntry.state.in_(("reserved", "posted"))
    if db.session.scalar(select(exists().where(*waiting))):
        raise DomainError("draw_gives_back", status=409)


def cancel(draw: BetDraw, because: str, *, actor: str, why: str = "") -> None:
    """A draw will not be held: `because` is public, `why` the audit's. It is locked, and so is nobody's money; what it
    has of the bankroll beyond its bets goes back at once.

    Raises DomainError 409 `draw_not_selling`: this may not become of it.
    """
    if not may_become(cast(State, draw.state), "cancelled"):
        raise DomainError("draw_not_selling", status=409)
    draw.state, draw.cancelled_because, draw.cancelled_at = "cancelled", because, func.clock_timestamp()
    db.session.flush()
    capacity.narrow(draw.id, draw.worst_minor)
    subject = subject_of(draw.game, draw.name)
    official.dismiss(draw, because, actor=actor)
    public_log.tell(CANCELLED, subject, {"because": because})
    audit.note(actor, "bet.draw_cancelled", subject, why or because)


def locked(draw_id: UUID) -> BetDraw:
    """A draw's row, as it is now, for whoever changes it. Raises NotFound `draw_not_found`."""
    query = select(BetDraw).where(BetDraw.id == draw_id).with_for_update(key_share=True)
    found = db.session.scalar(query.execution_options(populate_existing=True))
    if found is None:
        raise NotFound("draw_not_found")
    return found
