"""What is wanted and what came of it, as plain values. Amounts are in the minor unit of the game's currency."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal, NamedTuple, TypeAlias
from uuid import UUID

from app.record.answers.service import Attempt
from app.selling.bets.rules import Odds, Weight

Payment: TypeAlias = Literal["wallet", "card", "gcash"]

KEY_REUSED: Final = "idempotency_key_reused"
"""Why a ticket is refused whose key belongs to another request."""
_LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # none is taken for another
_GROUPS, _IN_GROUP = 3, 4
_CODES: Final = len(_LETTERS) ** (_GROUPS * _IN_GROUP)


class Line(NamedTuple):
    """One bet: so much on a selection of its game, on one draw."""

    draw_id: UUID
    kind: str
    selection: str
    stake: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants to buy at once. The id is made before the sale: the same again is the same sale. `until`:
    whoever has not locked the player's row by then, by the database's clock, does not sell it any more. `attempt`: the
    request under whose key it is wanted, by the ticket's id; the key is kept with the sale, and is one ticket."""

    ticket_id: UUID
    user_id: UUID
    game: str
    lines: tuple[Line, ...]
    payment: Payment = "wallet"
    until: datetime | None = field(default=None, compare=False)
    attempt: Attempt | None = field(default=None, compare=False)

    @property
    def total(self) -> int:
        return sum(line.stake for line in self.lines)

    @property
    def stakes(self) -> dict[UUID, int]:
        """What is staked on each draw, in the order of the lines."""
        found: dict[UUID, int] = {}
        for line in self.lines:
            found[line.draw_id] = found.get(line.draw_id, 0) + line.stake
        return found


class Bet(NamedTuple):
    """A line with what its draw's promise says of it: its marks, the best first, and what it wins by that one; odds and
    wins of each mark where these differ."""

    line: Line
    odds: Odds
    marks: tuple[int, ...]
    wins: int
    odds_by_mark: tuple[Odds, ...] = ()
    wins_by_mark: tuple[int, ...] = ()

    @property
    def weight(self) -> Weight:
        """What it weighs on its draw."""
        return Weight(self.marks, self.wins, self.wins_by_mark)

    @property
    def all_odds(self) -> tuple[int, ...]:
        """Numerator and denominator, as everybody may read them: those of each mark where they differ."""
        return tuple(number for odds in self.odds_by_mark or (self.odds,) for number in odds)


class Refusal(NamedTuple):
    """Why not: which line, counted from 0 (None: the whole ticket), and what would still be taken, if that helps."""

    reason: str
    bet: int | None = None
    remaining: int | None = None


class Said(NamedTuple):
    """What the public log says of a ticket's part in one draw, and the salt, which is its holder's alone."""

    text: str
    salt: bytes


@dataclass(frozen=True, slots=True)
class Accepted:
    """It is bought, or reserved until it is paid. `numbers`: its place among each draw's sales; none while reserved.
    `said`, and since when (`at`): of what was sold just now. Of all else it is read where it is kept."""

    ticket_id: UUID
    code: str
    total: int
    state: str
    numbers: Mapping[UUID, int] = field(default_factory=dict)
    at: datetime | None = field(default=None, compare=False)
    said: tuple[Said, ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class RefusedSale:
    """Nothing of it is bought."""

    ticket_id: UUID
    refusals: tuple[Refusal, ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """What a sale would come to: each line as it would be sold, None where it could not be; `remaining` what its draws
    may still cost, the least of them."""

    total: int
    bets: tuple[Bet | None, ...]
    refusals: tuple[Refusal, ...]
    remaining: int


def new_code() -> str:
    """What a receipt says and whoever has it may ask by: nobody guesses one of 59 bits."""
    number, letters = secrets.randbelow(_CODES), ""
    while len(letters) < _GROUPS * _IN_GROUP:
        number, at = divmod(number, len(_LETTERS))
        letters += _LETTERS[at]
    return _grouped(letters)


def read_code(typed: str) -> str:
    """A code as it is kept, of what somebody typed: in small letters, its groups apart otherwise or not at all."""
    letters = "".join(one for one in typed.upper() if one not in "- ")
    return _grouped(letters) if len(letters) == _GROUPS * _IN_GROUP else typed.strip().upper()


def _grouped(letters: str) -> str:
    return "-".join(letters[at : at + _IN_GROUP] for at in range(0, len(letters), _IN_GROUP))
