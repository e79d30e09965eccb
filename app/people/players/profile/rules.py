"""Pure decisions about who may register: how old somebody is where they play, and what is a person's name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from app.core.errors import DomainError
from app.core.money import CURRENCIES
from app.core.text.names import public_name

from .folding import is_of_known_letters, is_of_one_script, letters

LONGEST_NAME: Final = 100
_LEAST_LETTERS: Final = 2
_OLDEST: Final = 125
_YOUNGEST: Final = 6
"""Whoever would be younger has mistyped: so young nobody writes it himself."""
_LIMITS: Final = re.compile(r"([A-Z]{2})=(\d{2})")
_LEAST_AGE, _MOST_AGE = 18, 30

ZONES: Final[Mapping[str, str]] = {
    "HT": "America/Port-au-Prince",
    "PH": "Asia/Manila",
    "US": "Pacific/Honolulu",  # of several zones the one where a birthday begins last
}
_LAST_ZONE: Final = "Etc/GMT+12"
"""Where nothing is known of a jurisdiction's zone, a day begins once it has begun everywhere on Earth."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """What somebody says of himself, as it was sent."""

    name: str
    born: str
    jurisdiction: str
    currency: str


@dataclass(frozen=True, slots=True)
class Person:
    """The same, checked."""

    name: str
    born: date
    jurisdiction: str
    currency: str


def parse_age_limits(text: str) -> dict[str, int]:
    """`PH=21,HT=18` by jurisdiction, in this order. Raises ValueError, which says what is wrong."""
    limits: dict[str, int] = {}
    for part in text.split(","):
        found = _LIMITS.fullmatch(part.strip())
        if found is None:
            raise ValueError("each is two capital letters, an equals sign and years, with commas between: HT=18,PH=21")
        code, years = found.group(1), int(found.group(2))
        if code in limits:
            raise ValueError(f"{code} stands there twice")
        if not _LEAST_AGE <= years <= _MOST_AGE:
            raise ValueError(f"{code}: between {_LEAST_AGE} and {_MOST_AGE} years")
        limits[code] = years
    return limits


def today_in(jurisdiction: str, now: datetime) -> date:
    """The day that it is there."""
    return now.astimezone(ZoneInfo(ZONES.get(jurisdiction, _LAST_ZONE))).date()


def comes_of_age(born: date, years: int) -> date:
    """The day from whose first moment on somebody is so old. Who was born on a leap day waits for the 1st of March."""
    year = born.year + years
    if (born.month, born.day) == (2, 29) and not _is_leap(year):
        return date(year, 3, 1)
    return born.replace(year=year)


def is_of_age(born: date, years: int, jurisdiction: str, now: datetime) -> bool:
    """Whether somebody is so old in that jurisdiction, whose midnight counts."""
    return today_in(jurisdiction, now) >= comes_of_age(born, years)


def parse_birth_date(text: str, jurisdiction: str, now: datetime) -> date:
    """A day written as 1990-12-31 on which somebody who lives and writes may have been born.

    Raises DomainError `birth_date_invalid` (field `dateOfBirth`).
    """
    try:
        born = date.fromisoformat(text)
    except ValueError:
        born = None
    today = today_in(jurisdiction, now)
    between = range(today.year - _OLDEST, today.year - _YOUNGEST + 1)
    if born is None or born.isoformat() != text or born.year not in between:
        raise DomainError("birth_date_invalid", field="dateOfBirth")
    return born


def check_name(text: str) -> str:
    """A person's name in its one spelling, in letters of one script.

    Raises DomainError `person_name_invalid` (field `name`).
    """
    name = public_name(text, LONGEST_NAME)
    if name is None or any(char.isdigit() or char == "_" for char in name) or not is_of_one_script(name):
        raise DomainError("person_name_invalid", field="name")
    if len(letters(name)) < _LEAST_LETTERS or not is_of_known_letters(name):
        raise DomainError("person_name_invalid", field="name")
    return name


def check_jurisdiction(text: str, limits: Mapping[str, int]) -> str:
    """Raises DomainError `jurisdiction_unknown` (field `jurisdiction`)."""
    if text not in limits:
        raise DomainError("jurisdiction_unknown", field="jurisdiction")
    return text


def check_display_currency(text: str) -> str:
    """Raises DomainError `currency_unknown` (field `currency`)."""
    if text not in CURRENCIES:
        raise DomainError("currency_unknown", field="currency")
    return text


def checked(wanted: Proposed, limits: Mapping[str, int], now: datetime) -> Person:
    """Raises DomainError, as each of these does; of age is not asked."""
    jurisdiction = check_jurisdiction(wanted.jurisdiction, limits)
    return Person(
        name=check_name(wanted.name),
        born=parse_birth_date(wanted.born, jurisdiction, now),
        jurisdiction=jurisdiction,
        currency=check_display_currency(wanted.currency),
    )


def too_young(years: int) -> DomainError:
    """What whoever is not of age is told."""
    return DomainError("too_young", field="dateOfBirth", years=years)


def age_in_question(person: Person, years: int, now: datetime) -> DomainError:
    """What whoever wrote such a date is asked, before it counts: whether it is his."""
    today, born = today_in(person.jurisdiction, now), person.born
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    return DomainError("age_in_question", field="dateOfBirth", years=years, age=age)


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
