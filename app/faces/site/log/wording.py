"""An entry of the log in a sentence, with the words of whoever writes its kind."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flask_babel import LazyString, gettext

from app.record.log.kinds import KINDS, LogKind
from app.record.log.models import Entry

_PART: Final = ".part"


@dataclass(frozen=True, slots=True)
class Said:
    """An entry in a sentence. What a person decided has no words but English ones: `english` goes on with them."""

    words: str
    english: str = ""


def all_kinds() -> Mapping[str, LazyString | str]:
    """What the kinds of entries are called, by their names; in the order in which people look for them."""
    return {name: kind.words for name, kind in KINDS.get().items()}


def kind_words(kind: str) -> str:
    """What entries of a kind tell. One of a later version has its own name."""
    return str(_kind(kind.removesuffix(_PART)).words)


def said(entry: Entry) -> Said:
    """What an entry tells. Of a long text that fills several, each says which part it is."""
    told = json.loads(entry.data)
    if entry.kind.endswith(_PART):
        words = gettext(
            "%(what)s (part %(part)s of %(of)s)", what=kind_words(entry.kind), part=told["part"] + 1, of=told["of"]
        )
        return Said(str(words))
    kind = _kind(entry.kind)
    words, english = kind.told(told), kind.in_english(told)
    return Said(f"{words}:" if english else words, english)


def _kind(name: str) -> LogKind:
    return KINDS.get().get(name) or LogKind(name, name)
