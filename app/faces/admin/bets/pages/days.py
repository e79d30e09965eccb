"""What is decided of a whole day of draws: that nothing of it is held, or what was skipped of it is after all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from app.core.database.session import end_reading, transaction
from app.core.errors import DomainError
from app.core.web.asking import Question
from app.faces.admin.approving.proposing import decide
from app.faces.admin.bets import standing
from app.faces.admin.door import operator_name
from app.faces.admin.forms import ReasonForm
from app.people.players.queries import read_now
from app.selling.bets.calendar import service
from app.selling.bets.games import BetGame, game_named
from app.selling.bets.operating import figures

from .place import below_each_game, bp, day_in, place_of
from .schedule import asked, goes_back, zone_of

_VIEWS: Final = ("ask_skip_day", "skip_day", "ask_unskip_day", "unskip_day")
ENDPOINTS: Final = tuple(f"{bp.name}.{name}" for name in _VIEWS)


@below_each_game("/schedule/<day>/skip")
def ask_skip_day(game: str, day: str) -> ResponseReturnValue:
    """Before nothing of a day is held."""
    one, on = game_named(game), day_in(day)
    return asked(_skipping(one, on), lambda: _check_skip(one, on))


@below_each_game("/schedule/<day>/skip", method="POST")
def skip_day(game: str, day: str) -> ResponseReturnValue:
    """Hold none of it; draws that are not made yet are made first, so that the calendar says why there is none."""
    one, on = game_named(game), day_in(day)

    def deed(reason: str) -> None:
        _check_skip(one, on)
        end_reading()
        with transaction():
            service.make(one, on, on, actor=operator_name())
            service.skip_day(one.name, on, reason, actor=operator_name())

    return decide(_skipping(one, on), ReasonForm(), deed, gettext("Nothing is drawn on that day."), _month(one, on))


@below_each_game("/schedule/<day>/unskip")
def ask_unskip_day(game: str, day: str) -> ResponseReturnValue:
    """Before what was skipped of a day is held after all."""
    one, on = game_named(game), day_in(day)
    return asked(_unskipping(one, on), lambda: _check_unskip(one, on))


@below_each_game("/schedule/<day>/unskip", method="POST")
def unskip_day(game: str, day: str) -> ResponseReturnValue:
    """Hold all of it that was skipped and can still be sold."""
    one, on = game_named(game), day_in(day)

    def deed(reason: str) -> None:
        _check_unskip(one, on)
        end_reading()
        with transaction():
            service.unskip_day(one.name, on, reason, actor=operator_name())

    done = gettext("What was skipped of that day sells again.")
    return decide(_unskipping(one, on), ReasonForm(), deed, done, _month(one, on))


def _check_skip(game: BetGame, day: date) -> None:
    """Whether anything of a day may still be skipped. Raises DomainError 409: `day_over`, `day_has_no_draw`."""
    if day < figures.day_now(game):
        raise DomainError("day_over", status=409)
    lines = standing.called(game, day.isoformat())
    if lines and not any(line.can_skip for line in lines):
        raise DomainError("day_has_no_draw", status=409)


def _check_unskip(game: BetGame, day: date) -> None:
    """Whether anything of a day may be held after all. Raises DomainError 409: `day_not_skipped`; as
    `service.check_unskip`."""
    skipped = _skipped(game, day)
    if not skipped:
        raise DomainError("day_not_skipped", status=409)
    for line in skipped:
        service.check_unskip(line.draw)


def _skipped(game: BetGame, day: date) -> Sequence[standing.Line]:
    """What is skipped of a day and could still be sold."""
    now = read_now()
    return [line for line in standing.called(game, day.isoformat()) if line.is_skipped and line.draw.closes_at > now]


def _skipping(game: BetGame, on: date) -> Question:
    skipped = [line for line in standing.called(game, on.isoformat()) if line.can_skip]
    return Question(
        asks=gettext("Hold no draw on %(day)s?", day=on.isoformat()),
        then=(
            gettext("Every draw of the day that is not sealed is skipped."),
            *_which(game, skipped),
            goes_back(game, [line.draw.id for line in skipped]),
            gettext("Draws of a day that lies ahead are made now, so that everybody reads why there is none."),
            gettext("Everybody may read the reason that you give."),
            gettext("Before the cut-off, and once everything has gone back, the day can be held after all."),
        ),
        yes=gettext("Skip the day"),
        no=gettext("Leave it as it is"),
        action=place_of(game, f"/schedule/{on.isoformat()}/skip"),
        back=_month(game, on),
    )


def _unskipping(game: BetGame, on: date) -> Question:
    return Question(
        asks=gettext("Hold the skipped draws of %(day)s after all?", day=on.isoformat()),
        then=(
            *_which(game, _skipped(game, on)),
            gettext("Each sells again until its cut-off, by the promise that it was made with."),
            gettext("What went back stays with the players. Everybody may read the reason that you give."),
        ),
        yes=gettext("Hold them after all"),
        no=gettext("Leave them skipped"),
        action=place_of(game, f"/schedule/{on.isoformat()}/unskip"),
        back=_month(game, on),
        is_grave=False,
    )


def _month(game: BetGame, on: date) -> str:
    return place_of(game, f"/schedule?month={on:%Y-%m}")


def _which(game: BetGame, lines: Sequence[standing.Line]) -> tuple[str, ...]:
    """How many draws of one day these are, and at which times, in a sentence; none where there are none yet."""
    if not lines:
        return ()
    told = {"first": f"{lines[0].at:%H:%M}", "last": f"{lines[-1].at:%H:%M}", "zone": zone_of(game)}
    return (
        ngettext(
            "That is %(num)s draw, at %(first)s, %(zone)s.",
            "Those are %(num)s draws, from %(first)s to %(last)s, %(zone)s.",
            len(lines),
            **told,
        ),
    )
