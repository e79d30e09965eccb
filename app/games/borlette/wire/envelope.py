"""What every answer of the document's JSON is put into: `status`, `data`, and a `message` in three languages.

`status` is a text. `message` has a list of sentences for each language, under the name of the field that they are
about, or under `message`. What was refused has no data, whatever it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, Final, Generic, Literal, TypeVar

from flask import Response
from flask_babel import LazyString, force_locale
from flask_babel import lazy_gettext as _l
from pydantic import BaseModel, ConfigDict, Field

from app.core.errors import DomainError, InvalidInput
from app.core.web.languages import best_known
from app.core.wire.error_messages import message_for
from app.core.wire.http import json_response, tell_how_to_go_on

LANGUAGES: Final = ("en", "fr", "ht")
SUCCESSES: Final[Mapping[str, LazyString]] = {"found": _l("Here is what you asked for.")}
"""What an answer says, by its key."""
_GENERAL: Final = "message"
_STATUSES: Final = {400: 422, 409: 422, 412: 422, 415: 422}
"""The document knows fewer statuses than the house: what was understood and refused is 422."""

Data = TypeVar("Data")
Message = Annotated[
    dict[str, list[str]],
    Field(description="sentences by field and language: `mobile_fr`; those about no field are `message_fr`"),
]


class Told(BaseModel):
    """A part of the data, by the document's own names, which are Python's."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Envelope(Told, Generic[Data]):
    """An answer."""

    status: Literal["true"] = "true"
    data: Data
    message: Message


class Refusal(Told):
    """Why not, in three languages."""

    status: Literal["false"] = "false"
    data: Annotated[list[str], Field(max_length=0)]
    message: Message


def reader() -> str:
    """The language of data that is there in one only: `?lang=`, then the header, then English."""
    wanted = best_known()
    return wanted if wanted in LANGUAGES else LANGUAGES[0]


def succeeded(data: BaseModel | Sequence[BaseModel], key: str) -> Response:
    """An answer with its sentence of `SUCCESSES`."""
    told = {f"{_GENERAL}_{language}": [_said(SUCCESSES[key], language)] for language in LANGUAGES}
    return json_response(Envelope[Any](data=data, message=told))


def refused(error: DomainError) -> Response:
    """An error as the document has it. 429 and 503 say when to try again, as everywhere."""
    parts = error.errors if isinstance(error, InvalidInput) else [error]
    status = _STATUSES.get(error.status, error.status)
    response = json_response(Refusal(data=[], message=_message(parts)), status)
    tell_how_to_go_on(error, response)
    return response


def _message(errors: Iterable[DomainError]) -> dict[str, list[str]]:
    told: dict[str, list[str]] = {}
    for error in errors:
        for language in LANGUAGES:
            with force_locale(language):
                told.setdefault(f"{error.field or _GENERAL}_{language}", []).append(message_for(error))
    return told


def _said(words: LazyString, language: str) -> str:
    with force_locale(language):
        return str(words)
