"""What others have written, kept apart from the words around it. A name in Arabic or Hebrew begins where its script
begins and would turn the number and the amount behind it; each is therefore read by itself (UAX #9). Pure.
"""

from __future__ import annotations

import unicodedata
from typing import Final

from markupsafe import Markup

_FIRST_STRONG: Final = "\u2068"
_POP: Final = "\u2069"
_TURNING: Final = frozenset({"R", "AL", "AN"})


def bdi(text: object) -> Markup:
    """For HTML between tags: on every name, reason or other text that somebody else has chosen."""
    return Markup("<bdi>{}</bdi>").format(text)


def isolated(text: str) -> str:
    """For attributes, titles and sentences that are put together before they become HTML: with Unicode's own signs,
    and only where something could turn, since they are copied with the text."""
    if any(unicodedata.bidirectional(char) in _TURNING for char in text):
        return f"{_FIRST_STRONG}{text}{_POP}"
    return text
