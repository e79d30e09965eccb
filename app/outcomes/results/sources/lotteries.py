"""Lotteries whose results somebody may wait for, and what each takes to be believed: data, and nothing of a game."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from app.core.errors import DomainError


@dataclass(frozen=True, slots=True)
class Schedule:
    """When sources are asked, counted from the draw: first after `first`, then every `every` until `lasts` is over;
    then somebody has to look, and they are asked every `later` until `ends`. Reads that confirm lie `apart`."""

    first: timedelta = timedelta(minutes=15)
    every: timedelta = timedelta(minutes=5)
    lasts: timedelta = timedelta(minutes=30)
    apart: timedelta = timedelta(minutes=10)
    later: timedelta = timedelta(minutes=30)
    ends: timedelta = timedelta(hours=72)

    def at_pace(self, pace: float) -> Schedule:
        """The same in a world whose minutes are shorter."""
        return Schedule(
            *(one * pace for one in (self.first, self.every, self.lasts, self.apart, self.later, self.ends))
        )


@dataclass(frozen=True, slots=True)
class Lottery:
    """A draw of `digits` digits, at each of its `slots` of its `zone` (local time → the name that sources may have for
    it, "" for none). American ones are two games together: three digits and four.

    `needs` are groups of sources: of each at least one has to say the number. `by_machine`: then it is confirmed; else
    two people confirm what the sources say.
    """

    id: str
    title: str
    zone: str
    digits: int
    slots: Mapping[time, str]
    needs: tuple[tuple[str, ...], ...]
    by_machine: bool = True
    schedule: Schedule = Schedule()

    @property
    def sources(self) -> tuple[str, ...]:
        """All that are asked, by their names."""
        return tuple(name for group in self.needs for name in group)

    def name_of(self, slot: time) -> str:
        """What sources call a draw. One at a time that the lottery does not know is simulated, and called by it."""
        return self.slots.get(slot, f"{slot:%H:%M}") if any(self.slots.values()) else ""


def _slots(*given: tuple[int, int, str]) -> Mapping[time, str]:
    return MappingProxyType({time(hour, minute): name for hour, minute, name in given})


_PCSO: Final = _slots((14, 0, ""), (17, 0, ""), (21, 0, ""))
_NEW_YORK: Final = _slots((14, 30, "midday"), (22, 30, "evening"))
_FLORIDA: Final = _slots((13, 30, "midday"), (21, 45, "evening"))
_GEORGIA: Final = _slots((12, 29, "midday"), (18, 59, "evening"), (23, 34, "night"))
_US: Final = "America/New_York"
_OF_NEW_YORK: Final = (("ny_site",), ("ny_open_data",))
_IN_NEW_YORK: Final = Schedule(first=timedelta(minutes=20), lasts=timedelta(hours=1))
"""Its site is slower than others, and its open data come at night, when sources are asked every half hour still."""

LOTTERIES: Final[Mapping[str, Lottery]] = {
    one.id: one
    for one in (
        Lottery(
            "pcso.3d",
            "PCSO 3D Lotto",
            "Asia/Manila",
            3,
            _PCSO,
            (("pcso_site",), ("lottomatik",), ("lottopcso", "philnews")),
        ),
        Lottery("us-ny", "New York Numbers and Win 4", _US, 7, _NEW_YORK, _OF_NEW_YORK, False, _IN_NEW_YORK),
        Lottery("us-fl", "Florida Pick 3 and Pick 4", _US, 7, _FLORIDA, (("florida",),), False),
        Lottery("us-ga", "Georgia Cash 3 and Cash 4", _US, 7, _GEORGIA, (("georgia",),), False),
    )
}
"""A lottery more is one more here, with a source that knows it."""


BY_PEOPLE: Final = tuple(one.id for one in LOTTERIES.values() if not one.by_machine)
"""Those that two people confirm, unless it was said otherwise."""


def lottery(identifier: str) -> Lottery:
    """Raises DomainError `lottery_unknown`."""
    found = LOTTERIES.get(identifier)
    if found is None:
        raise DomainError("lottery_unknown", field="lottery")
    return found


def drawn_at(of: Lottery, day: date, slot: time) -> datetime:
    """The moment of a draw, in UTC. Raises ValueError for a time that the zone's clocks skip that day."""
    local = datetime.combine(day, slot, ZoneInfo(of.zone))
    moment = local.astimezone(UTC)
    if moment.astimezone(local.tzinfo).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise ValueError("no clock shows that time")
    return moment
