"""Pure decisions of playing responsibly: when a limit holds, when it gives way, how long a break lasts.

A limit is lowered at once. It is raised in two steps: a wish, and a second yes 24 to 72 hours later; no limit at all is
the highest one, so taking a limit away is a raise like any other. docs/decisions/0043-limits-of-players.md.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final, Literal, TypeAlias

from app.core.errors import DomainError
from app.core.money import CURRENCIES, MOST_MINOR

Kind: TypeAlias = Literal["deposit", "loss", "stake"]
Period: TypeAlias = Literal["day", "week", "month"]
Taking: TypeAlias = Literal["deposit", "stake"]

KINDS: Final[tuple[Kind, ...]] = ("deposit", "stake", "loss")
WINDOWS: Final[Mapping[Period, timedelta]] = {
    "day": timedelta(days=1),
    "week": timedelta(days=7),
    "month": timedelta(days=30),
}
"""Periods roll: what was spent counts for so long, wherever the player is and whatever the clock says there."""
ASKED_OF: Final[Mapping[Taking, tuple[Kind, ...]]] = {"deposit": ("deposit",), "stake": ("stake", "loss")}
"""The limits that stand in the way of a taking. A stake may be lost whole, so it has to fit under that of losses."""

RAISE_OPENS: Final = timedelta(hours=24)
RAISE_LAPSES: Final = timedelta(hours=72)
_ASKED_ONCE: Final = timedelta(hours=1)
LEAST_DAYS, MOST_DAYS = 1, 30
LEAST_MONTHS, MOST_MONTHS = 6, 60


@dataclass(frozen=True, slots=True)
class Wish:
    """A raise that waits for its second yes; `amount` None wishes the limit away."""

    amount: int | None
    asked_at: datetime

    @property
    def opens_at(self) -> datetime:
        """From here on the second yes counts."""
        return self.asked_at + RAISE_OPENS

    @property
    def lapses_at(self) -> datetime:
        """From here on it counts no more."""
        return self.asked_at + RAISE_LAPSES

    def waits(self, now: datetime) -> bool:
        """Whether it may still be confirmed, now or later."""
        return now < self.lapses_at


@dataclass(frozen=True, slots=True)
class Standing:
    """A limit as it is kept: what holds (None: nothing does), and what is wished."""

    amount: int | None = None
    wish: Wish | None = None


@dataclass(frozen=True, slots=True)
class Movement:
    """What was spent at a moment; below zero it came back, as a prize does against losses."""

    at: datetime
    amount: int


def is_raise(amount: int | None, wanted: int | None) -> bool:
    """Whether `wanted` lets more through than `amount`; None lets everything through."""
    return amount is not None and (wanted is None or wanted > amount)


def decide(standing: Standing, wanted: int | None, now: datetime) -> Standing:
    """The limit after somebody asked for `wanted`: lower holds at once, higher becomes a wish.

    The last word counts: whoever lowers, or asks for what holds, wishes nothing any more. The same wish again is the
    same wish, so that asking twice neither hastens nor delays it.

    Raises DomainError `amount_out_of_range` (field `amountMinor`).
    """
    if wanted is not None and not 0 <= wanted <= MOST_MINOR:
        raise DomainError("amount_out_of_range", field="amountMinor")
    if not is_raise(standing.amount, wanted):
        return Standing(wanted)
    wish = standing.wish
    if wish is not None and wish.waits(now) and wish.amount == wanted:
        return standing
    return replace(standing, wish=Wish(wanted, now))


def confirm(standing: Standing, wanted: int | None, now: datetime) -> Standing:
    """The limit after the second yes to exactly what was wished.

    Raises DomainError, 409 each:
        no_raise_waits: nothing is wished, something else is, or the wish has lapsed.
        raise_too_early: it has not waited for 24 hours.
    """
    wish = standing.wish
    if wish is None or wish.amount != wanted or not wish.waits(now):
        raise DomainError("no_raise_waits", status=409)
    if now < wish.opens_at:
        raise DomainError("raise_too_early", status=409, opensAt=rfc3339(wish.opens_at))
    return Standing(wanted)


def fits(limit: int, spent: int, amount: int) -> bool:
    """Whether so much more stays within the limit. Winning more than was lost makes no room beyond it."""
    return max(spent, 0) + amount <= limit


def frees_at(movements: Sequence[Movement], limit: int, amount: int, window: timedelta) -> datetime | None:
    """When `amount` fits again if nothing more is spent: the moment at which enough has left the window.

    None if it never does: it is more than the limit itself.
    """
    if amount > limit:
        return None
    left = sum(one.amount for one in movements)
    for at, together in groupby(sorted(movements, key=_when), key=_when):
        left -= sum(one.amount for one in together)
        if fits(limit, left, amount):
            return at + window
    return None  # unreachable: an empty window has room for whatever the limit has


def _when(movement: Movement) -> datetime:
    return movement.at


def check_days(days: int) -> None:
    """Raises DomainError `days_out_of_range` (field `days`)."""
    if not LEAST_DAYS <= days <= MOST_DAYS:
        raise DomainError("days_out_of_range", field="days", least=LEAST_DAYS, most=MOST_DAYS)


def check_months(months: int) -> None:
    """Raises DomainError `months_out_of_range` (field `months`)."""
    if not LEAST_MONTHS <= months <= MOST_MONTHS:
        raise DomainError("months_out_of_range", field="months", least=LEAST_MONTHS, most=MOST_MONTHS)


def months_after(moment: datetime, months: int) -> datetime:
    """The same day and time so many months on, or the month's last day where it has no such day."""
    year, month = divmod(moment.month - 1 + months, 12)
    year, month = moment.year + year, month + 1
    return moment.replace(year=year, month=month, day=min(moment.day, calendar.monthrange(year, month)[1]))


def is_longer(until: datetime, on: datetime | None) -> bool:
    """Whether a break until then makes one that is on longer; asked twice within the hour, it is asked once."""
    return on is None or until >= on + _ASKED_ONCE


def check_currency(currency: str) -> None:
    """Raises DomainError `currency_unknown` (field `currency`)."""
    if currency not in CURRENCIES:
        raise DomainError("currency_unknown", field="currency")


def rfc3339(moment: datetime) -> str:
    """A moment as refusals tell it: rounded up to a whole second, so that who waits for it has waited enough."""
    return (moment + timedelta(microseconds=999_999)).strftime("%Y-%m-%dT%H:%M:%SZ")
