"""The document's public JSON that needs no draw: questions and answers, and what dreams mean."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response
from pydantic import Field

from app.content.tchala import queries as dreams
from app.content.texts import queries as texts
from app.core.limits.limiter import limiter
from app.core.wire.described import Described
from app.core.wire.http import read_query
from app.core.wire.schemas import Question

from .envelope import Envelope, Refusal, Told, reader, succeeded

bp: Final = Blueprint("borlette_website_api", __name__, url_prefix="/api/borlette/website")
ENDPOINTS: Final = tuple(f"{bp.name}.{name}" for name in ("faqs", "tchala"))
_LIMIT: Final = "120 per minute"


class Faq(Told):
    """A question and its answer, which is HTML, in the language that it says."""

    id: str
    language: str
    question: str
    answer: str


class DreamTold(Told):
    """What one dreams of, and its numbers of two digits. `source`: whose list says so."""

    ht: str
    fr: str
    en: str
    numbers: list[str]
    source: str


class Faqs(Envelope[list[Faq]]):
    """Questions and answers, in their order."""


class Dreams(Envelope[list[DreamTold]]):
    """Dreams, the nearest first."""


class Reader(Question):
    """Who asks."""

    lang: str | None = Field(default=None, max_length=20, description="en, fr or ht: in place of Accept-Language")


class DreamAsked(Reader):
    """A word in any of the languages, however it is spelled, or a number."""

    q: str = Field(
        min_length=1,
        max_length=dreams.LONGEST_ASKED,
        description="what was dreamt of, however it is spelled; or a number",
    )


@bp.get("/faqs")
@limiter.limit(_LIMIT)
def faqs() -> Response:
    """Questions that people ask, in their order."""
    read_query(Reader)
    found = texts.shown("question", (reader(),))
    return succeeded(
        [Faq(id=str(one.id), language=one.language, question=one.title, answer=str(one.body)) for one in found], "found"
    )


@bp.get("/tchala/search", endpoint="tchala")
@limiter.limit(_LIMIT)
def search_dreams() -> Response:
    """Dreams near to a word, or with a number."""
    asked = read_query(DreamAsked)
    return succeeded(
        [
            DreamTold(ht=one.ht, fr=one.fr, en=one.en, numbers=list(one.numbers), source=one.source)
            for one in dreams.find(asked.q)
        ],
        "found",
    )


_OF: Final = "Borlette: Website (Public)"
DESCRIBED: Final = (
    Described(
        f"{bp.name}.faqs",
        "GET",
        f"{bp.url_prefix}/faqs",
        _OF,
        "Questions and answers",
        Faqs,
        query=Reader,
        refusal=Refusal,
    ),
    Described(
        f"{bp.name}.tchala",
        "GET",
        f"{bp.url_prefix}/tchala/search",
        _OF,
        "What a dream or a number stands for",
        Dreams,
        query=DreamAsked,
        refusal=Refusal,
        refusals={422: "input_missing, input_string_too_short, input_string_too_long"},
    ),
)
