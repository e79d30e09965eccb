"""News of the house, to those who asked for them: an operator's text in each language, told each of them once.

It is the one kind that is marketing. Nobody gets it who has not switched it on, and nobody who is on a break.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final
from uuid import UUID

from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import select

from app.core.database.session import db
from app.core.web.languages import LANGUAGES, SOURCE
from app.record.notifications.telling.kinds import NoticeKind
from app.record.notifications.telling.ports import tell

from .models import NoticeChoice

NEWS: Final = "notices.news"
_BATCH: Final = 500


class NewsRefused(ValueError):
    """A file that is no news, in words."""


class Text(BaseModel):
    """The words of one language."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Annotated[str, Field(min_length=1, max_length=80)]
    text: Annotated[str, Field(min_length=1, max_length=1000)]


class News(BaseModel):
    """One piece of news. By its `name` nobody is told twice, however often it is sent."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,60}$")]
    texts: dict[str, Text]

    @classmethod
    def parse(cls, toml: str) -> News:
        """Raises NewsRefused."""
        try:
            found = cls.model_validate(tomllib.loads(toml))
        except (tomllib.TOMLDecodeError, ValidationError) as error:
            raise NewsRefused(str(error)) from None
        unknown = found.texts.keys() - LANGUAGES.keys()
        if unknown or SOURCE not in found.texts:
            raise NewsRefused(f"texts are of {', '.join(LANGUAGES)}, and {SOURCE} is always there")
        return found


def readers(after: UUID) -> Sequence[UUID]:
    """Some of those who have switched news on, at any place, in the order of their ids."""
    query = select(NoticeChoice.user_id).where(
        NoticeChoice.kind == NEWS, NoticeChoice.is_on, NoticeChoice.user_id > after
    )
    return db.session.scalars(query.distinct().order_by(NoticeChoice.user_id).limit(_BATCH)).all()


def tell_one(user_id: UUID, news: News) -> bool:
    """Tell one of them, within the caller's transaction; whether it is new to him."""
    texts = {language: text.model_dump() for language, text in news.texts.items()}
    return tell(user_id, NEWS, once=news.name, texts=texts)


def _said(told: Mapping[str, Any]) -> Mapping[str, Any]:
    texts, language = told["texts"], str(get_locale() or SOURCE)
    text: Mapping[str, Any] = texts.get(language) or texts[SOURCE]
    return text


KINDS: Final = (
    NoticeKind(
        name=NEWS,
        called=_l("News and offers"),
        title="%(title)s",
        text="%(text)s",
        path="/",
        places=frozenset(),
        is_marketing=True,
        read=_said,
    ),
)
