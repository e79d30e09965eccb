"""A draw of New York, Florida or Georgia is Pick 3 and Pick 4 together, read whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.outcomes.results.parsers.all_of_them import PARSERS
from app.outcomes.results.parsers.interface import Draw, Found
from app.outcomes.results.sources.lotteries import LOTTERIES

DAY, BEFORE = date(2026, 11, 27), date(2026, 11, 26)
NEW_YORK = Draw("us-ny", DAY, time(14, 30), "midday", 7)
FLORIDA = Draw("us-fl", DAY, time(21, 45), "evening", 7)
GEORGIA = Draw("us-ga", DAY, time(23, 34), "night", 7)
Row = dict[str, Any]


def site_row(game: str, numbers: object, slot: str = "Midday", day: object = "2026-11-27") -> Row:
    return {"id": "1", "game": game, "date": day, "draw_time": slot, "winning_numbers": numbers, "bonus_number": "9"}


THREE, FOUR = site_row("Numbers", ["0", "4", "7"]), site_row("Win 4", ["0", "8", "3", "1"])


def site(numbers: list[Row], win4: list[Row]) -> bytes:
    return b"".join(b"\x1e" + json.dumps({"rows": rows}).encode() for rows in (numbers, win4))


def open_data(**other: object) -> Row:
    """As the state's open data have it, and a booster beside it, as in some exports."""
    told: Row = {"draw_date": "2026-11-27T00:00:00.000", "midday_daily": "047", "midday_daily_sum": "11"}
    told |= {"midday_daily_booster": "5", "midday_win_4": "0831", "midday_win_4_sum": 12, "midday_win_4_booster": "2"}
    return {name: value for name, value in (told | other).items() if value != "absent"}


OTHER = open_data(draw_date="2026-11-26T00:00:00.000", midday_daily="123", midday_daily_sum="6")


def fireball(
    game: str, digits: str, slot: str = "EVENING", day: str = "11/27/2026 12:00:00 AM", extra: str = "9"
) -> Row:
    """The places backwards, and the Fireball first."""
    placed = [{"NumberPick": digit, "NumberType": f"wn{at}"} for at, digit in enumerate(digits, start=1)]
    numbers = [{"NumberPick": extra, "NumberType": "fb"}, *reversed(placed)]
    return {"Id": 104, "GameName": game, "DrawDate": day, "DrawType": slot, "DrawNumbers": numbers}


P3, P4 = fireball("PICK 3", "047"), fireball("PICK 4", "0831")


def at(hour: int, minute: int, day: date = DAY) -> int:
    return int(datetime.combine(day, time(hour, minute), ZoneInfo("America/New_York")).timestamp() * 1000)


def cash(game: str, primary: object, name: object = "NIGHT", moment: object = None, **other: object) -> Row:
    results = [{"primary": primary, "drawType": "Regular"}]
    told = {"gameName": game, "name": name, "status": "CLOSED", "drawTime": moment or at(23, 34), "results": results}
    return told | other


C3, C4 = cash("CASH 3", list("047")), cash("CASH 4", list("0831"))
FIREBALL = {"primary": ["FB-4", "447", "047"], "drawType": "FIREBALL"}


def georgia(*draws: Row) -> Row:
    return {"draws": list(draws)}


