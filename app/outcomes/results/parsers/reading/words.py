"""What pages write for people, read strictly: combinations, times of day, days. Pure."""

from __future__ import annotations

import re
from datetime import date, time
from typing import Final

from app.outcomes.results.parsers.interface import Found, Nothing, Reading

_TIME: Final = re.compile(r"([0-9]{1,2})(?::([0-9]{2}))? ?([AP])\.?M\.?", re.IGNORECASE)
_DAY: Final = re.compile(
    r"\b(January|February|March|April|May|June|July|August|September|October|November|December)"
    r" ([0-9]{1,2}), ([0-9]{4})\b",
    re.IGNORECASE,
)
MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_COMBINATION: Final = re.compile(r"[0-9](?: ?- ?[0-9])*")
_PENDING: Final = ("stand by", "updating", "pending", "waiting", "no result yet", "tba")


def plain(text: str) -> str:
    """With single blanks, and none around it."""
    return " ".join(text.split())


def combination(text: str, digits: int) -> Reading:
    """`4-7-1` as 471. A placeholder is no number yet, whatever stands beside it."""
    told = plain(text)
    if not told.strip("_-–—. ") or told.casefold().startswith(_PENDING):
        return Nothing("not_yet")
    if not _COMBINATION.fullmatch(told):
        return Nothing("partial" if "_" in told or "?" in told else "not_a_number")
    found = re.findall("[0-9]", told)
    if len(found) != digits:
        return Nothing("partial" if len(found) < digits else "too_many_numbers")
    return Found("".join(found))


def time_of(text: str) -> time | None:
    """`2:00 PM`, `2PM`; None for anything else."""
    found = _TIME.fullmatch(plain(text))
    if found is None:
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    if not 1 <= hour <= 12 or minute > 59:
        return None
    return time(hour % 12 + (12 if found[3].upper() == "P" else 0), minute)


def days_in(text: str) -> set[date]:
    """The days that a heading names, as `November 30, 2026`."""
    found = set()
    for month, day, year in _DAY.findall(plain(text)):
        try:
            found.add(date(int(year), MONTHS.index(month.capitalize()) + 1, int(day)))
        except ValueError:  # the thirtieth of February is none
            continue
    return found
