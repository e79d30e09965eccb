"""Reads of texts: what readers get now, in their language, and what operators see of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from markupsafe import Markup
from sqlalchemy import ColumnElement, Row, Select, func, or_, select

from app.core import clock
from app.core.database.session import db
from app.core.errors import NotFound

from . import rules
from .markdown import html_of, in_new_windows
from .models import ContentText, ContentVersion

MOST_SHOWN = 50
"""Of a kind on one page."""
_MOST_BANNERS = 2


@dataclass(frozen=True, slots=True)
class Shown:
    """A text as its reader gets it. `body` is HTML; `since` when it was published or became due; `language` the one
    that it is in."""

    id: UUID
    language: str
    title: str
    body: Markup
    since: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """A text as operators see it, with the newest words of it."""

    id: UUID
    kind: str
    page: str | None
    place: int
    newest: int
    shown: int | None
    shown_from: datetime | None
    shown_until: datetime | None
    state: rules.State
    words: Mapping[str, Mapping[str, str]]
    written_by: str
    written_at: datetime

    @property
    def title(self) -> str:
        """In the first language that it has one in."""
        return next((one for tag in rules.WRITTEN if (one := self.words.get(tag, {}).get("title"))), "")

    @property
    def has_draft(self) -> bool:
        """Whether something newer was written than what readers get."""
        return self.shown is not None and self.shown != self.newest


def shown(kind: rules.Kind, languages: Sequence[str], *, limit: int = MOST_SHOWN, level: int = 3) -> list[Shown]:
    """Texts of a kind that readers get now: announcements the latest first, others in their order; each in the first of
    these languages that it is written in."""
    order = (ContentText.shown_from.desc(),) if kind == "announcement" else ()
    found = _shown(ContentText.kind == kind).order_by(*order, ContentText.place, ContentText.id).limit(limit)
    return [_told(row, languages, level) for row in db.session.execute(found)]


def banners(languages: Sequence[str], *, opens_windows: bool = False) -> list[Shown]:
    """What the house says before anything else, as `shown`; `opens_windows`: its links lead into new ones, as those of
    a page within another's have to."""
    found = shown("banner", languages, limit=_MOST_BANNERS)
    return [replace(one, body=in_new_windows(one.body)) for one in found] if opens_windows else found


def on_page(page: str, languages: Sequence[str]) -> Shown | None:
    """What the house has added to one of its pages, if anything."""
    row = db.session.execute(_shown(ContentText.page == page)).first()
    return _told(row, languages, 3) if row is not None else None


def one(text_id: UUID) -> Kept:
    """One text. Raises NotFound `text_not_found`."""
    row = db.session.execute(_kept().where(ContentText.id == text_id)).first()
    if row is None:
        raise NotFound("text_not_found")
    return _seen(row, clock.now())


def listed(kind: str) -> list[Kept]:
    """All texts of a kind in their order, the newest first where that is the same."""
    now = clock.now()
    rows = db.session.execute(
        _kept().where(ContentText.kind == kind).order_by(ContentText.place, ContentText.id.desc()).limit(500)
    )
    return [_seen(row, now) for row in rows]


def counts() -> dict[str, int]:
    """How many there are, by kind."""
    query = select(ContentText.kind, func.count()).group_by(ContentText.kind)
    return dict(db.session.execute(query).all())


def versions(text_id: UUID) -> Sequence[ContentVersion]:
    """Everything that was ever written of it, the newest first."""
    query = select(ContentVersion).where(ContentVersion.text_id == text_id).order_by(ContentVersion.number.desc())
    return db.session.scalars(query.limit(200)).all()


def words_of(text_id: UUID, number: int) -> Mapping[str, Mapping[str, str]]:
    """The words of one version. Raises NotFound `text_not_found`."""
    query = select(ContentVersion.words).where(ContentVersion.text_id == text_id, ContentVersion.number == number)
    found = db.session.scalar(query)
    if found is None:
        raise NotFound("text_not_found")
    return found


def _shown(which: ColumnElement[bool]) -> Select[UUID, datetime | None, dict[str, dict[str, str]]]:
    now = clock.now()
    return (
        select(ContentText.id, ContentText.shown_from, ContentVersion.words)
        .join(ContentVersion, (ContentVersion.text_id == ContentText.id) & (ContentVersion.number == ContentText.shown))
        .where(
            which,
            ContentText.shown_from <= now,
            or_(ContentText.shown_until.is_(None), ContentText.shown_until > now),
        )
    )


def _told(row: Row[UUID, datetime | None, dict[str, dict[str, str]]], languages: Sequence[str], level: int) -> Shown:
    text_id, since, words = row
    assert since is not None
    language = next((one for one in languages if words.get(one, {}).get("title")), rules.LANGUAGES[0])
    found = words[language]
    return Shown(text_id, language, found["title"], html_of(found["body"], level), since)


def _kept() -> Select[ContentText, ContentVersion]:
    return select(ContentText, ContentVersion).join(
        ContentVersion, (ContentVersion.text_id == ContentText.id) & (ContentVersion.number == ContentText.newest)
    )


def _seen(row: Row[ContentText, ContentVersion], now: datetime) -> Kept:
    text, version = row
    return Kept(
        text.id,
        text.kind,
        text.page,
        text.place,
        text.newest,
        text.shown,
        text.shown_from,
        text.shown_until,
        rules.state_of(text.shown_from, text.shown_until, now),
        version.words,
        version.written_by,
        version.written_at,
    )
