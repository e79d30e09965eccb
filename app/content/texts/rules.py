"""Pure decisions about texts: what may be written, when it may be shown, and whether it is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final, Literal, TypeAlias

from app.core.errors import DomainError
from app.core.text import names

Kind: TypeAlias = Literal["announcement", "question", "banner", "page"]
State: TypeAlias = Literal["draft", "waiting", "shown", "over"]
Words: TypeAlias = Mapping[str, Mapping[str, str]]
"""Title and body by language."""

KINDS: Final[tuple[Kind, ...]] = ("announcement", "question", "banner", "page")
PAGES: Final = ("terms", "privacy", "playing", "complaints")
"""Pages of the house that a text can be added to, below what they say by themselves."""
LANGUAGES: Final = ("en", "fr", "ht")
WRITTEN: Final = (*LANGUAGES, "fil")
"""The last may be left out: the pages are in the others alone, and its readers get the page's language then."""
LONGEST_TITLE: Final = 120
LONGEST_BODY: Final = 20_000
LAST_PLACE: Final = 999
_WITHOUT_BODY: Final = ("banner",)
"""Kinds that a title is enough for."""


def checked_words(given: Words) -> dict[str, dict[str, str]]:
    """What was written, in its one spelling, by language. A draft may have gaps, but some title.

    Raises DomainError with the field's name: `title_invalid`, `title_missing`, `body_invalid`, `body_too_long`.
    """
    found = {
        language: {"title": _title(language, words["title"]), "body": _body(language, words["body"])}
        for language, words in given.items()
        if language in WRITTEN
    }
    if not any(words["title"] for words in found.values()):
        raise DomainError("title_missing", field=f"title_{LANGUAGES[0]}")
    return found


def require_whole(kind: str, words: Words) -> None:
    """Whatever is shown is there in every language, and whole in one that may be left out. Raises DomainError
    `words_missing`, naming the first gap."""
    for language in WRITTEN:
        there = words.get(language, {})
        if language not in LANGUAGES and not any(there.values()):
            continue
        if not there.get("title") or (kind not in _WITHOUT_BODY and not there.get("body")):
            raise DomainError("words_missing", status=409, language=language)


def require_schedule(shown_from: datetime, shown_until: datetime | None, now: datetime) -> None:
    """Raises DomainError `until_before_from` or `until_is_past` (field `until`)."""
    if shown_until is None:
        return
    if shown_until <= shown_from:
        raise DomainError("until_before_from", field="until")
    if shown_until <= now:
        raise DomainError("until_is_past", field="until")


def require_place(place: int) -> None:
    """Raises DomainError `place_invalid`."""
    if not 0 <= place <= LAST_PLACE:
        raise DomainError("place_invalid", field="place", most=LAST_PLACE)


def state_of(shown_from: datetime | None, shown_until: datetime | None, now: datetime) -> State:
    """Whether readers get it. A text without a beginning is a draft."""
    if shown_from is None:
        return "draft"
    if shown_from > now:
        return "waiting"
    return "over" if shown_until is not None and shown_until <= now else "shown"


def _title(language: str, text: str) -> str:
    if not text.strip():
        return ""
    found = names.title(text, LONGEST_TITLE)
    if found is None:
        raise DomainError("title_invalid", field=f"title_{language}", most=LONGEST_TITLE)
    return found


def _body(language: str, text: str) -> str:
    """Lines with their indents, which mean something in Markdown; each as reasons are checked."""
    field = f"body_{language}"
    if len(text) > LONGEST_BODY:
        raise DomainError("body_too_long", field=field, most=LONGEST_BODY)
    lines = []
    for line in text.replace("\r\n", "\n").replace("\t", "    ").split("\n"):
        said = line.strip(" ")
        found = names.words(said, LONGEST_BODY)
        if found is None:
            raise DomainError("body_invalid", field=field)
        lines.append(" " * min(len(line) - len(line.lstrip(" ")), 12) + found if found else "")
    return "\n".join(lines).strip("\n")
