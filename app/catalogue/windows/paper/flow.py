"""What goes down a document's pages one after the other, and begins a new page where one is full."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from app.core.text.pdf.document import HEIGHT, WIDTH, Document, Page
from app.core.text.pdf.fonts import BODY, BOLD, MONO, Font, writable

LEFT: Final = 48.0
ROOM: Final = WIDTH - 2 * LEFT
_TOP, _BOTTOM = 52.0, 64.0
_LABELS: Final = 130.0
"""Width of what facts are called."""
_QUIET: Final = 0.35


class Flow:
    """A place on the last page, from which it goes down."""

    def __init__(self, document: Document, foot: str) -> None:
        self._document, self._foot = document, writable(foot)
        self._page: Page = document.page()
        self._y = _TOP

    def heading(self, text: str, size: float = 13) -> None:
        """A heading, which does not stand alone at the end of a page."""
        self._need(size * 4)
        self._y += size * 1.4
        for line in BOLD.wrapped(writable(text), size, ROOM):
            self._page.text(LEFT, self._y, line, BOLD, size)
            self._y += size * 1.35

    def words(self, text: str, size: float = 9.5, *, quiet: bool = False) -> None:
        """A paragraph."""
        self._lines(BODY.wrapped(writable(text), size, ROOM), BODY, size, LEFT, _QUIET if quiet else 0)
        self._y += size * 0.4

    def fact(self, label: str, *values: str, font: Font = BODY, size: float = 9.5) -> None:
        """What something is called, and what it is."""
        lines = [one for value in values for one in font.wrapped(writable(value), size, ROOM - _LABELS)]
        self._need(size * 1.4)
        called = BODY.wrapped(writable(label), 9.5, _LABELS - 8)
        top, page = self._y, self._page
        for place, line in enumerate(called):
            page.text(LEFT, top + place * 12.5, line, BODY, 9.5, _QUIET)
        self._lines(lines, font, size, LEFT + _LABELS, 0)
        if page is self._page:
            self._y = max(self._y, top + 12.5 * len(called))
        self._y += 2

    def exact(self, text: str, size: float = 7.5) -> None:
        """A text line by line, each letter as wide as the next; a line that is too long goes on below."""
        for line in text.split("\n"):
            self._lines(MONO.wrapped(writable(line), size, ROOM), MONO, size, LEFT, 0)
        self._y += size * 0.6

    def codes(self, given: Sequence[tuple[str, str, str | None]], side: float = 150) -> None:
        """QR codes beside each other: what each is, its text, and where it leads."""
        self._need(side + 40)
        each = ROOM / 2
        for place, (caption, text, url) in enumerate(given):
            x = LEFT + place * each
            self._page.qr(x - 4, self._y, side, text)
            if url is not None:
                self._page.link(x, self._y, side, side, url)
            for row, line in enumerate(BODY.wrapped(writable(caption), 8.5, each - 16)):
                self._page.text(x, self._y + side + 10 + row * 11, line, BODY, 8.5, _QUIET)
        self._y += side + 42

    def rule(self) -> None:
        """A line across."""
        self._page.line(LEFT, self._y, ROOM)
        self._y += 12

    def ended(self) -> None:
        """The feet of all pages, which are counted now."""
        pages = self._document.pages
        for number, page in enumerate(pages, start=1):
            page.text(LEFT, HEIGHT - 34, self._foot, BODY, 8, _QUIET)
            shown = f"{number} / {len(pages)}"
            page.text(LEFT + ROOM - BODY.width(shown, 8), HEIGHT - 34, shown, BODY, 8, _QUIET)

    def _lines(self, lines: Sequence[str], font: Font, size: float, x: float, grey: float) -> None:
        for line in lines:
            self._need(size * 1.3)
            self._page.text(x, self._y, line, font, size, grey)
            self._y += size * 1.32

    def _need(self, height: float) -> None:
        if self._y + height > HEIGHT - _BOTTOM:
            self._page, self._y = self._document.page(), _TOP
