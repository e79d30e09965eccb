"""The verbs of registering and of saying who one is. Nothing here commits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from app.core.database.session import db
from app.core.errors import DomainError
from app.core.web.languages import LANGUAGES
from app.people.accounts.person import leaving
from app.people.players.matches.queries import is_held
from app.people.players.models import PlayerProfile
from app.people.players.operating import doubts
from app.people.players.queries import breaks_of, read_now
from app.people.players.spending import OnBreak, hold
from app.people.players.verification.queries import state_of
from app.people.players.verification.rules import OPEN
from app.record.audit.service import note

from . import rules
from .folding import mark_of_birth
from .queries import Profile, is_doubted, profile_of, row_of
from .rules import Person, Proposed
from .settings import age_limits

_CHECKED: Final = frozenset({"name", "date_of_birth"})
_WHO: Final = frozenset({"name", "date_of_birth", "jurisdiction"})


def register(user_id: UUID, wanted: Proposed, locale: str, *, is_sure: bool = True) -> DomainError | None:
    """Keep who somebody is. A refusal that it returns is raised once its effect is committed: who is not of age is
    forgotten, with the account that he signed in for, unless something else of his is kept here (`too_young`); or asked
    first, where he may have mistyped (`is_sure` False: `age_in_question`). Who was asked and writes another date then
    has to show papers before anything costs money.

    Who is known as somebody that is kept out registers like everybody else, and is held: docs/decisions/0058.

    Raises DomainError: what the rules refuse, `locale_unknown`, 409 `already_registered`, 403 `player_excluded`.
    """
    limits, now = age_limits(), read_now()
    check_locale(locale)
    person = rules.checked(wanted, limits, now)
    if not _is_of_age(person, limits, now):
        return _not_of_age(user_id, person, limits[person.jurisdiction], now, is_sure=is_sure)
    _check_not_excluded(user_id)
    hold(user_id)
    if row_of(user_id) is not None:
        raise DomainError("already_registered", status=409)
    row = PlayerProfile(id=user_id)
    _say(row, person)
    db.session.add(row)
    db.session.flush()
    leaving.speak(user_id, locale)
    note(f"user:{user_id}", "player.registered", f"user:{user_id}", jurisdiction=person.jurisdiction)
    _note_if_held(user_id)
    if doubts.was_asked(user_id):
        doubts.doubt(user_id)
    return None


def _not_of_age(user_id: UUID, person: Person, years: int, now: datetime, *, is_sure: bool) -> DomainError:
    if is_sure:
        leaving.forget(user_id)
        return rules.too_young(years)
    doubts.ask(user_id)
    return rules.age_in_question(person, years, now)


def change(user_id: UUID, wanted: Mapping[str, str]) -> Profile:
    """Change what is named of `name`, `date_of_birth`, `jurisdiction`, `currency` and `locale`; the profile after it.

    Raises DomainError: as `register`, `too_young` too, after which nothing has changed; 409 `not_registered`, and
    `profile_checked` where papers have shown name and birth date, are looked at, or have to be.
    """
    now, limits = hold(user_id), age_limits()
    row, before = row_of(user_id), profile_of(user_id)
    if row is None or before.born is None:
        raise DomainError("not_registered", status=409)
    if "locale" in wanted:
        leaving.speak(user_id, check_locale(wanted["locale"]))
    if wanted.keys() - {"locale"}:
        person = rules.checked(_after(before, wanted), limits, now)
        if wanted.keys() & _CHECKED and (state_of(user_id) not in OPEN or _papers_first(user_id)):
            raise DomainError("profile_checked", status=409)
        if wanted.keys() & _WHO:
            _check_not_excluded(user_id)
            if not _is_of_age(person, limits, now):
                raise rules.too_young(limits[person.jurisdiction])
        _say(row, person)
        db.session.flush()
    if wanted:
        note(f"user:{user_id}", "player.profile_changed", f"user:{user_id}", fields=sorted(wanted))
    if wanted.keys() & _CHECKED:
        _note_if_held(user_id)
    return profile_of(user_id)


def check_locale(locale: str) -> str:
    """Raises DomainError `locale_unknown` (field `locale`)."""
    if locale not in LANGUAGES:
        raise DomainError("locale_unknown", field="locale")
    return locale


def _say(row: PlayerProfile, person: Person) -> None:
    row.name, row.birth_date = person.name, person.born.isoformat()
    row.mark = mark_of_birth(person.name, person.born)
    row.jurisdiction, row.currency = person.jurisdiction, person.currency


def _after(before: Profile, wanted: Mapping[str, str]) -> Proposed:
    born = before.born.isoformat() if before.born else ""
    return Proposed(
        name=wanted.get("name", before.name or ""),
        born=wanted.get("date_of_birth", born),
        jurisdiction=wanted.get("jurisdiction", before.jurisdiction or ""),
        currency=wanted.get("currency", before.currency or ""),
    )


def _is_of_age(person: Person, limits: Mapping[str, int], now: datetime) -> bool:
    return rules.is_of_age(person.born, limits[person.jurisdiction], person.jurisdiction, now)


def _papers_first(user_id: UUID) -> bool:
    return is_held(user_id) or is_doubted(user_id)


def _note_if_held(user_id: UUID) -> None:
    if is_held(user_id):
        note(f"user:{user_id}", "player.held", f"user:{user_id}")


def _check_not_excluded(user_id: UUID) -> None:
    until = breaks_of(user_id).excluded_until
    if until is not None:
        raise OnBreak("player_excluded", until)
