"""A game's records as its description tells them: to partners' servers, in a partner's dashboard, to everybody.

Nothing here knows what a game sells, nor how. A list that a game has not got is None, and nobody offers it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from flask_babel import LazyString
from pydantic import BaseModel

from app.core.money import Sats
from app.core.text.sheets import Cell
from app.money.payouts.sent.debts import Debt
from app.people.partners.models import PartnerSite
from app.selling.windows.models import PassedOn
from app.selling.windows.orders.limits import OpenOrders
from app.selling.windows.orders.passing import ToPassOn

Columns = Mapping[str, Callable[[Any], Cell]]
"""Cells of a row by the column's name, as a spreadsheet and a JSON reader know it."""


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Which records are wanted; None and "" mean all. `players` are whole names by the column that has them.

    `since` and `until` (from, and before) are when an order was made, a payment recorded, a win drawn. `state` is an
    order's state, a payment's fate, or how far a win's payment has come; `as_shown`: as people's tables name it.
    `passed_on`: whether the site has noted that its player has the refund, or the win; False are those that it could
    note. `waits`: only what bought nothing and one of us is to decide about. `record_id` is a payment's, or a win's or
    its order's.
    """

    players: Mapping[str, str] = field(default_factory=dict)
    search: str = ""
    round_number: int | None = None
    order_id: UUID | None = None
    state: str | None = None
    as_shown: bool = False
    since: datetime | None = None
    until: datetime | None = None
    passed_on: bool | None = None
    waits: bool = False
    record_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine:
    """An order as a line of a table of people. `player` is its name among others, `account` at its partner; `bought`
    is the game's own cell, `url` a page that everybody sees, where there is one."""

    id: UUID
    player: str
    account: str
    round_number: int
    received_sats: Sats
    bought: str
    state: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What an order asks a payment for now: how much, for what, and the link of BIP 21 that a wallet opens."""

    sats: Sats
    what: str
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPlace:
    """Where an order is paid. A payment counts if a block below `sales_end_height` has it, and `blocks_left` still can.
    `asked` is None where none is asked for; `seen_sats` are on their way. `round_is_over`: it is settled or void.
    `is_over`: nothing of it will change."""

    address: str
    payout_address: str
    sales_end_height: int
    blocks_left: int
    seconds_left: int
    asked: Asked | None
    seen_sats: Sats
    round_is_over: bool
    is_over: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentLine:
    """A payment on the chain as a line of a table of people. `passed_on`: the site's note that its player has what
    bought nothing."""

    id: UUID
    player: str
    account: str
    round_number: int
    order_id: UUID
    txid: str
    vout: int
    block_height: int
    amount_sats: Sats
    credited_sats: Sats
    refundable_sats: Sats
    refunded_at: datetime | None
    status: str
    passed_on: PassedOn | None = None

    @property
    def waits_for_refund(self) -> bool:
        """Whether one of us is still to decide about what bought nothing."""
        return self.refundable_sats > 0 and self.refunded_at is None and self.status != "orphaned"

    @property
    def is_refunded(self) -> bool:
        """Whether the site has what bought nothing."""
        return self.refundable_sats > 0 and self.refunded_at is not None and self.status != "orphaned"


@dataclass(frozen=True, slots=True, kw_only=True)
class WinLine:
    """A win as a line of a table of people. `won` is the game's own cell; `paid_to` an address on the chain, if that is
    where it goes, and `debt` how far that payment has come. `order_id` is the order's that won, where one did.
    `passed_on`: the site's note that its player has it."""

    id: UUID
    player: str | None
    account: str | None
    round_number: int
    won: str
    amount_sats: Sats
    paid_to: str | None = None
    debt: Debt | None = None
    order_id: UUID | None = None
    passed_on: PassedOn | None = None


LineT = TypeVar("LineT")


