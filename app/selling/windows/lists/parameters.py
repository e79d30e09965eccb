"""What lists of games of windows may be narrowed by, as a query string says it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from pydantic import BeforeValidator, Field

from app.core.text import names
from app.core.wire.http import FieldRefused
from app.core.wire.paging import LARGEST_PAGE
from app.core.wire.parameters import Digits, Moment, Paged, Parameters

MAX_ROUND_NUMBER = 2**31 - 1


def _named(rule: Callable[[str], str | None]) -> BeforeValidator:
    def tidy(text: object) -> object:
        found = rule(text) if isinstance(text, str) else text
        if found is None:
            raise FieldRefused("player_identifier_invalid")
        return found

    return BeforeValidator(tidy)


Identifier = Annotated[
    str,
    _named(names.public_name),
    Field(min_length=1, max_length=names.LONGEST_IDENTIFIER, description=names.PUBLIC_RULE),
]
PrivateIdentifier = Annotated[
    str,
    _named(names.private_name),
    Field(min_length=1, max_length=names.LONGEST_IDENTIFIER, description=names.PRIVATE_RULE),
]
RoundNumber = Annotated[int, Field(ge=1, le=MAX_ROUND_NUMBER, description="a round's number")]

_Limit = Annotated[int, Field(ge=1, description=f"never more than {LARGEST_PAGE}")]


class Narrowed(Paged):
    """What lists of orders and of what belongs to them may be narrowed by, beside the names of players."""

    round_number: Annotated[RoundNumber, Digits] | None = None
    created_after: Annotated[Moment, Field(description="from this moment on")] | None = None
    created_before: Annotated[Moment, Field(description="before this moment")] | None = None


class RoundsParameters(Parameters):
    """Pages of public rounds."""

    before: Annotated[int, Field(ge=1, le=999_999_999, description="`next` of the page before")] | None = None
    limit: _Limit = 20


class RoundOrdersParameters(Parameters):
    """Pages of a round's public orders."""

    after: Annotated[str, Field(description="`next` of the page before")] | None = None
    limit: _Limit = LARGEST_PAGE


class BundleParameters(Parameters):
    """Parts of a proof bundle."""

    from_: Annotated[int | None, Field(alias="from", ge=1, le=999_999_999, description="`next` of the part before")] = (
        None
    )
