"""A partner's lists: where each comes from, and its columns as a spreadsheet gets them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from app.core.ids import created_at, parse_id
from app.core.templating import iso
from app.ledger import queries as ledger
from app.ledger.entries import AccountRef
from app.partners.models import PartnerSite
from app.rounds.models import PAYMENT_STATUSES
from app.rounds.states import ORDER_STATES

from . import queries
from .wanted import Wanted

Cell = str | int | None


@dataclass(frozen=True, slots=True)
class Records:
    """One list. `read` gives rows below the cursor, the newest first; `cursor` says where a row stands."""

    name: str
    read: Callable[[PartnerSite, Wanted, str | None, int], Sequence[Any]]
    cursor: Callable[[Any], str]
    columns: Mapping[str, Callable[[Any], Cell]]
    states: tuple[str, ...] = ()
    has_filter: bool = True


def partner_account(site: PartnerSite) -> AccountRef:
    """The account that holds what a site has earned."""
    return AccountRef("partner", str(site.id))


def received_sats(view: Any) -> int:
    """What was paid to an order and is still in the chain or on its way."""
    return sum(payment.amount_sats for payment in view.payments if payment.status != "orphaned")


def _id(text: str | None) -> UUID | None:
    return parse_id(text) if text else None


def _number(text: str | None, most: int) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and int(text) <= most else None


_ORDERS = Records(
    "orders",
    lambda site, wanted, before, limit: queries.orders(site, wanted, _id(before), limit),
    lambda view: str(view.order.id),
    {
        "createdAt": lambda view: iso(created_at(view.order.id)),
        "orderId": lambda view: str(view.order.id),
        "playerPublicIdentifier": lambda view: view.order.player_public_identifier,
        "playerPrivateIdentifier": lambda view: view.order.player_private_identifier,
        "roundNumber": lambda view: view.order.round_number,
        "receivedSats": received_sats,
        "tickets": lambda view: view.slip.ticket_count if view.slip else 0,
        "state": lambda view: view.state,
    },
    ORDER_STATES,
)

_PAYMENTS = Records(
    "payments",
    lambda site, wanted, before, limit: queries.payments(site, wanted, _id(before), limit),
    lambda row: str(row[0].id),
    {
        "recordedAt": lambda row: iso(created_at(row[0].id)),
        "paymentId": lambda row: str(row[0].id),
        "orderId": lambda row: str(row[1].id),
        "playerPublicIdentifier": lambda row: row[1].player_public_identifier,
        "playerPrivateIdentifier": lambda row: row[1].player_private_identifier,
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
)

_WINS = Records(
    "wins",
    lambda site, wanted, before, limit: queries.wins(site, wanted, _number(before, 999_999_999), limit),
    lambda win: str(win.round_number),
    {
        "settledAt": lambda win: iso(created_at(win.id)),
        "roundNumber": lambda win: win.round_number,
        "slipIdentifier": lambda win: str(win.slip_id),
        "playerPublicIdentifier": lambda win: win.player_public_identifier,
        "playerPrivateIdentifier": lambda win: win.player_private_identifier,
        "winningTicket": lambda win: win.winning_ticket_number,
        "jackpotSats": lambda win: win.jackpot_sats,
        "payoutAddress": lambda win: win.payout_address,
    },
)

_BALANCE = Records(
    "balance",
    lambda site, wanted, before, limit: ledger.lines(partner_account(site), _number(before, 10**18), limit),
    lambda line: str(line.id),
    {
        "postedAt": lambda line: iso(line.posted_at),
        "lineId": lambda line: line.id,
        "kind": lambda line: line.kind,
        "source": lambda line: line.source,
        "sourceId": lambda line: line.source_id,
        "amountSats": lambda line: line.amount,
    },
    has_filter=False,
)

LISTS: Final = {records.name: records for records in (_ORDERS, _PAYMENTS, _WINS, _BALANCE)}
