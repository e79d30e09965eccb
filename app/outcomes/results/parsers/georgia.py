"""Georgia's interface: three draws a day, each with its name and its moment. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from .interface import Draw, Nothing, Reading, of_digits, of_text, one_of
from .reading.json_bodies import objects, parsed
from .reading.two_games import DIGITS, Game, Line, game_named, numbers_of

_GAMES: Final[Mapping[str, Game]] = {"cash3": "pick3", "cash4": "pick4"}
_ZONE: Final = ZoneInfo("America/New_York")
_NEAR: Final = timedelta(minutes=60)
_DRAWN: Final = ("closed", "payable")
_EXTRA: Final = "fireball"
_UNNAMED: Final = frozenset(("", "regular"))
"""What a draw may be called that bears no time of day."""


def read(body: bytes, draw: Draw) -> Reading:
    """`{"draws": [{gameName, name, status, drawTime, results: [{primary: ["4", "7", "2"], drawType}]}]}`."""
    said = parsed(body)
    if isinstance(said, Nothing):
        return said
    draws = objects(said.get("draws")) if isinstance(said, dict) else None
    if draws is None:
        return Nothing("markup_changed")
    lines = []
    for one in draws:
        moment = _moment(one)
        if moment is None or not isinstance(one.get("gameName"), str):
            return Nothing("markup_changed")
        game = game_named(one["gameName"], _GAMES)
        if game is not None:
            lines.append(_line(one, game, moment, draw))
    return numbers_of(lines, draw)


def _line(one: dict[str, Any], game: Game, moment: datetime, draw: Draw) -> Line:
    """What it is called says which draw it is; where it is called nothing, its moment does. A draw by name whose moment
    is another one's says two things."""
    results, day = objects(one.get("results")), moment.date()
    names = _names(one, results or [])
    is_near = day == draw.day and abs(moment - datetime.combine(draw.day, draw.slot, _ZONE)) <= _NEAR
    has_time = moment.time() != time()
    if len(names) > 1 or (names and has_time and day == draw.day and is_near != (draw.slot_name in names)):
        return Line(game, day, draw.slot_name, Nothing("two_numbers"))
    name = names.pop() if names else draw.slot_name if is_near else ""
    return Line(game, day, name, _numbers(one, results, DIGITS[game]))


def _names(one: dict[str, Any], results: list[dict[str, Any]]) -> set[str]:
    said = (one.get("name"), *(result.get("drawType") for result in results if not _is_extra(result)))
    return {each.strip().casefold() for each in said if isinstance(each, str)} - _UNNAMED


def _numbers(one: dict[str, Any], results: list[dict[str, Any]] | None, digits: int) -> Reading:
    if f"{one.get('status')}".casefold() not in _DRAWN:
        return Nothing("not_yet")
    if results is None:
        return Nothing("markup_changed")
    drawn = [_primary(result, digits) for result in results if not _is_extra(result)]
    return one_of(drawn) if drawn else Nothing("not_yet")


def _is_extra(result: dict[str, Any]) -> bool:
    """Whether these are the numbers with which a side bet wins."""
    return f"{result.get('drawType')}".strip().casefold() == _EXTRA


def _primary(result: dict[str, Any], digits: int) -> Reading:
    """Digit by digit, or all in one text."""
    said = result.get("primary")
    if not isinstance(said, list):
        return Nothing("markup_changed")
    return of_text(said[0], digits) if len(said) == 1 else of_digits(said, digits)


def _moment(one: dict[str, Any]) -> datetime | None:
    """Milliseconds since 1970."""
    told = one.get("drawTime")
    if type(told) is not int or not 0 < told < 2**43:
        return None
    return datetime.fromtimestamp(told / 1000, UTC).astimezone(_ZONE)
