"""What the rail is told of a game that sells bets: when it draws, what may be bet, and at which odds."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Final, Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from flask_babel import LazyString

from app.core.errors import NotFound
from app.core.ports import Port
from app.money.wallets.rules import Currency

from .rules import Priced, Weight

Terms = Mapping[str, object]
"""A draw's promise, read: JSON."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A draw of each day: `number` names it for ever, `at` is its time where the draw is held. `lottery` is the
    official draw that decides it, as `outcomes/results` knows it; "" where there is none: the sealed draw decides.
    `ahead`: no sooner than so long before it is made; None: as soon as its day is sold."""

    number: int
    at: time
    lottery: str = ""
    ahead: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Schedule:
    """How a game's draws are made from now on; a draw that was made keeps what it was made with."""

    zone: ZoneInfo
    slots: tuple[Slot, ...]
    cutoff: timedelta
    days_ahead: int


@dataclass(frozen=True, slots=True)
class Limits:
    """What a ticket may be, in minor units; read when it is sold, and promised to nobody. `most_on_number`: of all
    tickets together, on one number of a draw."""

    least_stake: int
    most_stake: int
    most_lines: int
    most_total: int | None = None
    most_on_number: int | None = None
    is_selling: bool = True


class Costs(Protocol):
    """What the marks of one draw would cost, in minor units, for a game of whose marks a draw shows several."""

    def add(self, weights: Iterable[Weight]) -> None:
        """More lines. Raises ValueError, and adds nothing, for what no draw could cost."""

    def worst(self) -> int:
        """What the draw could cost at worst: never below the truth."""

    def worst_with(self, weights: Sequence[Weight]) -> int:
        """The same with these lines too. Raises ValueError as `add`."""

    def copy(self, more: Sequence[Weight] = ()) -> Costs:
        """The same with more lines, of which this one knows nothing. Raises ValueError as `add`."""

    def seen(self) -> int:
        """What the dearest outcome costs of those that were looked at: never above the truth."""

    def room(self, priced: Priced, capacity: int) -> int:
        """The largest stake on a selection with which the draw costs no more than the capacity."""


class NoSuchSelection(ValueError):
    """What was chosen is nothing that can be drawn; its text is the reason's code."""


class BetGame(ABC):
    """One game of the rail. `name` is its id in tables, leaves, ledger and addresses, for ever; `classes` how many
    outcomes a draw has, counted from 0.

    A bet wins by marks, numbers that mean what the game says, for ever: by the best of them that the draw shows. Where
    a draw shows one, its outcome, it costs what that mark does; where it does not `shows_one`, the game says what draws
    show and could cost.

    `script` is the file under /utilities that checks its draws, if one does, and
    `verifier` the module by which a browser does. `claims` and `kinds` are what such checks say in the game's own
    words: of claims, and of how a bet wins."""

    name: str
    title: LazyString
    currency: Currency
    classes: int
    script: str | None = None
    verifier: str | None = None
    claims: Mapping[str, LazyString] = {}
    kinds: Mapping[str, LazyString] = {}
    shows_one: bool = True

    @abstractmethod
    def schedule(self) -> Schedule:
        """By the configuration in force."""

    @abstractmethod
    def limits(self) -> Limits:
        """By the configuration in force."""

    @abstractmethod
    def terms(self, day: date, slot: Slot) -> Terms:
        """The game's own members of the promise of a draw that is being made, such as its multiple."""

    @abstractmethod
    def price(self, terms: Terms, kind: str, selection: str) -> Priced:
        """What may be bet on a draw, by its promise. Raises NoSuchSelection."""

    @abstractmethod
    def return_percent(self, terms: Terms) -> int:
        """What comes back on average of what is staked, rounded up."""

    @abstractmethod
    def outcome_of(self, digits: Sequence[str]) -> int:
        """The outcome that an official result is. Raises ValueError for digits that are none of this game's."""

    @abstractmethod
    def told(self, outcome: int) -> str:
        """An outcome as people read it, leading zeros and all."""

    def shown(self, terms: Terms, outcome: int) -> Sequence[int]:
        """The marks that a draw shows, by its promise, each once."""
        return (outcome,)

    def costs(self, terms: Terms, marks: Sequence[int], amounts: Sequence[int]) -> Costs:
        """What a draw could cost, by its promise, of whose marks these would cost so much."""
        raise NotImplementedError(f"a draw of {self.name} shows one mark")

    def mark_told(self, mark: int) -> str:
        """A mark as people read it."""
        return self.told(mark)

    def mark_of(self, words: str) -> int:
        """A mark as people write it. Raises ValueError for what is none."""
        return self.outcome_of(words)

    def page_of(self, ticket_id: UUID) -> str | None:
        """Where its buyer sees a ticket just bought; None: it has no pages."""
        return None

    def own_page(self, ticket_id: UUID) -> str | None:
        """Where its buyer finds a ticket again; None: it has no pages."""
        return None

    def draw_page(self, name: str) -> str | None:
        """Where everybody sees a draw; None: it has no pages."""
        return None

    def ticket_page(self, code: str) -> str | None:
        """Where a ticket is seen by who has its code; None: it has no pages."""
        return None


GAMES: Final = Port[Mapping[str, BetGame]]("games that sell bets, by their names", {})


def sold_now() -> list[BetGame]:
    """Those of which draws are made by the configuration in force."""
    return [game for game in GAMES.get().values() if game.schedule().slots]


def currencies() -> set[str]:
    """Those that such games take."""
    return {game.currency for game in sold_now()}


def game_named(name: str) -> BetGame:
    """Raises NotFound `game_not_found`."""
    found = GAMES.get().get(name)
    if found is None:
        raise NotFound("game_not_found")
    return found
