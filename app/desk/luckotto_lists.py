"""Luckotto's lists on a partner's desk: where each comes from, and its columns as a spreadsheet gets them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select

from app.chain.models import DepositAddress
from app.core.ids import created_at, parse_id
from app.core.templating import iso
from app.luckotto import reconciling
from app.luckotto.models import PAYMENT_STATUSES, LuckottoOrder, LuckottoPayment, LuckottoWin
from app.luckotto.reconciling import OrderFilter, made_between
from app.luckotto.rules import numbers_of
from app.luckotto.states import ORDER_STATES
from app.partners.models import PartnerSite

from .records import Records, id_of, number_of, received_sats
from .wanted import Wanted

_HASH_LENGTH = 64


def _orders(site: PartnerSite, wanted: Wanted, before: UUID | None, limit: int) -> Sequence[Any]:
    return reconciling.orders_page(site, _filter(wanted), before, limit, _found_orders(wanted.search))


def _payments(site: PartnerSite, wanted: Wanted, before: UUID | None, limit: int) -> Sequence[Any]:
    return reconciling.payments_page(
        site, _filter(wanted), before, limit, status=wanted.state, where=_found_orders(wanted.search)
    )


def _wins(site: PartnerSite, wanted: Wanted, before: int | None, limit: int) -> Sequence[Any]:
    conditions = made_between(LuckottoWin.id, wanted.begins, wanted.ends)
    if wanted.round_number is not None:
        conditions.append(LuckottoWin.round_number == wanted.round_number)
    if wanted.search:
        order_id = parse_id(wanted.search)
        conditions.append(or_(
            LuckottoWin.player_uname.icontains(wanted.search, autoescape=True),
            LuckottoWin.player_identifier.icontains(wanted.search, autoescape=True),
            LuckottoWin.payout_address == wanted.search,
            *([LuckottoWin.ticket_id == order_id] if order_id else []),
        ))  # fmt: skip
    return reconciling.wins_page(site, before, limit, conditions)


def _filter(wanted: Wanted) -> OrderFilter:
    return OrderFilter(
        round_number=wanted.round_number, state=wanted.state, created_after=wanted.begins, created_before=wanted.ends
    )


def _found_orders(text: str) -> list[ColumnElement[bool]]:
    """Part of a player's name, or the whole of an order's id, a deposit address or a transaction's id."""
    if not text:
        return []
    found = [
        LuckottoOrder.player_uname.icontains(text, autoescape=True),
        LuckottoOrder.player_identifier.icontains(text, autoescape=True),
        LuckottoOrder.deposit_address_id.in_(select(DepositAddress.id).where(DepositAddress.address == text.lower())),
    ]
    order_id = parse_id(text)
    if order_id is not None:
        found.append(LuckottoOrder.id == order_id)
    if len(text) == _HASH_LENGTH:
        paid = select(LuckottoPayment.order_id).where(LuckottoPayment.txid == text.lower())
        found.append(LuckottoOrder.id.in_(paid))
    return [or_(*found)]


def _numbers(numbers: Sequence[int] | None) -> str:
    return " ".join(map(str, numbers or ()))


ORDERS = Records(
    "orders",
    lambda site, wanted, before, limit: _orders(site, wanted, id_of(before), limit),
    lambda view: str(view.order.id),
    {
        "createdAt": lambda view: iso(created_at(view.order.id)),
        "orderId": lambda view: str(view.order.id),
        "playerUname": lambda view: view.order.player_uname,
        "playerIdentifier": lambda view: view.order.player_identifier,
        "roundNumber": lambda view: view.order.round_number,
        "requestedNumbers": lambda view: _numbers(view.requested_numbers),
        "allocatedNumbers": lambda view: _numbers(view.allocated_numbers),
        "totalSats": lambda view: view.order.total_sats,
        "receivedSats": received_sats,
        "state": lambda view: view.state,
    },
    ORDER_STATES,
    template="desk/_luckotto_orders.html",
)

PAYMENTS = Records(
    "payments",
    lambda site, wanted, before, limit: _payments(site, wanted, id_of(before), limit),
    lambda row: str(row[0].id),
    {
        "recordedAt": lambda row: iso(created_at(row[0].id)),
        "paymentId": lambda row: str(row[0].id),
        "orderId": lambda row: str(row[1].id),
        "playerUname": lambda row: row[1].player_uname,
        "playerIdentifier": lambda row: row[1].player_identifier,
        "roundNumber": lambda row: row[1].round_number,
        "txid": lambda row: row[0].txid,
        "vout": lambda row: row[0].vout,
        "blockHeight": lambda row: row[0].block_height,
        "amountSats": lambda row: row[0].amount_sats,
        "creditedSats": lambda row: row[0].credited_sats,
        "refundableSats": lambda row: row[0].refundable_sats,
        "refundedAt": lambda row: iso(row[0].refunded_at) if row[0].refunded_at else None,
        "status": lambda row: row[0].status,
    },
    PAYMENT_STATUSES,
    template="desk/_luckotto_payments.html",
)

WINS = Records(
    "wins",
    lambda site, wanted, before, limit: _wins(site, wanted, number_of(before, 999_999_999), limit),
    lambda win: str(win.round_number),
    {
        "settledAt": lambda win: iso(created_at(win.id)),
        "roundNumber": lambda win: win.round_number,
        "orderId": lambda win: str(win.ticket_id),
        "playerUname": lambda win: win.player_uname,
        "playerIdentifier": lambda win: win.player_identifier,
        "winningNumbers": lambda win: _numbers(numbers_of(win.winning_numbers)),
        "jackpotSats": lambda win: win.jackpot_sats,
        "payoutAddress": lambda win: win.payout_address,
    },
    template="desk/_luckotto_wins.html",
)
