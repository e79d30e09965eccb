"""The JSON of playing responsibly."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from app.core.money import CURRENCIES, MOST_MINOR
from app.core.wire.schemas import Answer, OneOf, Question

from .rules import LEAST_DAYS, LEAST_MONTHS, MOST_DAYS, MOST_MONTHS, Kind, Period

Currency = Annotated[str, OneOf(sorted(CURRENCIES))]
Amount = Annotated[
    int | None, Field(ge=0, le=MOST_MINOR, description="in the currency's minor unit; null: no limit at all")
]


class LimitWanted(Question):
    """A limit. Lower than the one in force it holds at once; higher, or none, it waits to be confirmed."""

    currency: Currency
    kind: Kind
    period: Period
    amount_minor: Amount


class TimeoutWanted(Question):
    """So many days off."""

    days: int = Field(ge=LEAST_DAYS, le=MOST_DAYS)


class ExclusionWanted(Question):
    """So many months off, which nobody shortens."""

    months: int = Field(ge=LEAST_MONTHS, le=MOST_MONTHS)


class Raise(Answer):
    """A raise that waits: confirmed from `opens_at` on it holds, and from `lapses_at` on it is forgotten."""

    amount_minor: Amount
    asked_at: datetime
    opens_at: datetime
    lapses_at: datetime


class LimitRecord(Answer):
    """A limit: `day`, `week` and `month` are the last 1, 7 and 30 days at any moment."""

    currency: Currency
    kind: Kind
    period: Period
    amount_minor: Amount
    since: datetime | None
    spent_minor: int
    left_minor: int | None
    waiting: Raise | None


class Limits(Answer):
    """All limits of whoever asks, and until when they are off."""

    limits: list[LimitRecord]
    timed_out_until: datetime | None
    excluded_until: datetime | None


class Until(Answer):
    """When the break ends."""

    until: datetime
