"""A document of pages, on which lines of text and codes are placed, in fonts that travel in it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Final, cast

import segno
from fpdf import FPDF
from fpdf.fonts import TTFFont
from fpdf.prefs import ViewerPreferences

from . import letters
from .letters import WHOLE, drawable, in_order

_QUIET: Final = 4
"""Modules around a QR code that stay white."""


class Sheet(FPDF):
    """A4, in points; places are counted from the upper left corner. The same one has the same bytes: `made` is the time
    that it bears."""

    def __init__(self, title: str, language: str, made: datetime) -> None:
        super().__init__(unit="pt", format="A4")
        self._widths: dict[str, dict[str, float]] = {}
        self.set_title(drawable(title))
        self.set_lang(language)
        self.set_producer("Tiraj")
        self.set_creation_date(made)
        self.set_auto_page_break(False)
        self.alias_nb_pages(cast(str, None))  # nobody's name is taken for the number of pages
        self.viewer_preferences = ViewerPreferences(display_doc_title=True)

    def write_line(self, x: float, y: float, line: str, font: str, size: float, grey: float = 0) -> None:
        """A line of drawable text; `y` is where its letters stand."""
        self.set_text_color(round(grey * 255))
        for name, piece in self._pieces(in_order(line), font):
            self.set_font(name, size=size)
            self.text(x, y, piece)
            x += self.width(piece, name, size)

    def width(self, text: str, font: str, size: float) -> float:
        """How wide a drawable text is."""
        known = self._widths.setdefault(font, {})
        known.update((one, self._advance(ord(one), font)) for one in set(text) - known.keys())
        return sum(map(known.__getitem__, text)) * size / 1000

    def wrapped(self, text: str, font: str, size: float, width: float) -> list[str]:
        """The text in lines of that width at most, broken between words; a word that is longer breaks anywhere."""
        lines, line = [], ""
        for word in text.split(" "):
            longer = f"{line} {word}" if line else word
            if self.width(longer, font, size) <= width:
                line = longer
                continue
            if line:
                lines.append(line)
            *whole, line = self._broken(word, font, size, width)
            lines += whole
        return [*lines, line]

    def code(self, x: float, y: float, side: float, text: str) -> None:
        """A QR code, its quiet zone inside of `side`. Paper is smeared: it is guarded better than on screens."""
        rows = [bytes(row) for row in segno.make(text, error="m", micro=False).matrix]
        module = side / (len(rows) + 2 * _QUIET)
        self.set_fill_color(0)
        for place, row in enumerate(rows):
            start = 0
            for is_dark, modules in groupby(row):
                length = len(list(modules))
                if is_dark:
                    left, top = x + (start + _QUIET) * module, y + (place + _QUIET) * module
                    self.rect(left, top, length * module, module, style="F")
                start += length

    def on_page(self, number: int) -> None:
        """What is written next is on that page, and each page says itself in which font."""
        self.page = number
        self.current_font_is_set_on_page = False

    def _broken(self, word: str, font: str, size: float, width: float) -> list[str]:
        pieces, room = [""], width
        for one in word:
            wide = self.width(one, font, size)
            if pieces[-1] and wide > room:
                pieces.append("")
                room = width
            pieces[-1] += one
            room -= wide
        return pieces

    def _pieces(self, line: str, font: str) -> Iterator[tuple[str, str]]:
        """The line's parts, each with the font that has it."""
        has = self._read(font).cmap
        for is_usual, part in groupby(line, lambda one: ord(one) in has):
            name = font if is_usual else WHOLE
            self._read(name)
            yield name, "".join(part)

    def _advance(self, letter: int, font: str) -> float:
        usual = self._read(font)
        return usual.cw[letter] if letter in usual.cmap else self._read(WHOLE).cw[letter]

    def _read(self, font: str) -> TTFFont:
        """A font of this document, read when it is needed first."""
        found = self.fonts.get(font)
        if found is None:
            # Typed as a path, but what reads it takes an open file as well; none is left lying about so.
            given = letters.file_of(font) if font == WHOLE else cast(Path, io.BytesIO(letters.usual(font)))
            found = self.fonts[font] = TTFFont(self, given, font, "")
        return cast(TTFFont, found)
