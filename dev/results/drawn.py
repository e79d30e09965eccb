"""What was drawn, as somebody has told this simulator: by lottery, day and time."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from typing import Any, Final

DIGITS: Final[Mapping[str, int]] = {
    "pcso.3d": 3,
    "us.ny.pick3": 3,
    "us.ny.pick4": 4,
    "us.fl.pick3": 3,
    "us.fl.pick4": 4,
    "us.ga.cash3": 3,
    "us.ga.cash4": 4,
}
_MOST: Final = 10_000


class Refused(ValueError):
    """What was ordered makes no sense."""


@dataclass(frozen=True, slots=True, order=True)
class Row:
    """One draw; `numbers` is "" until they are drawn, and `name` what the lottery calls its time."""

    lottery: str
    day: date
    slot: time
    numbers: str = ""
    name: str = ""

    @property
    def dashed(self) -> str:
        return "-".join(self.numbers)

    @property
    def digits(self) -> int:
        return DIGITS[self.lottery]

    def without(self) -> Row:
        return replace(self, numbers="")

    def wrong(self) -> Row:
        """The same with each digit one too high."""
        return replace(self, numbers="".join(str((int(one) + 1) % 10) for one in self.numbers))

    def earlier(self) -> Row:
        """The same an hour before its time, under another name."""
        name = "" if not self.name else "midday" if self.name != "midday" else "evening"
        return replace(self, slot=time((self.slot.hour - 1) % 24, self.slot.minute), name=name)


class Drawn:
    """All draws, and those of a lottery."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, date, time], Row] = {}
        self._lock = threading.Lock()

    def tell(self, given: Mapping[str, Any]) -> None:
        """`lottery`, `day`, `slot` (14:00); `numbers`, or none yet; `name`: midday, evening. Raises Refused."""
        try:
            day, slot = date.fromisoformat(str(given["day"])), time.fromisoformat(str(given["slot"]))
            lottery, numbers = str(given["lottery"]), str(given.get("numbers") or "")
        except (KeyError, ValueError):
            raise Refused("lottery, day and slot say which draw: pcso.3d, 2026-11-30, 14:00") from None
        if lottery not in DIGITS:
            raise Refused(f"lottery is one of {', '.join(DIGITS)}")
        if numbers and not (numbers.isascii() and numbers.isdigit() and len(numbers) == DIGITS[lottery]):
            raise Refused(f"numbers are {DIGITS[lottery]} digits")
        with self._lock:
            self._rows[lottery, day, slot] = Row(lottery, day, slot, numbers, str(given.get("name") or ""))
            while len(self._rows) > _MOST:
                del self._rows[min(self._rows, key=lambda one: one[1:])]

    def of(self, *lotteries: str) -> list[Row]:
        """The newest first."""
        with self._lock:
            return sorted((one for one in self._rows.values() if one.lottery in lotteries), key=_when, reverse=True)

    def newest_day(self, lottery: str) -> date | None:
        rows = self.of(lottery)
        return rows[0].day if rows else None


def _when(row: Row) -> tuple[date, time]:
    return row.day, row.slot


def twelve(slot: time, *, short: bool = False) -> str:
    """`2:00 PM`; `short`: `2PM`, with minutes where there are any."""
    half, hour = "PM" if slot.hour >= 12 else "AM", slot.hour % 12 or 12
    if short:
        return f"{hour}{half}" if slot.minute == 0 else f"{hour}:{slot.minute:02d}{half}"
    return f"{hour}:{slot.minute:02d} {half}"


def before(day: date) -> date:
    return day - timedelta(days=1)
