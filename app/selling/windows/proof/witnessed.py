"""Who had seen a round's seal before its closing block: the witnesses of the public log that the round names.

A cosignature's time, by the witness's own clock, is compared with the time in the closing block's own header; with this
moment, while that block is not there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.chain.models import ChainBlock
from app.core.clock import now
from app.core.database.session import db
from app.record.log import queries as log
from app.record.log.witnesses import queries as witnesses
from app.record.log.witnesses.queries import Wish
from app.selling.windows.models import WindowRound
from app.selling.windows.tables import AnyTables

from . import promise

_MADE, _SEALED, _FIXED = "round.created", "round.sealed", "round.witnessed"


@dataclass(frozen=True, slots=True)
class Seen:
    """A witness, and when it had cosigned the log over the round's seal; None if it had not."""

    key: str
    at: datetime | None

    @property
    def name(self) -> str:
        """What it calls itself."""
        return self.key.partition("+")[0]


@dataclass(frozen=True, slots=True)
class Witnessed:
    """A round in the public log: the numbers of its promise and its seal there, and who had seen the seal; and that of
    the entry which fixed whether as many had as were promised.

    `before` is the time in the closing block's header; None while the block is not there.
    """

    promise_entry: int | None
    seal_entry: int | None
    fixed_entry: int | None
    before: datetime | None
    quorum: int
    witnesses: tuple[Seen, ...]

    @property
    def count(self) -> int:
        """How many had."""
        return sum(one.at is not None for one in self.witnesses)

    @property
    def has_quorum(self) -> bool:
        """Whether as many had as the round promised; so far, while its closing block is not there."""
        return self.count >= self.quorum


def of(game: AnyTables, round_: WindowRound) -> Witnessed:
    """The same of one round."""
    return of_rounds(game, [round_])[round_.round_number]


def of_rounds(game: AnyTables, rounds: Sequence[WindowRound]) -> dict[int, Witnessed]:
    """Rounds by their numbers, in two statements, and one more where any names witnesses."""
    subjects = {game.subject(round_.round_number): round_.round_number for round_ in rounds}
    entries = log.numbers_of((_MADE, _SEALED, _FIXED), list(subjects))
    terms = {round_.round_number: promise.witnessed_of(round_.round_terms) for round_ in rounds}
    times = _times(rounds) if any(found and found.witnesses for found in terms.values()) else {}
    named = {number: found or promise.Witnessed((), 0) for number, found in terms.items()}
    sealed = {number: entries.get((_SEALED, subject)) for subject, number in subjects.items()}
    wishes = [
        Wish(entry, key, times.get(number) or now())
        for number, entry in sealed.items()
        if entry is not None
        for key in named[number].witnesses
    ]
    seen = witnesses.seen(wishes)
    return {
        number: Witnessed(
            entries.get((_MADE, subject)),
            sealed[number],
            entries.get((_FIXED, subject)),
            times.get(number),
            named[number].quorum,
            tuple(
                Seen(key, first.at if (first := seen.get((sealed[number], key))) else None)
                for key in named[number].witnesses
            ),
        )
        for subject, number in subjects.items()
    }


def _times(rounds: Sequence[WindowRound]) -> Mapping[int, datetime]:
    """The time in each closing block's header, as far as those are there."""
    heights = {round_.closing_height: round_.round_number for round_ in rounds}
    query = select(ChainBlock.height, ChainBlock.time).where(ChainBlock.height.in_(heights))
    return {heights[height]: time for height, time in db.session.execute(query)}
