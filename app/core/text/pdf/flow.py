"""What goes down a document's pages one after the other, and begins a new page where one is full."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from .letters import BODY, BOLD, MONO, drawable
from .sheet import Sheet

_LEFT: Final = 48.0
_TOP, _BOTTOM = 52.0, 64.0
_LABELS: Final = 130.0
"""Width of what facts are called."""
_QUIET: Final = 0.35
_CODE: Final = 150.0
_CODES: Final = _CODE + 40
"""Side of a QR code, and the height of a row of them with its captions."""
_ASIDE: Final = 110.0
"""Side of one that stands beside a text."""


class Flow:
    """A place on the last page, from which it goes down."""

    def __init__(self, sheet: Sheet, foot: str) -> None:
        self._sheet, self._foot = sheet, drawable(foot)
        self._room, self._y = sheet.w - 2 * _LEFT, _TOP
        sheet.add_page()

    def heading(self, text: str, size: float = 13, below: float = 0) -> None:
        """A heading, which does not stand alone at the end of a page; `below`: the height of what it may not leave."""
        self._need(size * 4 + below)
        self._y += size * 1.4
        for line in self._wrapped(text, BOLD, size, self._room):
            self._sheet.write_line(_LEFT, self._y, line, BOLD, size)
            self._y += size * 1.35

    def words(self, text: str, size: float = 9.5, *, quiet: bool = False) -> None:
        """A paragraph."""
        self._lines(self._wrapped(text, BODY, size, self._room), BODY, size, _LEFT, _QUIET if quiet else 0)
        self._y += size * 0.4

    def fact(self, label: str, *values: str, font: str = BODY, size: float = 9.5) -> None:
        """What something is called, and what it is."""
        lines = [one for value in values for one in self._wrapped(value, font, size, self._room - _LABELS)]
        called = self._wrapped(label, BODY, 9.5, _LABELS - 8)
        self._need(12.5 * len(called))
        top, page = self._y, self._sheet.page
        for place, line in enumerate(called):
            self._sheet.write_line(_LEFT, top + place * 12.5, line, BODY, 9.5, _QUIET)
        self._lines(lines, font, size, _LEFT + _LABELS, 0)
        if page == self._sheet.page:
            self._y = max(self._y, top + 12.5 * len(called))
        self._y += 2

    def exact(self, text: str, size: float = 7.5) -> None:
        """A text line by line, each letter as wide as the next; a line that is too long goes on below."""
        for line in text.split("\n"):
            self._lines(self._wrapped(line, MONO, size, self._room), MONO, size, _LEFT, 0)
        self._y += size * 0.6

    def whole(self, caption: str, text: str, size: float = 7.5) -> None:
        """Words with such a text below them, on one page wherever one has the room for both."""
        lines = [one for line in text.split("\n") for one in self._wrapped(line, MONO, size, self._room)]
        needed = 9.5 * (1.32 * len(self._wrapped(caption, BODY, 9.5, self._room)) + 0.4) + size * 1.32 * len(lines)
        self._need(min(needed, self._sheet.h - _TOP - _BOTTOM))
        self.words(caption)
        self.exact(text, size)

    def codes(self, heading: str, given: Sequence[tuple[str, str, str | None]]) -> None:
        """QR codes beside each other, on the page of their heading: what each is, its text, and where it leads."""
        self.heading(heading, below=_CODES)
        self._need(_CODES)
        side, each = _CODE, self._room / 2
        for place, (caption, text, url) in enumerate(given):
            x = _LEFT + place * each
            self._sheet.code(x - 4, self._y, side, text)
            if url is not None:
                self._sheet.link(x, self._y, side, side, url)
            for row, line in enumerate(self._wrapped(caption, BODY, 8.5, each - 16)):
                self._sheet.write_line(x, self._y + side + 10 + row * 11, line, BODY, 8.5, _QUIET)
        self._y += side + 42

    def aside(self, caption: str, text: str, url: str) -> float:
        """A QR code at the right margin that leads to an address, beside what comes next, which leaves its width free.
        Returns where it ends (`down_to`)."""
        x, top, rows = _LEFT + self._room - _ASIDE, self._y - 16, self._wrapped(caption, BODY, 8, _ASIDE)
        self._sheet.code(x, top, _ASIDE, text)
        self._sheet.link(x, top, _ASIDE, _ASIDE, url)
        for row, line in enumerate(rows):
            self._sheet.write_line(x, top + _ASIDE + 8 + row * 10, line, BODY, 8, _QUIET)
        return top + _ASIDE + 8 + len(rows) * 10

    def down_to(self, y: float) -> None:
        """Go on below that."""
        self._y = max(self._y, y)

    def ended(self) -> None:
        """The feet of all pages, which are counted now."""
        sheet, pages = self._sheet, self._sheet.pages_count
        for number in range(1, pages + 1):
            sheet.on_page(number)
            sheet.write_line(_LEFT, sheet.h - 34, self._foot, BODY, 8, _QUIET)
            shown = f"{number} / {pages}"
            sheet.write_line(sheet.w - _LEFT - sheet.width(shown, BODY, 8), sheet.h - 34, shown, BODY, 8, _QUIET)

    def _wrapped(self, text: str, font: str, size: float, width: float) -> list[str]:
        return self._sheet.wrapped(drawable(text), font, size, width)

    def _lines(self, lines: Sequence[str], font: str, size: float, x: float, grey: float) -> None:
        for line in lines:
            self._need(size * 1.3)
            self._sheet.write_line(x, self._y, line, font, size, grey)
            self._y += size * 1.32

    def _need(self, height: float) -> None:
        if self._y + height > self._sheet.h - _BOTTOM:
            self._sheet.add_page()
            self._y = _TOP
