"""PCSO's own interface. Its digits arrive as numbers or as texts, one by one. Pure."""

from __future__ import annotations

from datetime import time
from typing import Any

from .interface import Draw, Nothing, Reading, of_digits, one_of
from .reading.json_bodies import day_of, objects, parsed


def read(body: bytes, draw: Draw) -> Reading:
    """The item of that day and time. Which game it is, the question said: an answer says nothing of it."""
    said = parsed(body)
    if isinstance(said, Nothing):
        return said
    items = objects(said.get("items")) if isinstance(said, dict) else None
    if items is None or not all(_is_whole(item) for item in items):
        return Nothing("markup_changed")
    of_day = [item for item in items if day_of(item["drawDate"]) == draw.day]
    if items and not of_day:
        return Nothing("other_day")
    return one_of([_numbers(item, draw) for item in of_day if _time_of(item["drawTime"]) == draw.slot])


def _is_whole(item: dict[str, Any]) -> bool:
    return day_of(item.get("drawDate")) is not None and _time_of(item.get("drawTime")) is not None and "result" in item


def _numbers(item: dict[str, Any], draw: Draw) -> Reading:
    result = item["result"]
    if result is None or result == []:
        return Nothing("not_yet")
    return of_digits(result, draw.digits) if isinstance(result, list) else Nothing("markup_changed")


def _time_of(said: object) -> time | None:
    """`14:00:00+08`: the zone is Manila's, and any other one another time."""
    if not isinstance(said, str) or not said.endswith(("+08", "+08:00")):
        return None
    try:
        return time.fromisoformat(said.partition("+")[0])
    except ValueError:
        return None
