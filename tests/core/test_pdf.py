"""Documents as PDF, read back by a reader that is not ours."""

from __future__ import annotations

import io

import cv2
import numpy as np
import pypdf
import pytest

from app.core.text.pdf.document import Document
from app.core.text.pdf.fonts import BODY, BOLD, MONO, Font, writable


def read(document: Document) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(document.written()), strict=True)


def test_what_was_written_is_read() -> None:
    document = Document("Reçu №7", "ht", files=[("a (b).json", "application/json", b'{"a": "\xc3\xa9"}')])
    page = document.page()
    page.text(50, 50, "Bonjou, kòmand (é) \\ 5\u202f600 sats", BODY, 10)
    page.text(50, 70, "tiraj/promise/1", MONO, 8)
    page.link(50, 40, 100, 20, "https://tiraj.example/slips/1#leaf=ab")
    document.page().text(50, 50, "second", BOLD, 10)
    found = read(document)
    assert [one.extract_text().split("\n") for one in found.pages] == [
        ["Bonjou, kòmand (é) \\ 5\xa0600 sats", "tiraj/promise/1"],
        ["second"],
    ]
    assert found.metadata is not None
    assert found.metadata.title == "Reçu №7"
    assert found.trailer["/Root"]["/Lang"] == "ht"
    assert dict(found.attachments.items()) == {"a (b).json": [b'{"a": "\xc3\xa9"}']}
    (link,) = found.pages[0]["/Annots"]
    assert link["/A"]["/URI"] == "https://tiraj.example/slips/1#leaf=ab"
    assert document.written() == document.written()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Zoë’s – “ok” …", "Zoë’s – “ok” …"),
        ("Жан", "\\u0416\\u0430\\u043d"),
        ("a\u202eb\u2066c\x07\n", "abc"),
        ("e\u0301", "é"),
        ("😀", "\\U0001f600"),
    ],
)
def test_what_no_font_can_write_is_escaped(text: str, shown: str) -> None:
    assert writable(text) == shown


@pytest.mark.parametrize("font", [BODY, BOLD, MONO])
def test_lines_are_no_wider_than_they_may_be(font: Font) -> None:
    text = "Tout ce qui a été payé " + "ab" * 64 + " est remboursé"
    lines = font.wrapped(text, 9, 120)
    assert max(font.width(line, 9) for line in lines) <= 120
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert font.wrapped("", 9, 120) == [""]


def test_a_code_is_read_back() -> None:
    """The rectangles are painted as they are told, and a camera's software reads them."""
    text = "tiraj/promise/1\nexample/log\n" + "A" * 44 + "\n1700000000\n60\n\n— example/log " + "b" * 92 + "\n"
    document = Document("", "en")
    page = document.page()
    page.qr(0, 0, 150, text)
    painted = np.full((1200, 1200), 255, np.uint8)
    for box in page.drawn[0].removeprefix("0 g ").removesuffix(" f").split(" re"):
        if box.strip():
            x, y, width, height = (float(one) for one in box.split())
            top = 841.89 - y - height
            cv2.rectangle(
                painted, *[(round(a * 8), round(b * 8)) for a, b in ((x, top), (x + width, top + height))], 0, -1
            )
    assert cv2.QRCodeDetector().detectAndDecode(painted)[0] == text
