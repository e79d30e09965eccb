"""PCSO's site, its interface, and two sites that copy them."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Final

from flask import Response, render_template, request

from .drawn import Row, before, twelve

LOTTERY: Final = "pcso.3d"
_FIELD: Final = "ctl00$ctl00$cphContainer$cpContent$"
_PARTIAL: Final = "4-7"


def pcso_site(path: str, rows: Sequence[Row], struck: str) -> Response:
    """The form, and after a search its table. What the form hides has to come back."""
    if request.method == "GET":
        return _page("pcso_site.html", state=secrets.token_hex(40), rows=None, struck=struck)
    if not all(request.form.get(name) for name in ("__VIEWSTATE", "__VIEWSTATEGENERATOR", "__EVENTVALIDATION")):
        return Response("Invalid postback or callback argument", 500)
    wanted = _searched()
    shown = [_site_row(one, struck) for one in rows if one.day == wanted and one.numbers]
    return _page("pcso_site.html", state=secrets.token_hex(40), rows=shown, struck=struck, day=f"{_slashed(wanted)}")


def lottomatik(path: str, rows: Sequence[Row], struck: str) -> Response:
    """A page of the game's history: digits as numbers."""
    shown = [
        {
            "id": 10_000 + at,
            "drawDate": (before(one.day) if struck == "other_day" else one.day).isoformat(),
            "drawTime": f"{one.slot:%H:%M:%S}+08",
            "result": [int(digit) for digit in one.numbers][: 2 if struck == "partial" else None],
            "jackpot": 4500,
            "totalWinners": 323,
        }
        for at, one in enumerate(rows)
        if one.numbers and struck != "sister"
    ]
    told = {"page": 1, "totalPages": 1, "data" if struck == "markup" else "items": shown[:100]}
    return Response(json.dumps(told), content_type="application/json")


def lottopcso(path: str, rows: Sequence[Row], struck: str) -> Response:
    """The page of one day: `/pcso-lotto-result-november-30-2026/`."""
    name = path.strip("/").removeprefix("pcso-lotto-result-")
    try:
        wanted = _day(name, "%B-%d-%Y")
    except ValueError:
        return Response("<html><body><h1>Page not found</h1></body></html>", 404)
    return _page("lottopcso.html", rows=_told(rows, wanted, struck), struck=struck, day=_named(wanted, struck))


def philnews(path: str, rows: Sequence[Row], struck: str) -> Response:
    """The page of one game: the newest day."""
    newest = max((one.day for one in rows), default=date(2026, 1, 1))
    return _page("philnews.html", rows=_told(rows, newest, struck), struck=struck, day=_named(newest, struck))


def _searched() -> date:
    month, day, year = (request.form[f"{_FIELD}ddlEnd{part}"] for part in ("Month", "Day", "Year"))
    return _day(f"{month} {day} {year}", "%B %d %Y")


def _day(text: str, form: str) -> date:
    return datetime.strptime(text, form).replace(tzinfo=UTC).date()


def _site_row(one: Row, struck: str) -> tuple[str, str, str]:
    """Game, combination and day as the site writes them."""
    game = "STL Swer3" if struck == "sister" else "3D Lotto"
    numbers = _PARTIAL if struck == "partial" else one.dashed
    return (
        f"{game} {twelve(one.slot, short=True)}",
        numbers,
        _slashed(before(one.day) if struck == "other_day" else one.day),
    )


def _told(rows: Sequence[Row], day: date, struck: str) -> list[tuple[str, str]]:
    """Time and combination of a day's draws, the earliest first; "" for what was not drawn."""
    shown = sorted(one for one in rows if one.day == day)
    return [(twelve(one.slot), _PARTIAL if struck == "partial" and one.numbers else one.dashed) for one in shown]


def _named(day: date, struck: str) -> str:
    shown = before(day) if struck == "other_day" else day
    return f"{shown:%B} {shown.day}, {shown.year}"


def _slashed(day: date) -> str:
    return f"{day.month}/{day.day}/{day.year}"


def _page(template: str, **shown: object) -> Response:
    return Response(render_template(template, **shown), content_type="text/html; charset=utf-8")
