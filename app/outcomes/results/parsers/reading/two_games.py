"""Draws that two games make together, a Pick 3 and a Pick 4: what a source says of each, and of both. Pure.

Both are known, or the draw is not. Whoever shows the numbers of another draw once more has not looked at this one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, TypeAlias, cast

from app.outcomes.results.parsers.interface import Draw, Found, Nothing, Reading, Reason, one_of

Game: TypeAlias = Literal["pick3", "pick4"]
DIGITS: Final[Mapping[Game, int]] = {"pick3": 3, "pick4": 4}
"""In the order in which their digits stand in the draw's."""
_MAY_COME: Final[frozenset[Reason]] = frozenset(("not_yet", "not_listed", "other_day"))


@dataclass(frozen=True, slots=True)
class Line:
    """What a source says of one game at one draw; `slot` is its name for the time of day, in small letters."""

    game: Game
    day: date
    slot: str
    said: Reading


def numbers_of(lines: Sequence[Line], draw: Draw) -> Reading:
    """The seven digits of a draw, Pick 3 first."""
    found = _both(lines, draw.day, draw.slot_name)
    others = {(one.day, one.slot) for one in lines} - {(draw.day, draw.slot_name)}
    if isinstance(found, Found) and any(_both(lines, day, slot) == found for day, slot in others):
        return Nothing("as_another")
    return found


def game_named(said: object, names: Mapping[str, Game]) -> Game | None:
    """Which of both goes by that name; blanks and capitals say nothing."""
    return names.get("".join(said.split()).casefold()) if isinstance(said, str) else None


def _both(lines: Sequence[Line], day: date, slot: str) -> Reading:
    each = [_one(lines, game, day, slot) for game in DIGITS]
    nothing = [one for one in each if isinstance(one, Nothing)]
    for one in nothing:
        if one.reason not in _MAY_COME:
            return one
    if not nothing:
        return Found("".join(cast(Found, one).numbers for one in each))
    return nothing[0] if len(nothing) == len(each) else Nothing("half")


def _one(lines: Sequence[Line], game: Game, day: date, slot: str) -> Reading:
    at_slot = [one for one in lines if (one.game, one.slot) == (game, slot)]
    of_day = [one.said for one in at_slot if one.day == day]
    return Nothing("other_day") if at_slot and not of_day else one_of(of_day)
