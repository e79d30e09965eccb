"""When a day's draw is sold, sealed, witnessed and held, by a game's schedule: times of a day where that is, as moments
in UTC. Pure.

A time that clocks leave out when they are put forward is meant by the clock before; one that they show twice is the
first. So each slot of each day is held exactly once, whatever the zone does.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from ..games import Schedule, Slot

_TO_SEAL: Final = timedelta(seconds=60)
_TO_COSIGN: Final = timedelta(minutes=5)


class Times(NamedTuple):
    """Moments of one draw. Its seal, made at `seals_at`, has to be cosigned before `cosigned_by`."""

    opens_at: datetime
    closes_at: datetime
    seals_at: datetime
    cosigned_by: datetime
    draws_at: datetime


def times_of(schedule: Schedule, day: date, slot: Slot, now: datetime) -> Times:
    """A draw's times, as it is made `now` (a whole second): it sells from the midnight on from which so many days ahead
    are sold. A minute from cut-off to seal, and five from cosignatures to the draw; a third of the cut-off (three
    seconds or more), where that is less."""
    draws_at = _moment(day, slot.at, schedule.zone)
    closes_at = draws_at - schedule.cutoff
    third = timedelta(seconds=schedule.cutoff // timedelta(seconds=3))
    return Times(
        max(now, _moment(day - timedelta(days=schedule.days_ahead), time(), schedule.zone)),
        closes_at,
        closes_at + min(_TO_SEAL, third),
        draws_at - min(_TO_COSIGN, third),
        draws_at,
    )


def days(first: date, last: date) -> Iterator[date]:
    """Both, and all between them."""
    for one in range((last - first).days + 1):
        yield first + timedelta(days=one)


def sold_on(schedule: Schedule, now: datetime) -> tuple[date, date]:
    """The first and the last day that are sold now: today where the draws are held, and so many days ahead."""
    today = now.astimezone(schedule.zone).date()
    return today, today + timedelta(days=schedule.days_ahead)


def _moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)
