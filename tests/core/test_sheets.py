"""CSV: a spreadsheet shows every text as it stands, a program reads every value as it is."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest

from app.core.text import sheets

CHANGED = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1",
    "\u00a0=1",
    "＝1",
    "＋1",
    "－1",
    "＠x",
    "'x",
    "|x",
    "%1",
    "00042",
    "0",
    "12345678901234567890",
    "1e5",
    "1-2",
    "3/4",
    "1.2.2031",
    "12:30",
    "1,5",
    "50%",
    "12 000",
    "mar1",
    "MAR-1",
    "Dec 12",
    "2 May",
    "1 mars",
    "oct2031",
    "Jan 5, 2031",
    "août 3",
    "3 PM",
    "5 p",
    "12:30 pm",
    "(5)",
    "$5",
    "5 €",
    "50 %",
    "1 1/2",
    "1/2/2031 12:30",
    "1’234",
    "TRUE",
    "faux",
    "٠٠٤٢",
    "００４２",
]
SHOWN = [
    "a-b",
    "",
    "ada",
    "2031-05-06T07:08:09Z",
    "3 7 12 22 31 40",
    "राम",
    "user=1",
    "auth0|x",
    "marie1",
    "may",
    "ada7",
    "5 papa",
    "7 Dwarfs",
    "dec",
    "3 7",
    "018f58d2-2802-7000-8000-0a",
]


@pytest.mark.parametrize("text", CHANGED, ids=ascii)
def test_what_a_spreadsheet_would_change_is_marked_as_text(text: str) -> None:
    assert sheets.for_people(text) == f"'{text}"


@pytest.mark.parametrize("cell", [*SHOWN, -5, 0, 33.3, date(2031, 5, 6), None], ids=ascii)
def test_everything_else_stands_as_it_is(cell: sheets.Cell) -> None:
    assert sheets.for_people(cell) == cell


def test_for_people_excel_knows_the_encoding() -> None:
    file = (sheets.begin("people") + sheets.lines([["name"], ["Zoë"], ["007"], [7]], "people")).encode()
    assert file == b"\xef\xbb\xbfname\r\nZo\xc3\xab\r\n'007\r\n7\r\n"


@pytest.mark.parametrize("reader", sheets.READERS)
def test_a_day_is_written_as_a_day(reader: sheets.Reader) -> None:
    assert sheets.lines([[date(2031, 5, 6), 33.3, "2031-05-06"]], reader) == (
        "2031-05-06,33.3,'2031-05-06\r\n" if reader == "people" else "2031-05-06,33.3,2031-05-06\r\n"
    )


def test_for_machines_every_value_comes_back() -> None:
    texts = [*CHANGED, *SHOWN, 'a "quoted", text', "two\r\nlines"]
    file = sheets.begin("machine") + sheets.lines([[text, "end"] for text in texts], "machine")
    assert not file.startswith("\ufeff")
    assert [row[0] for row in csv.reader(io.StringIO(file, newline=""))] == texts