NY: list[tuple[str, bytes, str]] = [
    ("both", site([THREE], [FOUR]), "0470831"),
    ("one page has both", site([THREE, FOUR], []), "0470831"),
    ("win 4 is not there yet", site([THREE], []), "half"),
    ("win 4 is of yesterday still", site([THREE], [FOUR | {"date": "2026-11-26"}]), "half"),
    ("win 4 is empty", site([THREE], [site_row("Win 4", [])]), "half"),
    ("neither is there yet", site([], []), "not_listed"),
    ("the evening's", site([THREE | {"draw_time": "Evening"}], [FOUR | {"draw_time": "Evening"}]), "not_listed"),
    ("yesterday's", site([THREE | {"date": "2026-11-26"}], [FOUR | {"date": "2026-11-26"}]), "other_day"),
    (
        "yesterday's row shown as today's too",
        site([THREE, THREE | {"date": "2026-11-26"}], [FOUR, FOUR | {"date": "2026-11-26"}]),
        "as_another",
    ),
    (
        "midday's shown as the evening's too",
        site([THREE, THREE | {"draw_time": "Evening"}], [FOUR, FOUR | {"draw_time": "Evening"}]),
        "as_another",
    ),
    ("pick 3 alone is as it was yesterday", site([THREE, THREE | {"date": "2026-11-26"}], [FOUR]), "0470831"),
    ("a row twice", site([THREE, THREE], [FOUR]), "0470831"),
    ("a row twice, otherwise", site([THREE, site_row("Numbers", ["0", "4", "8"])], [FOUR]), "two_numbers"),
    ("a row twice, once without", site([THREE, site_row("Numbers", [])], [FOUR]), "two_numbers"),
    ("two digits", site([site_row("Numbers", ["0", "4"])], [FOUR]), "partial"),
    ("five digits", site([THREE], [site_row("Win 4", ["0", "8", "3", "1", "9"])]), "too_many_numbers"),
    ("a sister game", site([site_row("Take 5", ["0", "4", "7"])], [FOUR]), "half"),
    ("american dates", site([THREE | {"date": "11/27/2026"}], [FOUR | {"date": "11/27/2026"}]), "0470831"),
    ("dates with the day first", site([THREE | {"date": "27/11/2026"}], [FOUR]), "markup_changed"),
    ("one answer of two", b"\x1e" + json.dumps({"rows": [THREE, FOUR]}).encode(), "no_json"),
    ("no answer at all", json.dumps({"rows": [THREE, FOUR]}).encode(), "no_json"),
]
DATA: list[tuple[str, object, str]] = [
    ("both", [open_data(), OTHER], "0470831"),
    ("american dates, as an export has them", [open_data(draw_date="11/27/2026")], "0470831"),
    ("zeros lost as a text", [open_data(midday_daily="47")], "zeros_lost"),
    ("zeros lost as a number", [open_data(midday_win_4=831)], "zeros_lost"),
    ("a number that lost none", [open_data(midday_daily=147, midday_daily_sum=12)], "1470831"),
    ("the sum is another's", [open_data(midday_daily_sum="12")], "two_numbers"),
    ("no sums", [open_data(midday_daily_sum="absent", midday_win_4_sum="absent")], "0470831"),
    ("win 4 has no column yet", [open_data(midday_win_4="absent")], "half"),
    ("win 4 is empty", [open_data(midday_win_4="")], "half"),
    ("win 4 is nothing", [open_data(midday_win_4=None)], "half"),
    ("neither", [open_data(midday_win_4="absent", midday_daily="absent")], "not_yet"),
    ("yesterday's", [OTHER], "other_day"),
    ("yesterday's row as today's too", [open_data(), open_data(draw_date="2026-11-26")], "as_another"),
    ("two rows that differ", [open_data(), open_data(midday_win_4="0832", midday_win_4_sum=13)], "two_numbers"),
    ("digits with blanks", [open_data(midday_daily="0 4 7")], "not_a_number"),
    ("arabic digits", [open_data(midday_daily="٠٤٧")], "not_a_number"),
    ("true", [open_data(midday_daily=True)], "not_a_number"),
    ("too many", [open_data(midday_daily="0471")], "too_many_numbers"),
    ("no date", [open_data(draw_date="today")], "markup_changed"),
    ("no list", {"rows": [open_data()]}, "markup_changed"),
]
FL: list[tuple[str, object, str]] = [
    ("both, by their places, without the Fireball", [P3, P4], "0470831"),
    ("within DrawResults", {"DrawResults": [P4, P3]}, "0470831"),
    ("ISO dates", [fireball("Pick 3", "047", day="2026-11-27T00:00:00"), P4], "0470831"),
    ("pick 4 is not there yet", [P3], "half"),
    ("pick 4 has its Fireball alone", [P3, fireball("PICK 4", "")], "half"),
    ("midday's", [P3 | {"DrawType": "MIDDAY"}, P4 | {"DrawType": "MIDDAY"}], "not_listed"),
    ("yesterday's", [P3 | {"DrawDate": "11/26/2026"}, P4 | {"DrawDate": "11/26/2026"}], "other_day"),
    ("a place twice", [P3 | {"DrawNumbers": P3["DrawNumbers"] * 2}, P4], "too_many_numbers"),
    ("a place missing", [fireball("PICK 3", "04"), P4], "partial"),
    ("a place too many", [fireball("PICK 3", "0479"), P4], "too_many_numbers"),
    ("the Fireball is the third", [fireball("PICK 3", "04", extra="7"), P4], "partial"),
    ("sister games", [fireball("PICK 2", "04"), fireball("PICK 5", "04783")], "not_listed"),
    ("the day first", [P3 | {"DrawDate": "27/11/2026"}, P4], "markup_changed"),
    ("no numbers", [{**P3, "DrawNumbers": None}, P4], "markup_changed"),
]
GA: list[tuple[str, object, str]] = [
    ("both", georgia(C3, C4), "0470831"),
    ("paid already", georgia(C3 | {"status": "PAYABLE"}, C4), "0470831"),
    ("the day alone as its moment", georgia(C3 | {"drawTime": at(0, 0)}, C4 | {"drawTime": at(0, 0)}), "0470831"),
    ("no name, its moment alone", georgia(C3 | {"name": None}, C4 | {"name": ""}), "0470831"),
    ("all digits in one text", georgia(cash("CASH 3", ["047"]), C4), "0470831"),
    ("one text that lost its zero", georgia(cash("CASH 3", ["47"]), C4), "zeros_lost"),
    ("a Fireball before it", georgia(C3 | {"results": [FIREBALL, *C3["results"]]}, C4), "0470831"),
    ("a Fireball alone", georgia(C3 | {"results": [FIREBALL]}, C4), "half"),
    ("cash 4 is to come", georgia(C3, C4 | {"status": "OPEN", "results": []}), "half"),
    ("both are to come", georgia(C3 | {"status": "OPEN"}, C4 | {"status": "OPEN"}), "not_yet"),
    ("the evening's", georgia(cash("CASH 3", list("047"), "EVENING", at(18, 59)), C4), "half"),
    ("night by name, evening by moment", georgia(C3 | {"drawTime": at(18, 59)}, C4), "two_numbers"),
    ("evening by name, night by moment", georgia(C3 | {"name": "EVENING"}, C4), "two_numbers"),
    ("two names", georgia(C3 | {"results": [{"primary": list("047"), "drawType": "EVENING"}]}, C4), "two_numbers"),
    ("yesterday's", georgia(C3 | {"drawTime": at(23, 34, BEFORE)}, C4 | {"drawTime": at(23, 34, BEFORE)}), "other_day"),
    (
        "three draws a day",
        georgia(
            cash("CASH 3", list("111"), "MIDDAY", at(12, 29)),
            cash("CASH 4", list("1111"), "MIDDAY", at(12, 29)),
            cash("CASH 3", list("222"), "EVENING", at(18, 59)),
            cash("CASH 4", list("2222"), "EVENING", at(18, 59)),
            C3,
            C4,
        ),
        "0470831",
    ),
    ("a moment in words", georgia(C3 | {"drawTime": "tonight"}, C4), "markup_changed"),
    ("no digits", georgia(cash("CASH 3", ["0", "4", "x"]), C4), "not_a_number"),
]


