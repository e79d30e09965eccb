"""New York, Florida and Georgia: their own interfaces, and New York's open data."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any, Final
from zoneinfo import ZoneInfo

from flask import Response, request

from .drawn import Row, before

_ZONE: Final = ZoneInfo("America/New_York")
_NIDS: Final = {"17": ("us.ny.pick3", "Numbers"), "18": ("us.ny.pick4", "Win 4")}
_COLUMNS: Final = {"us.ny.pick3": "daily", "us.ny.pick4": "win_4"}
_FLORIDA: Final = {"us.fl.pick3": "PICK 3", "us.fl.pick4": "PICK 4"}
_GEORGIA: Final = {"us.ga.cash3": "CASH 3", "us.ga.cash4": "CASH 4"}


def ny_site(path: str, rows: Sequence[Row], struck: str) -> Response:
    """The draws of one game, which its number names."""
    lottery, game = _NIDS.get(request.args.get("nid", ""), ("", ""))
    shown = [
        {
            "id": str(at),
            "game": "Take 5" if struck == "sister" else game,
            "date": _day(one, struck).isoformat(),
            "draw_time": one.name.capitalize(),
            "winning_numbers": list(_numbers(one, struck)),
        }
        for at, one in enumerate(rows)
        if one.lottery == lottery and one.numbers
    ]
    return _said({"results" if struck == "markup" else "rows": shown})


def ny_open_data(path: str, rows: Sequence[Row], struck: str) -> Response:
    """A row a day, a column a draw; what is not drawn has none."""
    told = []
    for day, of_day in groupby(rows, key=lambda one: one.day):
        row: dict[str, Any] = {"draw_date": f"{before(day) if struck == 'other_day' else day}T00:00:00.000"}
        for one in of_day:
            if one.numbers and struck != "sister":
                column = f"{one.name}_{_COLUMNS[one.lottery]}"
                row[column] = _numbers(one, struck)
                row.setdefault(f"{column}_sum", str(sum(int(digit) for digit in one.numbers)))
        told.append(row)
    return _said({"rows": told} if struck == "markup" else told)


def florida(path: str, rows: Sequence[Row], struck: str) -> Response:
    """All games; the Fireball stands among the numbers."""
    shown = [
        {
            "GameName": "PICK 2" if struck == "sister" else _FLORIDA[one.lottery],
            "DrawDate": f"{_day(one, struck)}T00:00:00",
            "DrawType": one.name.upper(),
            "DrawNumbers": [
                {"NumberPick": "0", "NumberType": "fb"},
                *({"NumberPick": digit, "NumberType": f"wn{at}"} for at, digit in reversed(_placed(one, struck))),
            ],
        }
        for one in rows
        if one.numbers
    ]
    return _said({"Draws": shown} if struck == "markup" else shown)


def georgia(path: str, rows: Sequence[Row], struck: str) -> Response:
    """The last draws of the games that were asked for."""
    wanted = request.args.get("game-names", "").split(",")
    shown = [
        {
            "gameName": "FANTASY 5" if struck == "sister" else _GEORGIA[one.lottery],
            "name": one.name.upper(),
            "status": "CLOSED" if one.numbers else "OPEN",
            "drawTime": int(datetime.combine(_day(one, struck), one.slot, _ZONE).timestamp() * 1000),
            "results": [{"primary": list(_numbers(one, struck)), "drawType": one.name.upper()}] if one.numbers else [],
        }
        for one in rows
        if _GEORGIA[one.lottery] in wanted
    ]
    return _said({"items" if struck == "markup" else "draws": shown})


def _numbers(one: Row, struck: str) -> str:
    return one.numbers[:-1] if struck == "partial" else one.numbers


def _placed(one: Row, struck: str) -> list[tuple[int, str]]:
    return list(enumerate(_numbers(one, struck), start=1))


def _day(one: Row, struck: str) -> date:
    return before(one.day) if struck == "other_day" else one.day


def _said(told: object) -> Response:
    return Response(json.dumps(told), content_type="application/json")
