"""Each parser finds the number that stands there, or says why it takes none: never another one."""

from __future__ import annotations

from datetime import date, time

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


@pytest.mark.parametrize("parser", sorted(PARSERS))
def test_no_parser_finds_anything_in_nothing(parser: str) -> None:
    for given in (b"", b"null", b"[]", b"{}", b"[[[", b"<html></html>", "ÿ047".encode("utf-16"), b"0-4-7</html>"):
        for bytes_ in (given, b"\x1e" + given + b"\x1e" + given):
            assert isinstance(PARSERS[parser](bytes_, FIVE), Nothing)


def _said(parser: str, given: bytes, draw: Draw) -> str:
    reading = PARSERS[parser](given, draw)
    return reading.numbers if isinstance(reading, Found) else reading.reason
