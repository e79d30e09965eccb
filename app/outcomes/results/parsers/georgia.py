"""Georgia's interface: three draws a day, each with its moment. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from .interface import Draw, Nothing, Reading, of_digits, one_of
from .reading.json_bodies import objects, parsed

_GAMES: Final[Mapping[str, str]] = {"us.ga.cash3": "cash 3", "us.ga.cash4": "cash 4"}
_ZONE: Final = ZoneInfo("America/New_York")
_LATEST: Final = timedelta(minutes=45)
_DRAWN: Final = "CLOSED"


def read(body: bytes, draw: Draw) -> Reading:
    """`{"draws": [{gameName, status, drawTime, results: [{primary: ["4", "7", "2"], drawType}]}]}`."""
    said = parsed(body)
    if isinstance(said, Nothing):
        return said
    draws = objects(said.get("draws")) if isinstance(said, dict) else None
    if draws is None or not all(_moment(one) and isinstance(one.get("gameName"), str) for one in draws):
        return Nothing("markup_changed")
    ours = [one for one in draws if one["gameName"].strip().casefold() == _GAMES.get(draw.lottery)]
    wanted = datetime.combine(draw.day, draw.slot, _ZONE)
    at_time = [one for one in ours if abs((_moment(one) or wanted) - wanted) <= _LATEST]
    if ours and not any((_moment(one) or wanted).date() == draw.day for one in ours):
        return Nothing("other_day")
    return one_of([_numbers(one, draw) for one in at_time])


def _numbers(one: dict[str, Any], draw: Draw) -> Reading:
    if one.get("status") != _DRAWN:
        return Nothing("not_yet")
    results = objects(one.get("results"))
    if not results:
        return Nothing("not_yet" if results == [] else "markup_changed")
    return one_of([_primary(result, draw) for result in results])


def _primary(result: dict[str, Any], draw: Draw) -> Reading:
    """A draw that calls itself by another slot's name is another one, whatever its moment."""
    named, digits = result.get("drawType"), result.get("primary")
    if (
        isinstance(named, str)
        and named.casefold() in ("midday", "evening", "night")
        and named.casefold() != draw.slot_name
    ):
        return Nothing("two_numbers")
    return of_digits(digits, draw.digits) if isinstance(digits, list) else Nothing("markup_changed")


def _moment(one: dict[str, Any]) -> datetime | None:
    """Milliseconds since 1970."""
    told = one.get("drawTime")
    if type(told) is not int or not 0 < told < 2**43:
        return None
    return datetime.fromtimestamp(told / 1000, UTC).astimezone(_ZONE)
