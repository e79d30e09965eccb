"""Florida's interface: numbers by their places (`wn1`, `wn2`, …); the Fireball beside them is no part of it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from .interface import Draw, Nothing, Reading, of_digits, one_of
from .reading.json_bodies import day_of, objects, parsed

_GAMES: Final[Mapping[str, str]] = {"us.fl.pick3": "pick 3", "us.fl.pick4": "pick 4"}
_EXTRA: Final = "fb"
_PLACE: Final = "wn"


def read(body: bytes, draw: Draw) -> Reading:
    """A list of draws, or `{"DrawResults": […]}`."""
    said = parsed(body)
    if isinstance(said, Nothing):
        return said
    draws = objects(said.get("DrawResults") if isinstance(said, dict) else said)
    if draws is None or not all(isinstance(one.get("GameName"), str) and day_of(one.get("DrawDate")) for one in draws):
        return Nothing("markup_changed")
    of_game = [one for one in draws if one["GameName"].strip().casefold() == _GAMES.get(draw.lottery)]
    ours = [one for one in of_game if f"{one.get('DrawType')}".casefold() == draw.slot_name]
    of_day = [one for one in ours if day_of(one["DrawDate"]) == draw.day]
    if ours and not of_day:
        return Nothing("other_day")
    return one_of([_numbers(one, draw) for one in of_day])


def _numbers(one: dict[str, Any], draw: Draw) -> Reading:
    parts = objects(one.get("DrawNumbers"))
    if parts is None:
        return Nothing("markup_changed")
    placed: dict[str, object] = {}
    for part in parts:
        kind = f"{part.get('NumberType')}".casefold()
        if kind == _EXTRA:
            continue
        if not kind.startswith(_PLACE) or kind in placed:
            return Nothing("too_many_numbers")
        placed[kind] = part.get("NumberPick")
    if not placed:
        return Nothing("not_yet")
    wanted = [f"{_PLACE}{place}" for place in range(1, draw.digits + 1)]
    if set(placed) - set(wanted):
        return Nothing("too_many_numbers")
    return of_digits([placed[place] for place in wanted if place in placed], draw.digits)
