"""What games say they wait for, and what they are told: plain values. Numbers are text, for ever: 047 is not 47."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final, Literal, TypeAlias
from uuid import UUID

How: TypeAlias = Literal["consensus", "by_hand", "correction"]
HOWS: Final[tuple[How, ...]] = ("consensus", "by_hand", "correction")


@dataclass(frozen=True, slots=True)
class Wanted:
    """One draw of a lottery, as a game asks for its result.

    `game` is the listener's name, `subject` the game's own name of its draw. `day` and `slot` are of the lottery's
    zone, to the minute. `promise` is the SHA-256 of what the game promised for this draw, `final_after` how long its
    result may be corrected.
    """

    game: str
    subject: str
    lottery: str
    day: date
    slot: time
    promise: bytes
    final_after: timedelta


@dataclass(frozen=True, slots=True)
class Outcome:
    """A result that counts, until a later `version` overrides it. Times are aware; `evidence` is JSON, and public."""

    game: str
    subject: str
    lottery: str
    day: date
    slot: time
    drawn_at: datetime
    promise: bytes
    version: int
    numbers: str
    how: How
    confirmed_at: datetime
    final_at: datetime
    evidence: Mapping[str, Any]


def public_name(game: str, subject: str) -> str:
    """How the public log names a result: as its game does."""
    return f"result:{game}:{subject}"


def name_of(identifier: UUID) -> str:
    """How audit, alarms and proposals name it."""
    return f"result:{identifier}"
