"""Each parser finds the number that stands there, or says why it takes none: never another one."""

from __future__ import annotations

import json
from datetime import date, time
from typing import Any

import pytest

from app.outcomes.results.parsers.all_of_them import PARSERS
from app.outcomes.results.parsers.interface import Draw, Found, Nothing

from .pages import aggregated, history, item, newspaper, site, table

DAY, OTHER = "11/30/2026", "11/29/2026"
FIVE = Draw("pcso.3d", date(2026, 11, 30), time(17), "", 3)
HEAD = ("Draw Time", "2D Lotto", "3D Lotto")
STL = table([("5:00 PM", "9-9-9")], ("Draw Time", "STL Swer3"))


def two(three: str, at: str = "5:00 PM") -> str:
    return table([("2:00 PM", "07-31", "1-1-1"), (at, "Updating…", three)], HEAD)


def lines(*rows: tuple[str, str], head: bool = True) -> str:
    return table([*([("Draw Time", "Winning Numbers")] if head else []), *rows])


def rows_of(*rows: tuple[str, str, str]) -> bytes:
    return site(("3D Lotto 2PM", "1-1-1", DAY), *rows, ("2D Lotto 5PM", "07-31", DAY), ("Lotto 6/42", "1-2-3", DAY))


CASES: list[tuple[str, bytes, str]] = [
    ("pcso_site/1", rows_of(("3D Lotto 5PM", "0-4-7", DAY)), "047"),
    ("pcso_site/1", rows_of(("3D  LOTTO 5:00 PM", " 0 - 4 - 7 ", "11/30/2026")), "047"),
    ("pcso_site/1", rows_of(("3D Lotto 4PM", "0-4-7", DAY)), "not_listed"),
    ("pcso_site/1", rows_of(("STL 3D Lotto 5PM", "0-4-7", DAY)), "not_listed"),
    ("pcso_site/1", rows_of(("3D Lotto 5PM", "0-4-7", OTHER)), "other_day"),
    ("pcso_site/1", rows_of(("3D Lotto 5PM", "0-4-7-1", DAY)), "too_many_numbers"),
    ("pcso_site/1", rows_of(("3D Lotto 5PM", "0-4", DAY)), "partial"),
    ("pcso_site/1", rows_of(("3D Lotto 5PM", "", DAY)), "not_yet"),
    ("pcso_site/1", rows_of(("3D Lotto 5PM", "047", DAY)), "not_a_number"),
    ("pcso_site/1", rows_of(("3D Lotto 5PM", "٠-٤-٧", DAY)), "not_a_number"),
    ("pcso_site/1", rows_of(("3D Lotto 5PM", "0-4-7", DAY), ("3D Lotto 5PM", "4-1-7", DAY)), "two_numbers"),
    ("pcso_site/1", rows_of(("3D Lotto 5PM", "0-4-7", DAY), ("3D Lotto 5PM", "0-4-7", DAY)), "047"),
    ("pcso_site/1", rows_of(("3D Lotto 5PM", "0-4-7", "30/11/2026")), "markup_changed"),
    ("pcso_site/1", site(("3D Lotto 5PM", "0-4-7", DAY), name="Results"), "markup_changed"),
    ("pcso_site/1", site(("3D Lotto 5PM", "0-4-7", DAY), head=("GAME", "DATE", "NUMBERS")), "markup_changed"),
    ("pcso_site/1", site(), "not_listed"),
    ("pcso_site/1", rows_of(("3D Lotto 5PM", "0-4-7", DAY))[:-40], "cut_off"),
    ("pcso_site/1", b"\xff\xfe\x00garbage", "cut_off"),
    ("lottomatik/1", history(item([0, 4, 7]), item([1, 1, 1], "14:00:00+08")), "047"),
    ("lottomatik/1", history(item(["0", "4", "7"])), "047"),
    ("lottomatik/1", history(item([0, 4, 7], "16:00:00+08")), "not_listed"),
    ("lottomatik/1", history(item([0, 4, 7], "17:00:00+00")), "markup_changed"),
    ("lottomatik/1", history(item([0, 4, 7], day="2026-11-29")), "other_day"),
    ("lottomatik/1", history(item([])), "not_yet"),
    ("lottomatik/1", history(item(None)), "not_yet"),
    ("lottomatik/1", history(item([0, 4])), "partial"),
    ("lottomatik/1", history(item([0, 4, 7, 1])), "too_many_numbers"),
    ("lottomatik/1", history(item([0, 4, 17])), "not_a_number"),
    ("lottomatik/1", history(item([False, 4, 7])), "not_a_number"),
    ("lottomatik/1", history(item("047")), "markup_changed"),
    ("lottomatik/1", history(item([0, 4, 7]), item([4, 1, 7])), "two_numbers"),
    ("lottomatik/1", history(), "not_listed"),
    ("lottomatik/1", b'{"items": [], "items": []}', "no_json"),
    ("lottomatik/1", b"<html></html>", "no_json"),
    ("lottomatik/1", b'{"data": []}', "markup_changed"),
    ("lottopcso/1", aggregated(STL, two("0-4-7")), "047"),
    ("lottopcso/1", aggregated(STL, two("Stand by…")), "not_yet"),
    ("lottopcso/1", aggregated(STL, two("Updating…")), "not_yet"),
    ("lottopcso/1", aggregated(STL, two("0-4-_")), "partial"),
    ("lottopcso/1", aggregated(STL, two("0-4-7", "4:00 PM")), "not_listed"),
    ("lottopcso/1", aggregated(STL, two("0-4-7"), day="November 29, 2026"), "other_day"),
    ("lottopcso/1", aggregated(STL, two("0-4-7"), day="of today"), "markup_changed"),
    ("lottopcso/1", aggregated(STL), "markup_changed"),
    ("lottopcso/1", aggregated(two("0-4-7"), two("4-1-7")), "two_numbers"),
    ("lottopcso/1", aggregated(two("0-4-7"), two("Stand by…")), "two_numbers"),
    ("lottopcso/1", aggregated(table([("5:00 PM", "0-4-7")], HEAD)), "markup_changed"),
    ("lottopcso/1", aggregated(two("0-4-7"), column="entry"), "markup_changed"),
    ("philnews/1", newspaper(lines(("2:00 PM", "1-1-1"), ("5:00 PM", "0-4-7"))), "047"),
    ("philnews/1", newspaper(lines(("2PM", "1-1-1"), ("5PM", "0-4-7"), head=False)), "047"),
    ("philnews/1", newspaper(lines(("5:00 PM", "_"))), "not_yet"),
    ("philnews/1", newspaper(lines(("4:00 PM", "0-4-7"))), "not_listed"),
    ("philnews/1", newspaper(lines(("5:00 PM", "0-4-7")), title="SWERTRES RESULT November 29, 2026"), "other_day"),
    ("philnews/1", newspaper(lines(("5:00 PM", "0-4-7")), title="STL RESULT November 30, 2026"), "markup_changed"),
    ("philnews/1", newspaper("<h2>STL Swer3</h2>", lines(("5:00 PM", "9-9-9"))), "markup_changed"),
    ("philnews/1", newspaper(lines(("Evening", "0-4-7"), ("5:00 PM", "0-4-7"))), "markup_changed"),
    ("philnews/1", newspaper("<p>0-4-7</p>"), "markup_changed"),
]


