"""How a game describes the lists of its records to those who know no game: the server API, a partner's dashboard.

Each game has one description. Orders, payments and wins have the same columns in every game but for the names of
players and what a player gets for the money; both are told here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final
from uuid import UUID

from flask_babel import LazyString
from pydantic import BaseModel
from pydantic.alias_generators import to_camel

from app.core.ids import created_at, parse_id
from app.core.ports import Port
from app.core.text.sheets import Cell
from app.core.web.templating import iso
from app.core.wire.paging import number_place
from app.people.partners.models import PartnerSite
from app.selling.windows import queries
from app.selling.windows.orders import limits as open_orders

from .reconciling import Narrowing, Reconciling

Columns = Mapping[str, Callable[[Any], Cell]]
"""Cells of a row by the column's name, as a spreadsheet and a JSON reader know it."""


@dataclass(frozen=True, slots=True)
class Listing:
    """One list. `page` gives at most so many rows below a place, the newest first; `place_of` says where a row stands,
    `read_place` reads that from an address (None: it is no place)."""

    page: Callable[[PartnerSite, Narrowing, Any, int], Sequence[Any]]
    place_of: Callable[[Any], UUID | int]
    read_place: Callable[[str], UUID | int | None]
    columns: Columns
    states: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered(Listing):
    """A list that the server API has too: each row as JSON, and the model of that."""

    record: Callable[[Any], BaseModel]
    answer: type[BaseModel]


@dataclass(frozen=True, slots=True)
class OwnCell:
    """The one column of a table of people that a game fills in its own way. `is_amount`: numbers under each other."""

    title: LazyString
    show: Callable[[Any], str]
    is_amount: bool = False


@dataclass(frozen=True, slots=True)
class PublicRounds:
    """A game's rounds as everybody sees them. `page` gives records below a round's number, the newest first; `one`
    raises NotFound."""

    page: Callable[[int | None, int], Sequence[Any]]
    one: Callable[[int], BaseModel]
    answer: type[BaseModel]


@dataclass(frozen=True, slots=True, kw_only=True)
class GameRecords:
    """A game's records. `bought` is the own cell of an order, `won` of a win; `is_public` says of an order whether it
    has a page that everybody sees; `order_url` and `round_url` are those pages' addresses."""

    reading: Reconciling
    orders: Answered
    payments: Answered
    wins: Answered
    rounds: PublicRounds
    bought: OwnCell
    won: OwnCell
    order_url: Callable[[object], str]
    round_url: Callable[[object], str]
    is_public: Callable[[Any], bool] = field(default=lambda view: True)

    @property
    def name(self) -> str:
        return self.reading.game.name

    @property
    def title(self) -> LazyString:
        return self.reading.game.title

    @property
    def round_kind(self) -> str:
        """What the ledger calls its rounds."""
        return self.reading.game.round_kind

    @property
    def players(self) -> tuple[str, ...]:
        """By which names it knows a player: the one others see first, the partner's own last."""
        return self.reading.players

    def won_order(self, win: Any) -> UUID:
        """The order that won."""
        found: UUID = getattr(win, self.reading.won_order.key)
        return found

    def open_orders(self, site: PartnerSite) -> open_orders.OpenOrders | None:
        """Where a site stands with its limit of unpaid orders; None while no round sells."""
        selling = queries.current_round(self.reading.game)
        return open_orders.standing(self.reading.game, site, selling.round_number) if selling else None


RECORDS: Final = Port[tuple[GameRecords, ...]]("records of games")


def game_records() -> tuple[GameRecords, ...]:
    """Every game's records, the main one first."""
    return RECORDS.get()


def orders(
    reading: Reconciling,
    states: tuple[str, ...],
    own: Columns,
    record: Callable[[Any], BaseModel],
    answer: type[BaseModel],
) -> Answered:
    """The list of a game's orders. `own`: the columns that say what was bought, and for how much."""
    columns: Columns = {
        "createdAt": lambda view: iso(created_at(view.order.id)),
        "orderId": lambda view: str(view.order.id),
        **_players(reading, lambda view: view.order),
        "roundNumber": lambda view: view.order.round_number,
        **own,
        "state": lambda view: view.state,
    }
    return Answered(reading.orders, lambda view: view.order.id, parse_id, columns, states, record=record, answer=answer)


def payments(
    reading: Reconciling, statuses: tuple[str, ...], record: Callable[[Any], BaseModel], answer: type[BaseModel]
) -> Answered:
    """The list of what was paid to a game's orders; its states are the payments' fates."""
    columns: Columns = {
        "recordedAt": lambda row: iso(created_at(row[0].id)),
        "paymentId": lambda row: str(row[0].id),
        "orderId": lambda row: str(row[1].id),
        **_players(reading, lambda row: row[1]),
        "roundNumber": lambda row: row[1].round_number,
        "txid": lambda row: row[0].txid,
        "vout": lambda row: row[0].vout,
        "blockHeight": lambda row: row[0].block_height,
        "amountSats": lambda row: row[0].amount_sats,
        "creditedSats": lambda row: row[0].credited_sats,
        "refundableSats": lambda row: row[0].refundable_sats,
        "refundedAt": lambda row: iso(row[0].refunded_at) if row[0].refunded_at else None,
        "status": lambda row: row[0].status,
    }
    return Answered(reading.payments, lambda row: row[0].id, parse_id, columns, statuses, record=record, answer=answer)


def wins(
    reading: Reconciling,
    order_column: str,
    own: Columns,
    record: Callable[[Any], BaseModel],
    answer: type[BaseModel],
) -> Answered:
    """The list of a game's wins. `order_column` is the name of the order that won; `own`: what was drawn."""
    columns: Columns = {
        "settledAt": lambda win: iso(created_at(win.id)),
        "roundNumber": lambda win: win.round_number,
        order_column: lambda win: str(getattr(win, reading.won_order.key)),
        **_players(reading, lambda win: win),
        **own,
        "jackpotSats": lambda win: win.jackpot_sats,
        "payoutAddress": lambda win: win.payout_address,
    }
    return Answered(
        reading.wins,
        lambda win: win.round_number,
        number_place,
        columns,
        record=record,
        answer=answer,
    )


def rounds(
    reading: Reconciling, records: Callable[[Sequence[Any]], Sequence[Any]], answer: type[BaseModel]
) -> PublicRounds:
    """A game's public rounds. `records` makes the JSON of many at once."""
    game = reading.game
    return PublicRounds(
        lambda before, limit: records(queries.rounds_page(game, before, limit)),
        lambda number: records([queries.round_of(game, number)])[0],
        answer,
    )


def received_sats(view: Any) -> int:
    """What was paid to an order and is still in the chain or on its way."""
    return sum(payment.amount_sats for payment in view.payments if payment.status != "orphaned")


def _players(reading: Reconciling, owner: Callable[[Any], Any]) -> Columns:
    return {to_camel(name): partial(_name_of, owner, name) for name in reading.players}


def _name_of(owner: Callable[[Any], Any], name: str, row: Any) -> Cell:
    found: Cell = getattr(owner(row), name)
    return found
