"""The verbs of texts: write, order, publish, take back. Words are only ever added; which ones readers get changes."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.core import clock
from app.core.database.session import TO_CHANGE, db
from app.core.errors import DomainError, NotFound
from app.core.ids import new_id
from app.record.audit.service import note

from . import rules
from .models import ContentText, ContentVersion


def create(kind: str, words: rules.Words, *, place: int, page: str | None, actor: str) -> UUID:
    """Begin a text; nobody reads it before it is published.

    Raises DomainError `page_taken`, `choice_unknown` or as `rules` says.
    """
    if kind not in rules.KINDS:
        raise DomainError("choice_unknown", field="kind")
    found = rules.checked_words(words)
    rules.require_place(place)
    if (kind == "page") != (page in rules.PAGES):
        raise DomainError("choice_unknown", field="page")
    given = insert(ContentText).values(id=new_id(), kind=kind, page=page, place=place)
    text_id: UUID | None = db.session.scalar(given.on_conflict_do_nothing().returning(ContentText.id))
    if text_id is None:
        raise DomainError("page_taken", field="page")
    _keep(text_id, 1, found, actor)
    note(actor, "content.written", _subject(text_id), kind=kind, version=1, title=_title(found))
    return text_id


def write(text_id: UUID, words: rules.Words, *, based_on: int, place: int, actor: str) -> int:
    """Keep another version, and the text's place; the number of its newest version. What readers get stays.

    Raises DomainError `text_changed` (409): somebody else wrote since `based_on`; or as `rules` says. NotFound.
    """
    found = rules.checked_words(words)
    rules.require_place(place)
    text = _locked(text_id)
    if text.newest != based_on:
        raise DomainError("text_changed", status=409, version=text.newest)
    if text.place != place:
        note(actor, "content.placed", _subject(text_id), place=[text.place, place])
        text.place = place
    if _words(text_id, text.newest) != found:
        text.newest += 1
        _keep(text_id, text.newest, found, actor)
        note(actor, "content.written", _subject(text_id), kind=text.kind, version=text.newest, title=_title(found))
    db.session.flush()
    return text.newest


def publish(
    text_id: UUID, number: int, *, shown_from: datetime | None, shown_until: datetime | None, reason: str, actor: str
) -> None:
    """Let readers have a version, from now or from a moment on. Instead of the one that they have, if they have one.

    Raises DomainError `text_changed` (409): it is not the newest, `words_missing`, or as `rules` says. NotFound.
    """
    text, now = _locked(text_id), clock.now()
    if text.newest != number:
        raise DomainError("text_changed", status=409, version=text.newest)
    words = _words(text_id, number)
    rules.require_whole(text.kind, words)
    begins = shown_from or now
    rules.require_schedule(begins, shown_until, now)
    text.shown, text.shown_from, text.shown_until = number, begins, shown_until
    db.session.flush()
    times = {"begins": begins.isoformat(), "ends": shown_until.isoformat() if shown_until else None}
    note(actor, "content.published", _subject(text_id), reason, version=number, title=_title(words), **times)


def withdraw(text_id: UUID, reason: str, *, actor: str) -> None:
    """Nobody reads it any more; its words stay. Raises DomainError `not_published` (409). NotFound."""
    text = _locked(text_id)
    if text.shown is None:
        raise DomainError("not_published", status=409)
    number, text.shown, text.shown_from, text.shown_until = text.shown, None, None, None
    db.session.flush()
    note(actor, "content.withdrawn", _subject(text_id), reason, version=number, title=_title(_words(text_id, number)))


def _locked(text_id: UUID) -> ContentText:
    found = db.session.get(ContentText, text_id, with_for_update=TO_CHANGE, populate_existing=True)
    if found is None:
        raise NotFound("text_not_found")
    return found


def _words(text_id: UUID, number: int) -> dict[str, dict[str, str]]:
    return db.session.scalars(
        select(ContentVersion.words).where(ContentVersion.text_id == text_id, ContentVersion.number == number)
    ).one()


def _keep(text_id: UUID, number: int, words: dict[str, dict[str, str]], actor: str) -> None:
    db.session.execute(
        insert(ContentVersion).values(id=new_id(), text_id=text_id, number=number, words=words, written_by=actor)
    )


def _title(words: rules.Words) -> str:
    return next((words[one]["title"] for one in rules.WRITTEN if words.get(one, {}).get("title")), "")


def _subject(text_id: UUID) -> str:
    return f"text:{text_id}"
