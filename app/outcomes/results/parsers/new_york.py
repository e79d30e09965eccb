"""New York: the lottery's own interface, soon after each draw, and the state's open data, at night. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from .interface import Draw, Found, Nothing, Reading, of_digits, one_of
from .reading.json_bodies import day_of, objects, parsed

_GAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "us.ny.pick3": ("numbers", "daily numbers"),
    "us.ny.pick4": ("win 4", "win4"),
}
_COLUMNS: Final[Mapping[str, str]] = {"us.ny.pick3": "daily", "us.ny.pick4": "win_4"}


def read_site(body: bytes, draw: Draw) -> Reading:
    """`{"rows": [{"game", "date", "draw_time", "winning_numbers": ["4", "7", "2"]}]}`."""
    said = parsed(body)
    if isinstance(said, Nothing):
        return said
    rows = objects(said.get("rows")) if isinstance(said, dict) else None
    if rows is None or not all(day_of(row.get("date")) and isinstance(row.get("game"), str) for row in rows):
        return Nothing("markup_changed")
    of_game = [row for row in rows if row["game"].casefold() in _GAMES.get(draw.lottery, ())]
    of_day = [row for row in of_game if day_of(row["date"]) == draw.day]
    if of_game and not of_day:
        return Nothing("other_day")
    return one_of([_numbers(row, draw) for row in of_day if _is_slot(row.get("draw_time"), draw)])


def read_open_data(body: bytes, draw: Draw) -> Reading:
    """`[{"draw_date", "midday_daily": "472", "midday_daily_sum": "13", …}]`; a column is absent before its draw."""
    said = parsed(body)
    if isinstance(said, Nothing):
        return said
    rows = objects(said)
    if rows is None or not all(day_of(row.get("draw_date")) for row in rows):
        return Nothing("markup_changed")
    of_day = [row for row in rows if day_of(row["draw_date"]) == draw.day]
    if rows and not of_day:
        return Nothing("other_day")
    return one_of([_column(row, draw) for row in of_day])


def _numbers(row: dict[str, Any], draw: Draw) -> Reading:
    found = row.get("winning_numbers")
    if not isinstance(found, list):
        return Nothing("markup_changed")
    return of_digits(found, draw.digits) if found else Nothing("not_yet")


def _is_slot(said: object, draw: Draw) -> bool:
    return bool(draw.slot_name) and isinstance(said, str) and said.strip().casefold() == draw.slot_name


def _column(row: dict[str, Any], draw: Draw) -> Reading:
    """Its sum stands beside it: digits that do not add up to it are not theirs."""
    name = f"{draw.slot_name}_{_COLUMNS.get(draw.lottery, '')}"
    if name not in row:
        return Nothing("not_yet")
    told = row[name]
    found = of_digits(told, draw.digits) if isinstance(told, str) else Nothing("not_a_number")
    total = row.get(f"{name}_sum")
    if isinstance(found, Found) and total is not None and f"{total}" != f"{sum(map(int, found.numbers))}":
        return Nothing("two_numbers")
    return found
