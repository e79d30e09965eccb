"""What was drawn, as somebody has told this simulator: by lottery, day and time."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from typing import Any, Final, TypeAlias, TypeVar

DIGITS: Final[Mapping[str, int]] = {"pcso.3d": 3, "us-ny": 7, "us-fl": 7, "us-ga": 7}
"""By lottery. Seven are two games: three digits and four."""
WITHHELD: Final = "withheld"
"""Wished of a draw: that no source ever says what came of it, so that people have to."""
Key: TypeAlias = tuple[str, date, time]
"""Lottery, day, time."""
T = TypeVar("T")
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

    @property
    def named(self) -> str:
        """Its time of day, as American sources have it."""
        return self.name or f"{self.slot:%H:%M}"

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
    """All draws, and those of a lottery; and what somebody wishes to be drawn: `WITHHELD` is that nothing is shown."""

    def __init__(self) -> None:
        self._rows: dict[Key, Row] = {}
        self._wishes: dict[Key, str] = {}
        self._lock = threading.Lock()

    def tell(self, given: Mapping[str, Any]) -> None:
        """`lottery`, `day`, `slot` (14:00); `numbers`, or none yet; `name`: midday, evening. With `by_chance` they are
        drawn unless something else was told, or wished, before. Raises Refused."""
        key = _key(given)
        numbers = _numbers(given.get("numbers"), key[0])
        with self._lock:
            known = self._rows.get(key)
            if given.get("by_chance"):
                if known is not None and known.numbers:
                    return
                wish = self._wishes.get(key) if numbers else None
                numbers = numbers if wish is None else wish.replace(WITHHELD, "")
            self._rows[key] = Row(*key, numbers, str(given.get("name") or ""))
            _forget_old(self._rows)

    def wish(self, given: Mapping[str, Any]) -> None:
        """`lottery`, `day`, `slot`; `wish`: the numbers that will be drawn by chance then, or `WITHHELD`. Raises
        Refused, also where it is drawn already."""
        key, text = _key(given), str(given.get("wish") or "")
        numbers = text if text == WITHHELD else _numbers(text, key[0])
        if not numbers:
            raise Refused(f"wish is {DIGITS[key[0]]} digits, or {WITHHELD}")
        with self._lock:
            if key in self._rows and self._rows[key].numbers:
                raise Refused("this is drawn already")
            self._wishes[key] = numbers
            _forget_old(self._wishes)

    def wished(self, row: Row) -> str:
        """What somebody wishes to be drawn; "" where nobody does."""
        with self._lock:
            return self._wishes.get((row.lottery, row.day, row.slot), "")

    def of(self, *lotteries: str) -> list[Row]:
        """The newest first."""
        with self._lock:
            return sorted((one for one in self._rows.values() if one.lottery in lotteries), key=_when, reverse=True)

    def newest_day(self, lottery: str) -> date | None:
        rows = self.of(lottery)
        return rows[0].day if rows else None


def _key(given: Mapping[str, Any]) -> Key:
    """Which draw is meant. Raises Refused."""
    try:
        day, slot = date.fromisoformat(str(given["day"])), time.fromisoformat(str(given["slot"]))
        lottery = str(given["lottery"])
    except (KeyError, ValueError):
        raise Refused("lottery, day and slot say which draw: pcso.3d, 2026-11-30, 14:00") from None
    if lottery not in DIGITS:
        raise Refused(f"lottery is one of {', '.join(DIGITS)}")
    return lottery, day, slot


def _numbers(given: Any, lottery: str) -> str:
    """As many digits as the lottery draws, or none. Raises Refused."""
    numbers = str(given or "")
    if numbers and not (numbers.isascii() and numbers.isdigit() and len(numbers) == DIGITS[lottery]):
        raise Refused(f"numbers are {DIGITS[lottery]} digits")
    return numbers


def _forget_old(kept: dict[Key, T]) -> None:
    while len(kept) > _MOST:
        del kept[min(kept, key=lambda one: one[1:])]


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
