"""The fonts that every reader of PDF has by itself (ISO 32000-1, 9.6.2.2): what they can write, and how wide it is."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Final

_BODY: Final = (
    "278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 278 "
    "278 584 584 584 556 1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 667 778 722 667 611 722 "
    "667 944 667 667 611 278 278 278 469 556 333 556 556 500 556 556 278 556 556 222 222 500 222 833 556 556 556 "
    "556 333 500 278 556 500 722 500 500 500 334 260 334 584"
)
_BOLD: Final = (
    "278 333 474 556 556 889 722 238 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 333 "
    "333 584 584 584 611 975 722 722 722 722 667 611 778 722 278 556 722 611 833 722 778 667 778 722 667 611 722 "
    "667 944 667 667 611 333 278 333 584 556 333 556 611 556 611 556 333 611 611 278 278 556 278 889 611 611 611 "
    "611 389 556 333 611 556 778 556 556 500 389 280 389 584"
)
_OTHERS: Final = {
    "—": 1000,
    "…": 1000,
    "–": 556,
    "’": 222,
    "‘": 222,
    "“": 333,
    "”": 333,
    "•": 350,
    "·": 278,
    "\xa0": 278,
}
_USUAL: Final = 556


@dataclass(frozen=True, slots=True)
class Font:
    """One of them; widths in thousandths of its size."""

    name: str
    widths: dict[str, int]
    usual: int

    def width(self, text: str, size: float) -> float:
        """How wide a text is that this font can write."""
        return sum(self._of(one) for one in text) * size / 1000

    def _of(self, one: str) -> int:
        known = self.widths.get(one)
        return known if known is not None else self.widths.get(unicodedata.normalize("NFD", one)[0], self.usual)

    def wrapped(self, text: str, size: float, width: float) -> list[str]:
        """The text in lines of that width at most, broken between words; a word that is longer breaks anywhere."""
        lines, line = [], ""
        for word in text.split(" "):
            longer = f"{line} {word}" if line else word
            if self.width(longer, size) <= width:
                line = longer
                continue
            if line:
                lines.append(line)
            *whole, line = self._pieces(word, size, width)
            lines += whole
        return [*lines, line]

    def _pieces(self, word: str, size: float, width: float) -> list[str]:
        pieces = [""]
        for one in word:
            if pieces[-1] and self.width(pieces[-1] + one, size) > width:
                pieces.append("")
            pieces[-1] += one
        return pieces


def _widths(numbers: str) -> dict[str, int]:
    return {chr(32 + place): int(number) for place, number in enumerate(numbers.split())} | _OTHERS


BODY: Final = Font("Helvetica", _widths(_BODY), _USUAL)
BOLD: Final = Font("Helvetica-Bold", _widths(_BOLD), _USUAL)
MONO: Final = Font("Courier", {}, 600)
FONTS: Final = (BODY, BOLD, MONO)


def writable(text: str) -> str:
    """The text as these fonts can write it, in the letters of Western Europe; any other as its escape, `\\u0416`.

    What turns the line or cannot be seen is left out; a narrow space that does not break is as wide as another.
    """
    shown = unicodedata.normalize("NFC", text.replace("\u202f", "\xa0"))
    seen = "".join(one for one in shown if unicodedata.category(one) not in ("Cf", "Cc"))
    return seen.encode("cp1252", "backslashreplace").decode("cp1252")
