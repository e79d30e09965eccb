"""New York, Florida and Georgia: their own interfaces, and New York's open data. Each draw is two games."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime, time
from itertools import groupby
from typing import Any, Final
from zoneinfo import ZoneInfo

from flask import Response, request

from .drawn import Row, before

_ZONE: Final = ZoneInfo("America/New_York")
ASKED_FIRST: Final = "41"
_NEW_YORK: Final = {ASKED_FIRST: (0, "Numbers"), "46": (1, "Win 4")}
_COLUMNS: Final = ("daily", "win_4")
_FLORIDA: Final = ("PICK 3", "PICK 4")
_GEORGIA: Final = ("CASH 3", "CASH 4")
_FIRST: Final = 3
"""So many digits has the first game of both."""


def ny_site(path: str, rows: Sequence[Row], struck: str) -> Response:
    """The draws of one game, which its number names."""
    game, title = _NEW_YORK.get(request.args.get("nid", ""), (0, ""))
    shown = [
        {
            "id": str(at),
            "game": "Take 5" if struck == "sister" else title,
            "date": _day(one, struck).isoformat(),
            "draw_time": one.named.capitalize(),
            "winning_numbers": list(numbers),
            "bonus_number": "",
        }
        for at, one in enumerate(rows)
        if title and (numbers := _numbers(one, game, struck))
    ]
    return _said({"results" if struck == "markup" else "rows": shown})


def ny_open_data(path: str, rows: Sequence[Row], struck: str) -> Response:
    """A row a day, a column a draw and game; what is not drawn has none. Boosters stand among them."""
    told = []
    for day, of_day in groupby(rows, key=lambda one: one.day):
        shown = before(day) if struck == "other_day" else day
        row: dict[str, Any] = {"draw_date": f"{shown}T00:00:00.000", "midday_booster": "3"}
        for one in of_day:
            for game, column in enumerate(_COLUMNS):
                if (numbers := _numbers(one, game, struck)) and struck != "sister":
                    name = f"{one.named}_{column}"
                    row[name] = numbers
                    row.setdefault(f"{name}_sum", str(sum(int(digit) for digit in _drawn(one, game))))
        told.append(row)
    return _said({"rows": told} if struck == "markup" else told)


def florida(path: str, rows: Sequence[Row], struck: str) -> Response:
    """All games; the Fireball stands among the numbers."""
    shown = [
        {
            "Id": 104 + 4 * game,
            "GameName": "PICK 2" if struck == "sister" else title,
            "DrawDate": f"{_day(one, struck):%m/%d/%Y} 12:00:00 AM",
            "DrawType": one.named.upper(),
            "DrawNumbers": [
                {"NumberPick": "0", "NumberType": "fb"},
                *({"NumberPick": digit, "NumberType": f"wn{at}"} for at, digit in reversed(_placed(numbers))),
            ],
        }
        for one in rows
        for game, title in enumerate(_FLORIDA)
        if (numbers := _numbers(one, game, struck))
    ]
    return _said({"Draws": shown} if struck == "markup" else shown)


def georgia(path: str, rows: Sequence[Row], struck: str) -> Response:
    """The last draws of the games that were asked for, with those that are to come."""
    wanted = request.args.get("game-names", "").split(",")
    shown = [
        {
            "gameName": "FANTASY 5" if struck == "sister" else title,
            "name": one.named.upper(),
            "status": "CLOSED" if numbers else "OPEN",
            "drawTime": _moment(one, struck),
            "results": [{"primary": list(numbers), "drawType": one.named.upper()}] if numbers else [],
        }
        for one in rows
        for game, title in enumerate(_GEORGIA)
        if title in wanted
        for numbers in (_numbers(one, game, struck),)
    ]
    return _said({"items" if struck == "markup" else "draws": shown})


def _drawn(one: Row, game: int) -> str:
    return one.numbers[_FIRST:] if game else one.numbers[:_FIRST]


def _numbers(one: Row, game: int, struck: str) -> str:
    """As a source shows them."""
    drawn = _drawn(one, game)
    if struck == "half" and game:
        return ""
    return drawn[:-1] if struck == "partial" else drawn.lstrip("0") if struck == "zeros" else drawn


def _placed(numbers: str) -> list[tuple[int, str]]:
    return list(enumerate(numbers, start=1))


def _day(one: Row, struck: str) -> date:
    return before(one.day) if struck == "other_day" else one.day


def _moment(one: Row, struck: str) -> int:
    """In milliseconds. Draws of the simulator's own, a minute from each other, are told apart by their names alone."""
    return int(datetime.combine(_day(one, struck), one.slot if one.name else time(), _ZONE).timestamp() * 1000)


def _said(told: object) -> Response:
    return Response(json.dumps(told), content_type="application/json")
