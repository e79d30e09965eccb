"""How a game of windows describes itself to the rail: its tables, and the hooks for all that is its own.

A game derives one class from `WindowGame` and brings one instance of it. The rail calls the hooks inside its own
transactions: none of them commits, and none calls the network.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Generic, TypeAlias, TypeVar
from uuid import UUID

from flask_babel import LazyString
from sqlalchemy import ColumnElement, Row, true
from sqlalchemy.orm import InstrumentedAttribute

from app.chain.listeners import BlockRef, ChainPayment
from app.core.config import Settings
from app.core.errors import NotFound
from app.core.money import Sats
from app.core.ports import Port
from app.outcomes.draws.merkle_sum import Leaf
from app.outcomes.draws.models import Draw
from app.record.ledger.entries import Posting
from app.selling.windows.rounds.schemas import WindowBundle

from .models import WindowOrder, WindowPayment, WindowRound

RoundT = TypeVar("RoundT", bound=WindowRound)
OrderT = TypeVar("OrderT", bound=WindowOrder)
PaymentT = TypeVar("PaymentT", bound=WindowPayment)


@dataclass(frozen=True, slots=True)
class Promise:
    """What a new round is frozen with beside its heights. `hash_steps` is the whole draw's work, which is what makes
    cheating expensive; `columns` are the game's own."""

    jackpot_sats: Sats
    algorithm: str
    hash_steps: int
    columns: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A draw's result as the game writes it down: columns of its round, facts for everybody, evidence for the audit
    alone. Facts and evidence together hold all that the draw itself records."""

    columns: Mapping[str, Any]
    facts: Mapping[str, Any]
    evidence: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a game puts into a part of a round's proof bundle: the fields that are its own, and what of the seal belongs
    here, so that the leaves of all parts together are in the seal's order."""

    bundle: type[WindowBundle]
    records: Mapping[str, Any]
    leaves: Sequence[Leaf]


@dataclass(frozen=True, slots=True)
class Paid:
    """One payment to an order of a round, as the chain has it."""

    order_id: UUID
    txid: str
    vout: int
    tx_index: int
    sats: Sats
    height: int


Comparison: TypeAlias = Callable[[Sequence[Paid]], Iterable[str]]


