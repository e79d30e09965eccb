"""Pure decisions about a person who is known by the same as somebody that is kept out: docs/decisions/0058.

What somebody says of himself keeps others with the same name and date of birth out, once he has excluded himself. Two
operators who have his papers and the match before them say whether it is he. What papers have shown of the other one,
no other papers outrank.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias
from uuid import UUID

from app.people.players.verification.rules import State

Reason: TypeAlias = Literal["excluded", "timed_out", "blocked"]
Outcome: TypeAlias = Literal["verify", "other", "same", "reject"]


@dataclass(frozen=True, slots=True)
class Ruling:
    """What two operators have said of a pair of accounts, seeing these marks match."""

    is_same: bool
    kinds: frozenset[str]
    decided_by: str
    confirmed_by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Match:
    """Somebody else who is kept out, and by which marks he is like the person: `birth`, `email`, `phone`.

    `until` None: until operators let him in again. `is_verified`: papers have shown who he is.
    """

    user_id: UUID
    kinds: frozenset[str]
    reason: Reason
    since: datetime
    until: datetime | None
    is_verified: bool
    ruling: Ruling | None = None

    @property
    def is_same(self) -> bool:
        """Whether it was found that both are one person."""
        return self.ruling is not None and self.ruling.is_same

    @property
    def is_proven(self) -> bool:
        """Whether papers have shown the other one's name and date of birth, which are the person's: papers that show
        the same once more make nobody another person."""
        return self.is_verified and "birth" in self.kinds


def is_settled(match: Match, state: State) -> bool:
    """Whether the person was found to be another one. That holds while the papers do which showed it, and of the marks
    that were looked at."""
    ruling = match.ruling
    return ruling is not None and not ruling.is_same and state == "verified" and match.kinds <= ruling.kinds


def in_the_way(matches: Collection[Match], state: State) -> list[Match]:
    """Those that keep the person from playing."""
    return [one for one in matches if not is_settled(one, state)]


def undecided(matches: Collection[Match], state: State) -> list[Match]:
    """Those of which nobody has said yet whether it is the same person."""
    return [one for one in in_the_way(matches, state) if not one.is_same]


def outcomes(state: State, matches: Sequence[Match]) -> tuple[Outcome, ...]:
    """What operators may decide about a person's papers, `matches` being those that are undecided.

    Nobody is verified past a match: whoever verifies says of each what it is.
    """
    if state not in ("pending", "verified"):
        return ()
    if not matches:
        return ("verify", "reject") if state == "pending" else ("reject",)
    if any(one.is_proven for one in matches):
        return ("same", "reject")
    return ("other", "same", "reject")
