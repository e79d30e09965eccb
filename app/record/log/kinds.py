"""What entries of the log are called for people, and one of them in a sentence: each slice and each game tells those
that it writes, and hands them over in its part."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from flask_babel import LazyString, lazy_gettext

from app.core.ports import Port

from .format.rotations import KIND

Sentence: TypeAlias = Callable[[Mapping[str, Any]], str]
"""An entry's sentence from its members; "" where they say too little. It may raise KeyError, TypeError or ValueError
for an entry of an older or a later version."""


@dataclass(frozen=True, slots=True)
class LogKind:
    """One kind of entries by its name, which is never changed. `words` are what lists call it, and what an entry tells
    that has no sentence. `english` are words that there are in English alone, which follow."""

    name: str
    words: LazyString | str
    sentence: Sentence | None = None
    english: Sentence | None = None

    def told(self, entry: Mapping[str, Any]) -> str:
        """What an entry of this kind tells."""
        return _forgiving(self.sentence, entry) or str(self.words)

    def in_english(self, entry: Mapping[str, Any]) -> str:
        """What follows in English; mostly nothing."""
        return _forgiving(self.english, entry)


KINDS: Final = Port[Mapping[str, LogKind]]("kinds of entries of the public log", {})

OWN: Final = (LogKind(KIND, lazy_gettext("Another key took over")),)


def _forgiving(sentence: Sentence | None, entry: Mapping[str, Any]) -> str:
    try:
        return sentence(entry) if sentence is not None else ""
    except (KeyError, TypeError, ValueError):
        return ""