class WindowGame(ABC, Generic[RoundT, OrderT, PaymentT]):
    """One game. `round_kind` is what audit, alarms, events and ledger call its rounds; it is never changed. `title` is
    what people call the game."""

    name: str
    title: LazyString
    round_kind: str
    round: type[RoundT]
    order: type[OrderT]
    payment: type[PaymentT]
    promised: Mapping[str, str]
    """What of its own rounds' columns decides an outcome or an amount: names in their text, each with its column."""

    def subject(self, number: int) -> str:
        """A round as audit rows, events and alarms name it."""
        return f"{self.round_kind}:{number}"

    # What it sells

    @abstractmethod
    def promise(self, settings: Settings) -> Promise:
        """What a round made now promises, and for ever."""

    def round_made(self, round_: RoundT) -> None:
        """A round's row is new; write what it needs beside it."""

    @abstractmethod
    def has_sold(self) -> ColumnElement[bool]:
        """The condition on its rounds' table that something was sold, so that the jackpot may have to be paid."""

    def has_room(self) -> ColumnElement[bool]:
        """The condition on its rounds' table that something is left to sell."""
        return true()

    def is_sold_out(self, round_: RoundT) -> bool:
        """The same of one round."""
        return False

    @abstractmethod
    def player(self) -> InstrumentedAttribute[str]:
        """The column of its orders by which a site's open orders are counted for each player."""

    @abstractmethod
    def round_terms(self, round_: RoundT) -> Mapping[str, str | int]:
        """The game's own part of the terms that comes from the round and never differs between its orders."""

    @abstractmethod
    def order_terms(self, order: OrderT) -> Mapping[str, Any]:
        """The game's own part of the terms that an address commits to: what the player was shown, nothing private."""

    @abstractmethod
    def order_columns(self, terms: Mapping[str, Any]) -> Mapping[str, Any]:
        """The inverse: its own columns of an order that only the terms journal remembers."""

    # What a block brings, and what leaves with it

    @abstractmethod
    def credit(self, block: BlockRef, payments: Sequence[ChainPayment]) -> None:
        """Give each of `payments` that is this game's its fate; they come in chain order, other games' among them."""

    @abstractmethod
    def take_back(self, payments: Sequence[Row[Any]]) -> None:
        """Take back what these payments bought. Their rows are orphaned already, their postings are mirrored by the
        rail. Rows have id, order_id, txid, vout, round_number, partner_site_id and round_status."""

    # The seal

    def before_seal(self, round_: RoundT) -> None:
        """The last sale is buried and nothing changes any more: decide what could not be decided before."""

    @abstractmethod
    def leaves(self, number: int) -> Sequence[Leaf]:
        """All that takes part in the round's draw, in an order that everybody can repeat."""

    def sold(self, round_: RoundT) -> Mapping[str, Any]:
        """What a sealed round sold, for its event and the audit."""
        return {}

    @abstractmethod
    def voids(self, number: int) -> Iterable[tuple[UUID, list[Posting]]]:
        """Every credited payment of a round that is being voided, with the recipe that sends it to suspense."""

    def round_voided(self, round_: RoundT) -> None:
        """A round's payments are in suspense; mark what they had bought."""

    # The draw

    @abstractmethod
    def draw_parameters(self, round_: RoundT) -> Mapping[str, Any]:
        """What the round's algorithm wants to know beside the closing hash, as it was frozen."""

    @abstractmethod
    def outcome(self, round_: RoundT, result: Any) -> Outcome:
        """What the algorithm's result means for the round."""

    @abstractmethod
    def winner(self, round_: RoundT, result: Any) -> OrderT | None:
        """The one order that wins, or None: the house keeps the jackpot."""

    @abstractmethod
    def holder(self, round_: RoundT) -> OrderT | None:
        """Who holds what a settled round drew, by what was sealed alone; None: the house. Asked before it is paid."""

    @abstractmethod
    def record_win(self, round_: RoundT, order: OrderT, result: Any) -> Mapping[str, Any]:
        """Write the win; the payload of its event. The rail owes the jackpot."""

    @abstractmethod
    def pool_sats(self, round_: RoundT) -> Sats:
        """Base prices of all that was sold."""

    @abstractmethod
    def held_by_site(self, number: int) -> Mapping[UUID, Sats]:
        """What each partner's players paid beyond base prices, in the round that is being settled."""

    @abstractmethod
    def unsettled_sats(self, site_id: UUID) -> Sats:
        """The same of one partner in all rounds that are not drawn, for its dashboard."""

    # For doubters

    @abstractmethod
    def claims(self) -> Mapping[str, str]:
        """What claims of its bundles are called that are its own, by their names; in the reader's language."""

    @abstractmethod
    def evidence(self, round_: RoundT, draw: Draw | None, begin: int, last: int) -> Evidence:
        """The part of a round's evidence whose payments are in the blocks `begin` to `last`. An order belongs where its
        first payment is; orders that were never paid nowhere. `draw` is a settled round's."""

    @abstractmethod
    def replay(self, round_: RoundT) -> Comparison:
        """Read what is stored of a round's payments and tickets; what is returned asks the database no more. It credits
        every payment, given in chain order, again, and says each difference in words."""

    @abstractmethod
    def agrees(self, round_: RoundT, outcome: Mapping[str, Any]) -> bool:
        """Whether a settled round says what its draw's recorded outcome says, which is consistent in itself."""


AnyGame: TypeAlias = WindowGame[Any, Any, Any]

GAMES: Final = Port[tuple[AnyGame, ...]]("games of windows")


def game_called(name: str) -> AnyGame:
    """The game of that name.

    Raises:
        NotFound: there is none.
    """
    game = next((game for game in window_games() if game.name == name), None)
    if game is None:
        raise NotFound("game_not_found")
    return game


def window_games() -> tuple[AnyGame, ...]:
    """Every game of windows, the main one first."""
    return GAMES.get()
