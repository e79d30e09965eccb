"""The lists of a game of windows, made from what is its own: for the server API, a partner's dashboard and the public.

Orders, payments and wins have the same columns in every game of windows but for the names of players and what a player
gets for the money; both are told here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from pydantic.alias_generators import to_camel

from app.catalogue.records import (
    Columns,
    GameRecords,
    OrderLine,
    Orders,
    OwnCell,
    Passing,
    PaymentLine,
    Payments,
    PublicRounds,
    WinLine,
    Wins,
)
from app.core.ids import created_at, parse_id
from app.core.money import Sats
from app.core.text.sheets import Cell
from app.core.web.templating import iso
from app.core.wire.paging import number_place
from app.money.payouts.sent.debts import STANDINGS
from app.people.partners.models import PartnerSite
from app.selling.windows import queries
from app.selling.windows.games import game_called
from app.selling.windows.orders import limits as open_orders
from app.selling.windows.orders.passing import refunds

from .passing import note_refund, note_win
from .placed import Ask, place_of
from .reconciling import PaymentOfOrder, Reconciling, WinOfRound

RecordUrl = Callable[[object], str]
"""The public page of a record, by its id or number."""


def game_records(
    reading: Reconciling,
    orders: Orders,
    payments: Payments,
    wins: Wins,
    rounds: PublicRounds,
    round_url: RecordUrl,
) -> GameRecords:
    """All the lists of a game of windows."""
    return GameRecords(
        name=reading.game.name,
        title=reading.game.title,
        players=reading.players,
        orders=orders,
        payments=payments,
        wins=wins,
        rounds=rounds,
        round_kind=reading.game.round_kind,
        round_url=round_url,
    )


def orders(
    reading: Reconciling,
    states: tuple[str, ...],
    own: Columns,
    bought: OwnCell,
    cell: Callable[[Any], str],
    url: RecordUrl,
    record: Callable[[Any], BaseModel],
    answer: type[BaseModel],
    receipt: Callable[[Any], BaseModel],
    receipt_answer: type[BaseModel],
    ask: Ask,
    is_public: Callable[[Any], bool] = lambda view: True,
    numbers: Callable[[Any], str] | None = None,
) -> Orders:
    """The list of a game's orders. `own`: the columns that say what was bought, and for how much; `bought` and `cell`
    the same for people. `receipt` and its answer are of an order that was asked for alone; `ask`: what one asks for.
    `is_public` says whether an order has a page that everybody sees, at `url` of its id; `numbers`, which it holds
    where `cell` counts them."""
    return Orders(
        reading.orders,
        lambda view: view.order.id,
        parse_id,
        _order_columns(reading, own),
        states,
        shown_states=reading.shown_states,
        record=record,
        answer=answer,
        line=partial(_order_line, reading, cell, url, is_public),
        one=reading.order,
        bought=bought,
        receipt=receipt,
        receipt_answer=receipt_answer,
        open_orders=partial(_open_orders, reading.game.name),
        numbers=numbers,
        place=partial(place_of, ask),
    )


def payments(
    reading: Reconciling,
    statuses: tuple[str, ...],
    record: Callable[[Any], BaseModel],
    answer: type[BaseModel],
) -> Payments:
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
        "passedOnAt": lambda row: iso(row[2].noted_at) if row[2] else None,
    }

    return Payments(
        reading.payments,
        lambda row: row[0].id,
        parse_id,
        columns,
        statuses,
        record=record,
        answer=answer,
        line=partial(_payment_line, reading),
        passing=Passing(partial(refunds, reading.game), partial(note_refund, reading), is_decided=True),
    )


def wins(
    reading: Reconciling,
    order_column: str,
    own: Columns,
    won: OwnCell,
    cell: Callable[[Any], str],
    record: Callable[[Any], BaseModel],
    answer: type[BaseModel],
) -> Wins:
    """The list of a game's wins. `order_column` names the order that won; `own`, `won`, `cell`: what was drawn."""
    columns: Columns = {
        "settledAt": lambda row: iso(created_at(row.win.id)),
        "roundNumber": lambda row: row.win.round_number,
        order_column: lambda row: str(_won_order(reading, row)),
        **_players(reading, lambda row: row.win),
        **own,
        "jackpotSats": lambda row: row.win.jackpot_sats,
        "payoutAddress": lambda row: row.win.payout_address,
        "payoutState": lambda row: row.debt.standing,
        "payoutTxid": lambda row: row.debt.sent.txid if row.debt.sent else None,
        "payoutVout": lambda row: row.debt.sent.vout if row.debt.sent else None,
        "payoutBlockHeight": lambda row: row.debt.block.height if row.debt.block else None,
        "sentAt": lambda row: iso(row.debt.sent.at) if row.debt.sent else None,
        "paidAt": lambda row: iso(row.debt.paid_at) if row.debt.paid_at else None,
        "passedOnAt": lambda row: iso(row.passed_on.noted_at) if row.passed_on else None,
    }
    return Wins(
        reading.wins,
        lambda row: row.win.round_number,
        number_place,
        columns,
        STANDINGS,
        record=record,
        answer=answer,
        line=partial(_win_line, reading, cell),
        won=won,
        standings=reading.standings,
        passing=Passing(reading.wins_to_pass_on, partial(note_win, reading)),
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


def received_sats(view: Any) -> Sats:
    """What was paid to an order and is still in the chain or on its way."""
    return sum(payment.amount_sats for payment in view.payments if payment.status != "orphaned")


def _order_columns(reading: Reconciling, own: Columns) -> Columns:
    return {
        "createdAt": lambda view: iso(created_at(view.order.id)),
        "orderId": lambda view: str(view.order.id),
        **_players(reading, lambda view: view.order),
        "roundNumber": lambda view: view.order.round_number,
        **own,
        "state": lambda view: view.state,
    }


def _order_line(
    reading: Reconciling, cell: Callable[[Any], str], url: RecordUrl, is_public: Callable[[Any], bool], view: Any
) -> OrderLine:
    player, account = _names(reading, view.order)
    return OrderLine(
        id=view.order.id,
        player=player,
        account=account,
        round_number=view.order.round_number,
        received_sats=received_sats(view),
        bought=cell(view),
        state=reading.shown(view.state),
        url=url(view.order.id) if is_public(view) else None,
    )


def _payment_line(reading: Reconciling, row: PaymentOfOrder) -> PaymentLine:
    payment, order, passed_on = row
    player, account = _names(reading, order)
    return PaymentLine(
        id=payment.id,
        player=player,
        account=account,
        round_number=order.round_number,
        order_id=order.id,
        txid=payment.txid,
        vout=payment.vout,
        block_height=payment.block_height,
        amount_sats=payment.amount_sats,
        credited_sats=payment.credited_sats,
        refundable_sats=payment.refundable_sats,
        refunded_at=payment.refunded_at,
        status=payment.status,
        passed_on=passed_on,
    )


def _win_line(reading: Reconciling, cell: Callable[[Any], str], row: WinOfRound) -> WinLine:
    win = row.win
    player, account = _names(reading, win)
    return WinLine(
        id=win.id,
        player=player,
        account=account,
        round_number=win.round_number,
        won=cell(row),
        amount_sats=win.jackpot_sats,
        paid_to=win.payout_address,
        order_id=_won_order(reading, row),
        debt=row.debt,
        passed_on=row.passed_on,
    )


def _open_orders(name: str, site: PartnerSite) -> open_orders.OpenOrders | None:
    """Where a site stands with its limit of unpaid orders; None while no round sells."""
    game = game_called(name)
    selling = queries.current_round(game)
    return open_orders.standing(game, site, selling.round_number) if selling else None


def _won_order(reading: Reconciling, row: WinOfRound) -> UUID:
    found: UUID = getattr(row.win, reading.won_order.key)
    return found


def _names(reading: Reconciling, row: Any) -> tuple[Any, Any]:
    """The player's name that others see, and its partner's own."""
    return getattr(row, reading.players[0]), getattr(row, reading.players[-1])


def _players(reading: Reconciling, owner: Callable[[Any], Any]) -> Columns:
    return {to_camel(name): partial(_name_of, owner, name) for name in reading.players}


def _name_of(owner: Callable[[Any], Any], name: str, row: Any) -> Cell:
    found: Cell = getattr(owner(row), name)
    return found