@pytest.mark.parametrize(
    ("parser", "draw", "body", "expected"),
    [
        *(pytest.param("ny_site/1", NEW_YORK, body, said, id=f"site: {name}") for name, body, said in NY),
        *(pytest.param("ny_open_data/1", NEW_YORK, body, said, id=f"open data: {name}") for name, body, said in DATA),
        *(pytest.param("florida/1", FLORIDA, body, said, id=f"florida: {name}") for name, body, said in FL),
        *(pytest.param("georgia/1", GEORGIA, body, said, id=f"georgia: {name}") for name, body, said in GA),
    ],
)
def test_traps(parser: str, draw: Draw, body: object, expected: str) -> None:
    assert said_of(parser, body, draw) == expected


def said_of(parser: str, body: object, draw: Draw) -> str:
    reading = PARSERS[parser](body if isinstance(body, bytes) else json.dumps(body).encode(), draw)
    return reading.numbers if isinstance(reading, Found) else reading.reason


def shown_by_site(numbers: str, day: date, slot: str) -> bytes:
    games = split(numbers, "Numbers", "Win 4")
    rows = [site_row(game, list(digits), slot.title(), day.isoformat()) for game, digits in games]
    return site(rows[:1], rows[1:])


def shown_by_data(numbers: str, day: date, slot: str) -> bytes:
    told: Row = {"draw_date": f"{day}T00:00:00.000"}
    for column, digits in split(numbers, "daily", "win_4"):
        told |= {f"{slot}_{column}": digits, f"{slot}_{column}_sum": str(sum(map(int, digits)))}
    return json.dumps([told]).encode()


