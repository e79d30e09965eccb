"""Tickets that are paid by card or GCash: reserved first, so that nobody pays for what would not be sold any more."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from app.core.database.session import db
from app.core.errors import DomainError
from app.money.gateways import queries as payments
from app.money.gateways import service as gateways
from app.money.gateways.clients.all_of_them import client_for
from app.selling.bets.games import game_named
from app.selling.bets.models import BetTicket
from app.selling.bets.sale import service as sale
from app.selling.bets.sale.ticket import Accepted, Refusal, RefusedSale, Wanted

PURCHASE_KIND: Final = "bet"


def reserve(wanted: Wanted, provider: str) -> tuple[Accepted | RefusedSale, UUID | None]:
    """Keep a ticket for who is about to pay it, in the caller's transaction; what came of it, and the payment, which is
    begun afterwards (`gateways.asking.begin`). The same again is the same ticket and the same payment.

    Raises:
        NotFound: `game_not_found`.
        DomainError: 422 `gateway_off`, `gateway_other_currency`.
    """
    currency = game_named(wanted.game).currency
    refusal = _of_gateway(provider, currency, wanted.total)
    if refusal is not None:
        return RefusedSale(wanted.ticket_id, (refusal,)), None
    (answer,) = sale.accept([wanted])
    if isinstance(answer, RefusedSale):
        return answer, None
    payment_id = payments.of_purchase(PURCHASE_KIND, wanted.ticket_id)
    if payment_id is None:
        until = db.session.get_one(BetTicket, wanted.ticket_id, populate_existing=True).reserved_until
        asked = gateways.Wanted(wanted.user_id, provider, currency, wanted.total, until)
        payment_id = gateways.create(asked, PURCHASE_KIND, wanted.ticket_id)
    return answer, payment_id


def _of_gateway(provider: str, currency: str, total: int) -> Refusal | None:
    """Why a gateway would not take so much: it has a least and a most."""
    try:
        client_for(provider, currency).check(currency, total)
    except DomainError as error:
        least, most = error.params.get("leastMinor"), error.params.get("mostMinor")
        if not isinstance(least, int) or not isinstance(most, int):
            raise
        return Refusal("payment_minimum", None, least) if total < least else Refusal("card_limit", None, most)
    return None