@pytest.mark.parametrize(("parser", "given", "expected"), CASES, ids=[f"{one[0]}-{at}" for at, one in enumerate(CASES)])
def test_the_philippines(parser: str, given: bytes, expected: str) -> None:
    assert _said(parser, given, FIVE) == expected


def american(lottery: str, name: str = "midday", slot: time = time(14, 30), digits: int = 3) -> Draw:
    return Draw(lottery, date(2026, 11, 27), slot, name, digits)


NUMBERS = american("us.ny.pick3")
WIN4 = american("us.ny.pick4", digits=4)
PICK3 = american("us.fl.pick3", slot=time(13, 30))
CASH3 = american("us.ga.cash3", "night", time(23, 34))
NIGHT = 1_795_840_440_000  # 27 November 2026, 23:34 in Atlanta
ROW: dict[str, Any] = {"draw_date": "2026-11-27T00:00:00.000", "midday_daily": "047", "midday_daily_sum": "11"}


def drupal(numbers: object, time: str = "Midday", game: str = "Numbers", day: str = "2026-11-27") -> Any:
    return {"rows": [{"id": "1", "game": game, "date": day, "draw_time": time, "winning_numbers": numbers}]}


def fireball(*numbers: tuple[str, str], kind: str = "MIDDAY", game: str = "PICK 3", day: str = "2026-11-27") -> Any:
    parts = [{"NumberPick": pick, "NumberType": place} for place, pick in numbers]
    return [{"GameName": game, "DrawDate": f"{day}T00:00:00", "DrawType": kind, "DrawNumbers": parts}]


