"""The stretch of time that an address asks for: so many days until today, or from one day to another (UTC)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from flask_babel import gettext

from app.selling.windows.lists.figures import Step

from .wanted import day_of

OFFERED: Final = (7, 30, 90, 365)
USUAL: Final = 30
_LONGEST: Final = 1_100
_BY_DAY_UNTIL: Final = 92
"""Longer stretches are counted by month: a picture has no room for more days, and nobody reads them."""


@dataclass(frozen=True, slots=True)
class Period:
    """Both days are in it. `given` is what was asked for, `errors` are sentences by field: then it is the usual one."""

    since: date
    until: date
    days: int | None = None
    given: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def step(self) -> Step:
        return "day" if (self.until - self.since).days < _BY_DAY_UNTIL else "month"

    @property
    def begins_at(self) -> datetime:
        return datetime.combine(self.since, time(), UTC)

    @property
    def ends_at(self) -> datetime:
        return datetime.combine(self.until + timedelta(days=1), time(), UTC)

    @property
    def before(self) -> Period:
        """As many days, ending with the day before it."""
        return Period(self.since - (self.until - self.since) - timedelta(days=1), self.since - timedelta(days=1))

    def step_of(self, day: date) -> date:
        """The first day of the step that a day lies in."""
        return day if self.step == "day" else day.replace(day=1)

    @property
    def steps(self) -> list[date]:
        """Every step, the oldest first."""
        days = (self.since + timedelta(days=n) for n in range((self.until - self.since).days + 1))
        return list(dict.fromkeys(self.step_of(day) for day in days))


def period_of(args: Mapping[str, str], today: date) -> Period:
    """What an address asks for: `days`, or `since` and `until`; nothing: the last 30 days."""
    asked_for = {name: args.get(name, "").strip().replace("\0", "\ufffd") for name in ("since", "until")}
    given = {name: text for name, text in asked_for.items() if text}
    if not given:
        asked = args.get("days", "")
        days = int(asked) if asked in map(str, OFFERED) else USUAL
        wrong = {} if asked in ("", str(days)) else {"days": str(gettext("There is no such period."))}
        return Period(today - timedelta(days=days - 1), today, days, {}, wrong)
    found = {name: day_of(text) for name, text in given.items()}
    errors = {name: str(gettext("Write the day as 2031-05-06.")) for name, day in found.items() if day is None}
    until = found.get("until") or today
    since = found.get("since") or until - timedelta(days=USUAL - 1)
    if not errors and since > until:
        errors["since"] = str(gettext("This day is after the last one."))
    if not errors and (until - since).days > _LONGEST:
        errors["since"] = str(gettext("At most three years at a time."))
    if errors:
        return Period(today - timedelta(days=USUAL - 1), today, None, given, errors)
    return Period(since, until, None, given)
