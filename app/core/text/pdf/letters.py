"""The fonts that documents are set in, which are shipped with the front-end files, and what they can draw.

To read a whole one takes a tenth of a second for each document. So each process cuts the usual letters out of it once,
and the whole one is read only where a text has others.
"""

from __future__ import annotations

import io
import unicodedata
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Final

from fontTools import subset
from fontTools.ttLib import TTFont
from fpdf.bidi import BidiParagraph
from fpdf.enums import TextDirection

BODY: Final = "body"
BOLD: Final = "bold"
MONO: Final = "mono"
WHOLE: Final = "whole"
"""Every letter that there is; it stands in for the three."""

FILES: Final = {
    BODY: Path("DejaVuSans.ttf"),
    BOLD: Path("DejaVuSans-Bold.ttf"),
    MONO: Path("DejaVuSansMono.ttf"),
    WHOLE: Path("DejaVuSans.ttf"),
}
_FOLDER: Final = Path(__file__).resolve().parents[4] / "static" / "vendor" / "fonts"
_LATIN, _GREEK, _CYRILLIC = range(0x20, 0x180), range(0x370, 0x400), range(0x400, 0x460)
_SIGNS, _CURRENCIES, _NUMERO = range(0x2010, 0x2070), range(0x20A0, 0x20C0), range(0x2116, 0x2123)
_MISSING: Final = "\ufffd"
_USUAL: Final = (*chain(_LATIN, _GREEK, _CYRILLIC, _SIGNS, _CURRENCIES, _NUMERO), ord(_MISSING))
_LAYOUT: Final = ["FFTM", "GDEF", "GPOS", "GSUB", "MATH", "kern"]
_RIGHT_TO_LEFT: Final = ("R", "AL", "AN")


def file_of(font: str) -> Path:
    """Where a font is."""
    return _FOLDER / FILES[font]


@cache
def usual(font: str) -> bytes:
    """A font with its usual letters alone."""
    options = subset.Options(hinting=False, layout_features=[], notdef_outline=True, glyph_names=True)
    options.drop_tables += _LAYOUT
    cut, out = subset.Subsetter(options), io.BytesIO()
    with TTFont(file_of(font), recalcTimestamp=False) as whole:
        cut.populate(unicodes=_USUAL)
        cut.subset(whole)
        whole.save(out)
    return out.getvalue()


@cache
def _drawn() -> frozenset[str]:
    with TTFont(file_of(WHOLE), lazy=True) as whole:
        return frozenset(map(chr, whole.getBestCmap()))


def drawable(text: str) -> str:
    """The text as the fonts can draw it; in place of any other letter stands a sign that one is missing.

    What turns the line or cannot be seen is left out; a narrow space that does not break is as wide as another.
    """
    known = _drawn()
    shown = unicodedata.normalize("NFC", text.replace("\u202f", "\xa0"))
    seen = (one for one in shown if unicodedata.category(one) not in ("Cf", "Cc"))
    return "".join(one if one in known else _MISSING for one in seen)


def in_order(line: str) -> str:
    """A line's letters from left to right as they stand on paper, Hebrew and Arabic turned."""
    if not any(unicodedata.bidirectional(one) in _RIGHT_TO_LEFT for one in line):
        return line
    return BidiParagraph(line, base_direction=TextDirection.LTR).get_reordered_string()