def closed(primary: object, kind: str = "NIGHT", status: str = "CLOSED", moment: object = NIGHT) -> Any:
    results = [{"primary": primary, "drawType": kind}]
    return {"draws": [{"gameName": "CASH 3", "status": status, "drawTime": moment, "results": results}]}


WNS = (("fb", "9"), ("wn3", "7"), ("wn1", "0"), ("wn2", "4"))
US: list[tuple[str, Draw, Any, str]] = [
    ("ny_site/1", NUMBERS, drupal(["0", "4", "7"]), "047"),
    ("ny_site/1", NUMBERS, drupal(["0", "4", "7"], "Evening"), "not_listed"),
    ("ny_site/1", NUMBERS, drupal(["0", "4", "7"], game="Take 5"), "not_listed"),
    ("ny_site/1", NUMBERS, drupal(["0", "4", "7"], day="2026-11-26"), "other_day"),
    ("ny_site/1", NUMBERS, drupal(["0", "4"]), "partial"),
    ("ny_site/1", NUMBERS, drupal(["0", "4", "7", "1"]), "too_many_numbers"),
    ("ny_site/1", NUMBERS, drupal([]), "not_yet"),
    ("ny_site/1", WIN4, drupal(["0", "4", "7", "1"], game="Win 4"), "0471"),
    ("ny_site/1", NUMBERS, {"results": []}, "markup_changed"),
    ("ny_open_data/1", NUMBERS, [ROW], "047"),
    ("ny_open_data/1", NUMBERS, [{**ROW, "midday_daily_sum": 11}], "047"),
    ("ny_open_data/1", NUMBERS, [{**ROW, "midday_daily_sum": "13"}], "two_numbers"),
    ("ny_open_data/1", NUMBERS, [{**ROW, "midday_daily": 47}], "not_a_number"),
    ("ny_open_data/1", NUMBERS, [{**ROW, "midday_daily": "47"}], "partial"),
    ("ny_open_data/1", WIN4, [ROW], "not_yet"),
    ("ny_open_data/1", NUMBERS, [{**ROW, "draw_date": "2026-11-26T00:00:00.000"}], "other_day"),
    ("florida/1", PICK3, fireball(*WNS), "047"),
    ("florida/1", PICK3, {"DrawResults": fireball(*WNS)}, "047"),
    ("florida/1", PICK3, fireball(*WNS, ("wn4", "1")), "too_many_numbers"),
    ("florida/1", PICK3, fireball(*WNS, ("wn1", "1")), "too_many_numbers"),
    ("florida/1", PICK3, fireball(*WNS[:3]), "partial"),
    ("florida/1", PICK3, fireball(("fb", "9")), "not_yet"),
    ("florida/1", PICK3, fireball(*WNS, kind="EVENING"), "not_listed"),
    ("florida/1", PICK3, fireball(*WNS, game="PICK 2"), "not_listed"),
    ("florida/1", PICK3, fireball(*WNS, day="2026-11-26"), "other_day"),
    ("georgia/1", CASH3, closed(["0", "4", "7"]), "047"),
    ("georgia/1", CASH3, closed(["0", "4", "7"], status="OPEN"), "not_yet"),
    ("georgia/1", CASH3, closed(["0", "4", "7"], "EVENING"), "two_numbers"),
    ("georgia/1", CASH3, closed(["0", "4", "7"], moment=NIGHT - 5 * 3_600_000), "not_listed"),
    ("georgia/1", CASH3, closed(["0", "4", "7"], moment=NIGHT - 86_400_000), "other_day"),
    ("georgia/1", CASH3, closed(["0", "4", "7"], moment="tonight"), "markup_changed"),
    ("georgia/1", CASH3, closed(["0", "4"]), "partial"),
]


@pytest.mark.parametrize(
    ("parser", "draw", "given", "expected"), US, ids=[f"{one[0]}-{at}" for at, one in enumerate(US)]
)
def test_america(parser: str, draw: Draw, given: Any, expected: str) -> None:
    assert _said(parser, json.dumps(given).encode(), draw) == expected


@pytest.mark.parametrize("parser", sorted(PARSERS))
def test_no_parser_finds_anything_in_nothing(parser: str) -> None:
    for given in (b"", b"null", b"[]", b"{}", b"[[[", b"<html></html>", "ÿ047".encode("utf-16"), b"0-4-7</html>"):
        assert isinstance(PARSERS[parser](given, FIVE), Nothing)


def _said(parser: str, given: bytes, draw: Draw) -> str:
    reading = PARSERS[parser](given, draw)
    return reading.numbers if isinstance(reading, Found) else reading.reason