@dataclass(frozen=True, slots=True)
class Listing:
    """One list. `page` gives at most so many rows below a place, the newest first; `place_of` says where a row stands,
    `read_place` reads that from an address (None: it is no place). `shown_states` are its states as people's tables
    name them, where one is called by another name."""

    page: Callable[[PartnerSite, Narrowing, Any, int], Sequence[Any]]
    place_of: Callable[[Any], UUID | int]
    read_place: Callable[[str], UUID | int | None]
    columns: Columns
    states: tuple[str, ...] = ()
    shown_states: tuple[str, ...] = field(default=(), kw_only=True)

    @property
    def states_for_people(self) -> tuple[str, ...]:
        """What a person narrows the list to."""
        return self.shown_states or self.states


@dataclass(frozen=True, slots=True)
class Passing:
    """What a site notes of the records of a list: that its players have what came for them. `to_pass_on` counts what is
    still to be noted. `note` sets or takes back the note of one record, for an actor, and answers it as it is then.
    `is_decided`: it comes to the site only when one of us has decided so.

    `note` raises NotFound for no such record of the site's, DomainError 409 where there is nothing to pass on yet.
    """

    to_pass_on: Callable[[PartnerSite], ToPassOn]
    note: Callable[[PartnerSite, UUID, bool, str], Any]
    is_decided: bool = False

    @property
    def ways(self) -> tuple[str, ...]:
        """How far what came may be, as an address asks for it: to be passed on, passed on, or still to be decided."""
        return ("no", "yes", "waits") if self.is_decided else ("no", "yes")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered(Listing, Generic[LineT]):
    """A list that the server API has too: each row as JSON, the model of that, and the row as a line for people.
    `passing` where the site notes what it has passed on."""

    record: Callable[[Any], BaseModel]
    answer: type[BaseModel]
    line: Callable[[Any], LineT]
    passing: Passing | None = None


@dataclass(frozen=True, slots=True)
class OwnCell:
    """The one column of a table of people that a game fills in its own way. `is_amount`: numbers under each other."""

    title: LazyString
    is_amount: bool = False


@dataclass(frozen=True, slots=True)
class PublicRounds:
    """A game's rounds as everybody sees them. `page` gives records below a round's number, the newest first; `one`
    raises NotFound."""

    page: Callable[[int | None, int], Sequence[Any]]
    one: Callable[[int], BaseModel]
    answer: type[BaseModel]


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders(Answered[OrderLine]):
    """A game's orders. `one` is a site's order of that id; `bought` heads the game's own cell. `receipt` makes the JSON
    of one that was asked for alone, whose model is `receipt_answer`: where it says more than `record` does. `numbers`
    are those that it holds, where the game's own cell only counts them.
    `open_orders`: where a site stands with its limit of unpaid ones, where there is such a limit now. `place`: where
    an order is paid, where that is an address."""

    one: Callable[[PartnerSite, str], Any | None]
    bought: OwnCell
    receipt: Callable[[Any], BaseModel] | None = None
    receipt_answer: type[BaseModel] | None = None
    numbers: Callable[[Any], str] | None = None
    open_orders: Callable[[PartnerSite], OpenOrders | None] = field(default=lambda site: None)
    place: Callable[[Any], OrderPlace] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wins(Answered[WinLine]):
    """A game's wins. `won` heads the game's own cell; its states are how far the payments have come, and `standings`
    says how many wins of a site are at each."""

    won: OwnCell
    standings: Callable[[PartnerSite], Mapping[str, int]] = field(default=lambda site: {})


@dataclass(frozen=True, slots=True, kw_only=True)
class Payments(Answered[PaymentLine]):
    """What was paid on the chain to a game's orders; its states are the payments' fates."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GameRecords:
    """The lists of one game. `players`: by which names its orders know a player, the one others see first, the
    partner's own last. `round_kind` is what the ledger calls its rounds, `round_url` their public pages."""

    name: str
    title: LazyString
    players: tuple[str, ...]
    orders: Orders | None = None
    payments: Payments | None = None
    wins: Wins | None = None
    rounds: PublicRounds | None = None
    round_kind: str | None = None
    round_url: Callable[[object], str] | None = None

    def listing(self, kind: str) -> Answered[Any] | None:
        """Its list of that kind, if it has one. Raises KeyError for what is no kind of list."""
        return {"orders": self.orders, "payments": self.payments, "wins": self.wins}[kind]