def shown_by_florida(numbers: str, day: date, slot: str) -> bytes:
    moment = f"{day:%m/%d/%Y} 12:00:00 AM"
    rows = [fireball(game, digits, slot.upper(), moment) for game, digits in split(numbers, "PICK 3", "PICK 4")]
    return json.dumps(rows).encode()


def shown_by_georgia(numbers: str, day: date, slot: str) -> bytes:
    hour, minute = next((one.hour, one.minute) for one, name in LOTTERIES["us-ga"].slots.items() if name == slot)
    games = split(numbers, "CASH 3", "CASH 4")
    rows = [cash(game, list(digits), slot.upper(), at(hour, minute, day)) for game, digits in games]
    return json.dumps(georgia(*rows)).encode()


def split(numbers: str, *games: str) -> list[tuple[str, str]]:
    return list(zip(games, (numbers[:3], numbers[3:]), strict=True))


SHOWN: dict[str, tuple[str, Callable[[str, date, str], bytes]]] = {
    "ny_site/1": ("us-ny", shown_by_site),
    "ny_open_data/1": ("us-ny", shown_by_data),
    "florida/1": ("us-fl", shown_by_florida),
    "georgia/1": ("us-ga", shown_by_georgia),
}


@settings(max_examples=40, deadline=None)
@given(st.from_regex("[0-9]{7}", fullmatch=True), st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.integers(0, 2))
@example("0000000", date(2026, 3, 8), 0)
@example("0470831", date(2026, 11, 1), 2)
def test_whatever_is_drawn_is_read_as_it_was_drawn_and_for_no_other_draw(numbers: str, day: date, which: int) -> None:
    for parser, (lottery, show) in SHOWN.items():
        slots = list(LOTTERIES[lottery].slots.items())
        drawn = slots[which % len(slots)]
        body = show(numbers, day, drawn[1])
        for slot in slots:
            said = said_of(parser, body, Draw(lottery, day, *slot, 7))
            assert (said == numbers) if slot == drawn else not said.isdigit(), f"{parser}, {slot[1]}: {said}"
        assert not said_of(parser, body, Draw(lottery, date(2025, 12, 31), *drawn, 7)).isdigit()
        assert not said_of(parser, body[:-5], Draw(lottery, day, *drawn, 7)).isdigit(), "it broke off"
