"""The verbs of letters: write, answer, close, forget. Each in its caller's transaction; mail leaves afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import delete, func, select

from app.core.config import current_settings
from app.core.database.session import TO_CHANGE, db
from app.core.errors import DomainError, NotFound
from app.core.ids import new_id
from app.people.accounts.rules import normalise_email
from app.people.players.queries import read_now
from app.record.audit.service import note
from app.record.notifications.service import send_later

from . import rules
from .models import Letter, LetterAnswer

_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Written:
    """What somebody wants to write; `user_id`: who is signed in, if anybody."""

    topic: str
    about: str
    email: str
    words: str
    user_id: UUID | None
    locale: str


def checked(given: Written) -> Written:
    """The same in its one spelling. Raises DomainError with the field's name: `email_invalid`, and as `rules` says."""
    return Written(
        rules.checked_topic(given.topic),
        rules.checked_about(given.about),
        normalise_email(given.email),
        rules.checked_words(given.words),
        given.user_id,
        given.locale,
    )


def write(given: Written, *, answer_days: int) -> str:
    """Keep a letter that was `checked`, and tell its writer its number by mail; the number. Nothing of what it says is
    in that mail: its address may be somebody else's."""
    number = rules.new_number()
    letter = Letter(id=new_id(), number=number, topic=given.topic, about=given.about, user_id=given.user_id)
    letter.locale, letter.email, letter.words = given.locale, given.email, given.words
    db.session.add(letter)
    db.session.flush()
    send_later("email", given.email, "letter_received", given.locale, number=number, days=answer_days)
    return number


def answer(letter_id: UUID, words: str, *, actor: str) -> None:
    """Send an answer by mail, in the words of an operator; once more, where something is to be added.

    Raises DomainError with the field `words`, as `rules.checked_words`. NotFound.
    """
    said = rules.checked_words(words)
    letter = _locked(letter_id)
    kept = LetterAnswer(id=new_id(), letter_id=letter.id, written_by=actor)
    kept.words = said
    db.session.add(kept)
    _end(letter, "answered")
    link = f"{current_settings().base_url}/house/contact?about={letter.number}"
    send_later("email", letter.email, "letter_answered", letter.locale, number=letter.number, words=said, link=link)
    note(actor, "letter.answered", subject_of(letter.id), number=letter.number)


def close(letter_id: UUID, reason: str, *, actor: str) -> None:
    """End a letter that needs no answer. Raises DomainError 409 `letter_ended`. NotFound."""
    letter = _locked(letter_id)
    if letter.state != "open":
        raise DomainError("letter_ended", status=409)
    _end(letter, "closed")
    note(actor, "letter.closed", subject_of(letter.id), reason, number=letter.number)


def forget() -> int:
    """Remove some of those that ended long ago, with their answers; how many."""
    old = select(Letter.id).where(Letter.ended_at < func.now() - rules.KEPT_FOR).limit(_AT_ONCE)
    return _remove(db.session.scalars(old).all())


def erase(user_id: UUID) -> None:
    """Remove all that somebody wrote who is erased."""
    _remove(db.session.scalars(select(Letter.id).where(Letter.user_id == user_id)).all())


def subject_of(letter_id: UUID) -> str:
    """How the audit log names it."""
    return f"letter:{letter_id}"


def _remove(letters: Sequence[UUID]) -> int:
    db.session.execute(delete(LetterAnswer).where(LetterAnswer.letter_id.in_(letters)))
    db.session.execute(delete(Letter).where(Letter.id.in_(letters)))
    return len(letters)


def _end(letter: Letter, state: str) -> None:
    letter.ended_at, letter.state = letter.ended_at or read_now(), state
    db.session.flush()


def _locked(letter_id: UUID) -> Letter:
    found = db.session.get(Letter, letter_id, with_for_update=TO_CHANGE, populate_existing=True)
    if found is None:
        raise NotFound("letter_not_found")
    return found
