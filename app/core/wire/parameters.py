"""What a query string may say: known names only, each once, each value in one spelling."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel

from .http import FieldRefused
from .paging import LARGEST_PAGE

_DIGITS = re.compile(r"[1-9][0-9]{0,18}")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})")


def _number(text: object) -> object:
    """Plain digits, as every number in an address is written."""
    if isinstance(text, str):
        if not _DIGITS.fullmatch(text):
            raise FieldRefused("number_invalid")
        return int(text)
    return text


def _moment(text: object) -> object:
    if isinstance(text, str):
        try:
            if _MOMENT.fullmatch(text):
                return datetime.fromisoformat(text).astimezone(UTC)
        except (ValueError, OverflowError):
            pass
        raise FieldRefused("time_invalid")
    return text


def _without_nul(text: object) -> object:
    if isinstance(text, str) and "\0" in text:
        raise FieldRefused("cursor_invalid")
    return text


# The bounds come before `Digits` wherever the two meet: what follows a validator is no JSON Schema any more.
Digits = BeforeValidator(_number)
PageSize = Annotated[int, Field(ge=1, le=LARGEST_PAGE, description="how many in a page"), Digits]
Moment = Annotated[datetime, BeforeValidator(_moment), Field(description="RFC 3339 with a zone")]
Cursor = Annotated[str, BeforeValidator(_without_nul), Field(max_length=64, description="`next` of the page before")]
UuidText = Annotated[str, Field(pattern="^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
Next = Annotated[str | None, Field(description="goes into `cursor` to read on; null at the end")]


class Parameters(BaseModel):
    """A query string: known names only, each once."""

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", frozen=True)


class NoParameters(Parameters):
    """A request without a query."""


class Paged(Parameters):
    """A page of a list."""

    cursor: Cursor | None = None
    limit: PageSize = 20
