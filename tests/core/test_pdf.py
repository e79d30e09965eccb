"""Documents as PDF, read back and painted by readers that are not ours."""

from __future__ import annotations

import io
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import cv2
import numpy as np
import pypdf
import pypdfium2
import pytest

from app.core.text.pdf.attached import attached
from app.core.text.pdf.letters import BODY, BOLD, MONO, drawable, in_order, usual
from app.core.text.pdf.sheet import Sheet

MADE = datetime(2026, 11, 29, 12, tzinfo=UTC)


def begun(title: str = "") -> Sheet:
    sheet = Sheet(title, "ht", MADE)
    sheet.add_page()
    return sheet


def read(data: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(data), strict=True)


def written(line: str, font: str = BODY) -> str:
    """A line as it is read back from paper."""
    sheet = begun()
    sheet.write_line(50, 50, drawable(line), font, 10)
    return read(bytes(sheet.output())).pages[0].extract_text()


def whole(title: str) -> bytes:
    sheet = begun(title)
    sheet.embed_file(bytes=b'{"a": "\xc3\xa9"}', basename="a (b).json", mime_type="application/json", compress=True)
    sheet.write_line(50, 50, drawable("Bonjou, kòmand (é) \\ 5\u202f600 sats {nb}"), BODY, 10)
    sheet.write_line(50, 70, "tiraj/promise/1", MONO, 8)
    sheet.link(50, 40, 100, 20, "https://tiraj.example/slips/1#leaf=ab")
    sheet.add_page()
    sheet.write_line(50, 50, "second", BOLD, 10)
    sheet.on_page(1)
    sheet.write_line(50, 90, "foot", BOLD, 8)
    return bytes(sheet.output())


def test_what_was_written_is_read() -> None:
    data = whole("Reçu №7 Жан")
    found = read(data)
    assert [one.extract_text().split("\n") for one in found.pages] == [
        ["Bonjou, kòmand (é) \\ 5\xa0600 sats {nb}", "tiraj/promise/1", "foot"],
        ["second"],
    ]
    assert found.metadata is not None
    assert (found.metadata.title, found.metadata.creation_date) == ("Reçu №7 Жан", MADE)
    assert found.trailer["/Root"]["/Lang"] == "ht"
    assert dict(found.attachments.items()) == {"a (b).json": [b'{"a": "\xc3\xa9"}']}
    assert attached(data) == b'{"a": "\xc3\xa9"}'
    (link,) = found.pages[0]["/Annots"]
    assert link["/A"]["/URI"] == "https://tiraj.example/slips/1#leaf=ab"


def test_the_same_document_has_the_same_bytes() -> None:
    """Whoever else is written at the same time."""
    alone = whole("a")
    with ThreadPoolExecutor(4) as threads:
        beside = list(threads.map(whole, ["a", "Ԛ b", "a", "c"]))
    assert (beside[0], beside[2]) == (alone, alone)
    assert beside[1] != alone


def test_a_document_takes_no_time_that_somebody_notices() -> None:
    """Fonts are cut once; what is left is a fraction of a whole font's reading."""
    usual(BODY), usual(BOLD), usual(MONO)
    begun_at = time.process_time()
    for _ in range(5):
        whole("a")
    assert (time.process_time() - begun_at) / 5 < 0.4


@pytest.mark.parametrize("font", [BODY, BOLD, MONO])
@pytest.mark.parametrize(
    "text", ["Zoë’s – “ok” …", "Жан Петрович", "Αλέξανδρος", "₱ 1,500 · ₴ · € · G", "Nguyễn", "Ԛ ⠿ 😀", "Ընկեր"]
)
def test_letters_of_many_languages_are_drawn_and_found(text: str, font: str) -> None:
    assert drawable(text) == text
    assert written(text, font).replace("\n", "") == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("漢字", "��"),
        ("a\u202eb\u2066c\x07\n\u200d\u00ad", "abc"),
        ("e\u0301", "é"),
        ("\ud800\U000f0000\uffff", "���"),
        ("", ""),
    ],
)
def test_what_no_font_can_draw_is_a_sign_that_it_is_missing(text: str, shown: str) -> None:
    assert drawable(text) == shown
    assert written(text) == shown


def test_hebrew_goes_from_right_to_left_and_nothing_else_does() -> None:
    assert in_order(drawable("ab שלום 12")) == "ab 12 םולש"
    assert in_order("ab 12 (x)") == "ab 12 (x)"


@pytest.mark.parametrize("font", [BODY, BOLD, MONO])
@pytest.mark.parametrize("word", ["ab" * 64, "Ж" * 500, "ש" * 500, "😀" * 500, "a\u0300\u0301" * 99, "W" * 500])
def test_lines_are_no_wider_than_they_may_be(font: str, word: str) -> None:
    sheet, text = begun(), drawable(f"Tout ce qui a été payé {word} est remboursé")
    lines = sheet.wrapped(text, font, 9, 120)
    assert max(sheet.width(line, font, 9) for line in lines) <= 120
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert sheet.wrapped("", font, 9, 120) == [""]
    for place, line in enumerate(lines):
        sheet.write_line(50, 50 + place, line, font, 9)
    assert read(bytes(sheet.output())).pages[0].extract_text()


def test_a_code_is_read_back() -> None:
    """It is painted by a browser's own reader, and a camera's software reads that."""
    text = "tiraj/promise/1\nexample/log\n" + "A" * 44 + "\n1700000000\n60\n\n— example/log " + "b" * 92 + "\n"
    sheet = begun()
    sheet.code(100, 100, 150, text)
    painted = pypdfium2.PdfDocument(bytes(sheet.output()))[0].render(scale=4, grayscale=True).to_numpy()
    assert cv2.QRCodeDetector().detectAndDecode(np.ascontiguousarray(painted))[0] == text


def test_only_the_one_file_of_a_whole_document_is_taken() -> None:
    data = whole("a")
    start = data.index(b"/EmbeddedFile\n")
    assert attached(data[: start + 25]) is None
    assert attached(data + data) is None
    assert attached(data.replace(b"/EmbeddedFile\n", b"/EmbeddedFilf\n")) is None
    assert attached(b"%PDF-" + b"obj\n<<" * 100_000) is None
    assert (
        attached(b"1 0 obj\n<< /Type /EmbeddedFile /Filter /FlateDecode /Length 9 >>\nstream\nnonsense!\nendstream")
        is None
    )
