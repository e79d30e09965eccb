"""The JSON of who plays."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from app.core.money import CURRENCIES
from app.core.web.languages import LANGUAGES
from app.core.wire.schemas import Answer, Changes, OneOf, Question
from app.people.players.verification.rules import State

from .rules import LONGEST_NAME

Name = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME, description="as it stands in one's papers")]
BirthDate = Annotated[str, Field(min_length=10, max_length=10, description="a day, written as 1990-12-31")]
Locale = Annotated[str, OneOf(LANGUAGES)]
Currency = Annotated[str, OneOf(sorted(CURRENCIES))]
Jurisdiction = Annotated[str, Field(pattern="^[A-Z]{2}$", description="where one plays: ISO 3166, of those we are in")]


class Registration(Question):
    """Who somebody is. Where he plays and what he reads amounts in may be left to us."""

    name: Name
    date_of_birth: BirthDate
    locale: Locale
    jurisdiction: Jurisdiction | None = None
    currency: Currency | None = None


class ProfileChanges(Changes):
    """What is to be another."""

    name: Name = ""
    date_of_birth: BirthDate = ""
    locale: Locale = ""
    jurisdiction: Jurisdiction = ""
    currency: Currency = ""


class VerificationRecord(Answer):
    """Whether papers have shown who somebody is; why not, where that was refused. `isNeeded`: before operators have
    looked at papers nothing that costs money is possible, whatever the state."""

    state: State
    reason: str | None
    is_needed: bool


class Me(Answer):
    """Who is asking, as he has told us."""

    id: str
    is_registered: bool
    email: str | None
    phone: str | None
    name: str | None
    date_of_birth: date | None
    locale: str
    jurisdiction: str | None
    currency: str | None
    registered_at: datetime | None
    verification: VerificationRecord
    has_picture: bool
