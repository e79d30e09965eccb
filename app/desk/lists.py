"""A partner's lists, by game: those of the main game, and the balance, which has no game."""

from __future__ import annotations

from typing import Final

from app.core.ids import created_at
from app.core.templating import iso
from app.ledger import queries as ledger
from app.ledger.entries import AccountRef
from app.partners.models import PartnerSite
from app.rounds.models import PAYMENT_STATUSES
from app.rounds.states import ORDER_STATES

from . import luckotto_lists as luckotto
from . import queries
from .records import Records, id_of, number_of, received_sats


def partner_account(site: PartnerSite) -> AccountRef:
    """The account that holds what a site has earned."""
    return AccountRef("partner", str(site.id))


_ORDERS = Records(
    "orders",
    lambda site, wanted, before, limit: queries.orders(site, wanted, id_of(before), limit),
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
    template="desk/_orders.html",
)

_PAYMENTS = Records(
    "payments",
    lambda site, wanted, before, limit: queries.payments(site, wanted, id_of(before), limit),
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
    template="desk/_payments.html",
)

_WINS = Records(
    "wins",
    lambda site, wanted, before, limit: queries.wins(site, wanted, number_of(before, 999_999_999), limit),
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
    template="desk/_wins.html",
)

_BALANCE = Records(
    "balance",
    lambda site, wanted, before, limit: ledger.lines(partner_account(site), number_of(before, 10**18), limit),
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
    template="desk/_balance.html",
)

LISTS: Final[dict[str, dict[str, Records]]] = {
    "orders": {"rounds": _ORDERS, "luckotto": luckotto.ORDERS},
    "payments": {"rounds": _PAYMENTS, "luckotto": luckotto.PAYMENTS},
    "wins": {"rounds": _WINS, "luckotto": luckotto.WINS},
    "balance": {"": _BALANCE},
}
"""Each list by its name and then by game, the one that is shown unless another is asked for first."""
