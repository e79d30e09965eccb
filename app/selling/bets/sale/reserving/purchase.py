"""A ticket as a purchase: whoever takes its payment tells how that goes on.

Each verb is called inside the transaction that records the payment's change, and may be called again. What goes back of
a ticket goes through the wallet: its stake is there first, or nothing can go.
"""

from __future__ import annotations

from app.core.errors import DomainError
from app.money.gateways.purchases import Payment
from app.money.gateways.refunds import service as refunds
from app.money.wallets.origins import service as origins
from app.money.wallets.origins.service import Deposit
from app.money.wallets.postings import charged_back, wallet
from app.money.wallets.topups.service import TopupRefused, check_leaves, deposit_of
from app.people.players import spending
from app.record.ledger import queries as ledger_queries
from app.record.ledger import service as ledger
from app.selling.bets import postings, states
from app.selling.bets.models import BetTicket
from app.selling.bets.sale import draws, queries, writing
from app.selling.bets.sale.writing import Sale
from app.selling.bets.settlement.refunds import reversal

from . import rules
from .queries import entries_of
from .releasing import locked, release
from .service import PURCHASE_KIND


class BetRefused(Exception):
    """What was paid buys nothing any more, and goes back the way it came; its text is the code of why."""


class BetPurchase:
    """What a payment's end means for a ticket."""

    name = PURCHASE_KIND

    def paid(self, payment: Payment) -> None:
        """The ticket is accepted, if that may still be. Raises BetRefused."""
        ticket = locked(payment.purchase_id)
        if ticket.state == "posted":
            return
        deposit = _deposit(ticket, payment)
        entries = tuple(entries_of(ticket.id))
        found, now = draws.locked([entry.draw_id for entry in entries])
        if any(states.told(one.state, one.opens_at, one.closes_at, now) != "open" for one in found.values()):
            raise BetRefused("betting_closed")
        if ticket.reserved_until is None or rules.is_over(ticket.reserved_until, now):
            raise BetRefused("reservation_over")
        wanted, _ = queries.sold_already([ticket.id])[ticket.id]
        writing.post(Sale(wanted, ticket.code, ticket.currency, entries), found.values(), now, payment.clearing)
        origins.remember(ticket.id, ticket.user_id, ticket.currency, ticket.total_minor, deposit)
        origins.lose(ticket.id, ticket.total_minor)  # all of it is played, and none is in the wallet

    def ended(self, payment: Payment, state: str) -> None:
        """It came to nothing: what was reserved is free again."""
        release(payment.purchase_id, state)

    def take_back(self, payment: Payment, amount_minor: int, key: str) -> None:
        """Some of it is about to go back. Raises DomainError 409: `insufficient_funds`, it is not in the wallet;
        `winnings_not_final`, it is no stake that has come back, and what is there may still be another's."""
        spending.hold(payment.user_id)
        own = wallet(payment.user_id, payment.currency)
        check_leaves(payment.user_id, own, amount_minor, _returned(payment))
        if ledger.post(postings.taken_back(key, own, payment.refund, amount_minor)):
            origins.lose(payment.purchase_id, -amount_minor)
            origins.take(payment.purchase_id, amount_minor)

    def within_reach(self, payment: Payment) -> int:
        """What is in the buyer's wallet, can be spent and is final: a stake is there once it has come back."""
        own, back = ledger_queries.available(wallet(payment.user_id, payment.currency)), _returned(payment)
        return max(origins.final_of(payment.user_id, payment.currency, own - back) + min(own, back), 0)

    def returnable(self, payment: Payment) -> int:
        """Stakes that have come back to the wallet and are still there: the others are played, or their ticket goes
        back first."""
        own = ledger_queries.available(wallet(payment.user_id, payment.currency))
        return max(min(own, _returned(payment)), 0)

    def give_back(self, payment: Payment, amount_minor: int, key: str) -> None:
        """It could not go back: it stays in the wallet, and leaves only where it came from."""
        spending.hold(payment.user_id)
        own = wallet(payment.user_id, payment.currency)
        if ledger.post(postings.came_back(key, own, payment.refund, amount_minor)):
            origins.give(payment.purchase_id, amount_minor)

    def unplayed(self, payment: Payment) -> int:
        """Nothing: it was a stake from the beginning."""
        return 0

    def set_aside(self, payment: Payment, amount_minor: int, key: str) -> None:
        """Raises DomainError 409 `nothing_to_send_back`."""
        raise DomainError("nothing_to_send_back", status=409)

    def set_free(self, payment: Payment, amount_minor: int, key: str) -> None:
        """Nothing of it was ever set aside."""

    def give_up(self, payment: Payment, amount_minor: int) -> None:
        """A dispute is about to be lost: what of the ticket is not sealed is void, its stake in the wallet again."""
        reversal.void_ticket(payment.purchase_id)

    def charged_back(self, payment: Payment, amount_minor: int, key: str) -> None:
        """A dispute is lost: what is in the wallet pays for it, winnings too, and the rest is owed."""
        spending.hold(payment.user_id)
        if ledger_queries.postings_of(postings.SALE, [key], "charged_back"):
            return
        in_wallet = ledger_queries.available(wallet(payment.user_id, payment.currency))
        ledger.post(charged_back(key, payment.user_id, payment.currency, amount_minor, in_wallet, postings.SALE))
        origins.take(payment.purchase_id, amount_minor)


def _returned(payment: Payment) -> int:
    """What of a ticket's stakes has come back to the wallet and is to go on from there."""
    sent = sum(amount for state, amount in refunds.of(payment.id) if state != "failed")
    return max(reversal.given_back(payment.purchase_id) - sent, 0)


def _deposit(ticket: BetTicket, payment: Payment) -> Deposit:
    """Where the money came from. Raises BetRefused."""
    if ticket.state == "released":
        raise BetRefused("reservation_over")
    bought = (ticket.user_id, ticket.currency, ticket.total_minor)
    if (payment.user_id, payment.currency, payment.amount_minor) != bought:
        raise BetRefused("ticket_differs")
    try:
        return deposit_of(payment)
    except TopupRefused as refused:
        raise BetRefused(refused.code) from None
