"""New York: the lottery's own interface, soon after each draw, and the state's open data, at night. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from .interface import Draw, Found, Nothing, Reading, of_digits, of_text
from .reading.json_bodies import american_day_of, objects, parsed
from .reading.two_games import DIGITS, Game, Line, game_named, numbers_of

APART: Final = b"\x1e"
"""Stands before each of the two answers of the lottery's interface, which tells of one game at a time (RFC 7464)."""
_GAMES: Final[Mapping[str, Game]] = {"numbers": "pick3", "dailynumbers": "pick3", "win4": "pick4"}
_SLOTS: Final = ("midday", "evening")
_COLUMNS: Final[Mapping[Game, str]] = {"pick3": "daily", "pick4": "win_4"}


def read_site(body: bytes, draw: Draw) -> Reading:
    """`{"rows": [{"game", "date", "draw_time", "winning_numbers": ["4", "7", "2"]}]}`, for each game one."""
    nothing, *answers = body.split(APART)
    if nothing or len(answers) != len(DIGITS):
        return Nothing("no_json")
    lines: list[Line] = []
    for answer in answers:
        said = parsed(answer)
        if isinstance(said, Nothing):
            return said
        found = _rows(said)
        if found is None:
            return Nothing("markup_changed")
        lines.extend(found)
    return numbers_of(lines, draw)


def read_open_data(body: bytes, draw: Draw) -> Reading:
    """`[{"draw_date", "midday_daily": "472", "midday_daily_sum": "13", …}]`; a column is absent before its draw, and
    those of a booster are none of ours."""
    said = parsed(body)
    if isinstance(said, Nothing):
        return said
    rows = objects(said)
    if rows is None:
        return Nothing("markup_changed")
    slots = dict.fromkeys((*_SLOTS, draw.slot_name))
    lines: list[Line] = []
    for row in rows:
        day = american_day_of(row.get("draw_date"))
        if day is None:
            return Nothing("markup_changed")
        lines += [Line(game, day, slot, _column(row, slot, game)) for slot in slots for game in DIGITS]
    return numbers_of(lines, draw)


def _rows(said: object) -> list[Line] | None:
    """None where anything is otherwise than it was."""
    rows = objects(said.get("rows")) if isinstance(said, dict) else None
    if rows is None:
        return None
    lines = []
    for row in rows:
        day, slot = american_day_of(row.get("date")), row.get("draw_time")
        if day is None or not isinstance(slot, str) or not isinstance(row.get("game"), str):
            return None
        game = game_named(row["game"], _GAMES)
        if game is not None:
            lines.append(Line(game, day, slot.strip().casefold(), _numbers(row, game)))
    return lines


def _numbers(row: dict[str, Any], game: Game) -> Reading:
    found = row.get("winning_numbers")
    if not isinstance(found, list):
        return Nothing("markup_changed")
    return of_digits(found, DIGITS[game]) if found else Nothing("not_yet")


def _column(row: dict[str, Any], slot: str, game: Game) -> Reading:
    """Its sum stands beside it: digits that do not add up to it are not theirs."""
    name = f"{slot}_{_COLUMNS[game]}"
    found = of_text(row.get(name), DIGITS[game])
    total = row.get(f"{name}_sum")
    if isinstance(found, Found) and total is not None and f"{total}" != f"{sum(map(int, found.numbers))}":
        return Nothing("two_numbers")
    return found
