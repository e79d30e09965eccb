"""Florida's interface: numbers by their places (`wn1`, `wn2`, …); the Fireball beside them is no part of it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from .interface import Draw, Nothing, Reading, of_digits
from .reading.json_bodies import american_day_of, objects, parsed
from .reading.two_games import DIGITS, Game, Line, game_named, numbers_of

_GAMES: Final[Mapping[str, Game]] = {"pick3": "pick3", "pick4": "pick4"}
_EXTRA: Final = "fb"
_PLACE: Final = "wn"


def read(body: bytes, draw: Draw) -> Reading:
    """A list of draws of all games, or `{"DrawResults": […]}`."""
    said = parsed(body)
    if isinstance(said, Nothing):
        return said
    draws = objects(said.get("DrawResults") if isinstance(said, dict) else said)
    if draws is None:
        return Nothing("markup_changed")
    lines = []
    for one in draws:
        day = american_day_of(one.get("DrawDate"))
        if day is None or not isinstance(one.get("GameName"), str):
            return Nothing("markup_changed")
        game = game_named(one["GameName"], _GAMES)
        if game is not None:
            lines.append(Line(game, day, f"{one.get('DrawType')}".strip().casefold(), _numbers(one, DIGITS[game])))
    return numbers_of(lines, draw)


def _numbers(one: dict[str, Any], digits: int) -> Reading:
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
    wanted = [f"{_PLACE}{place}" for place in range(1, digits + 1)]
    if set(placed) - set(wanted):
        return Nothing("too_many_numbers")
    return of_digits([placed[place] for place in wanted if place in placed], digits)
