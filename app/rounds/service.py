"""Orders: a player's terms are frozen, and an address that commits to them is made."""

from __future__ import annotations

import base64
import hmac
from dataclasses import dataclass
from uuid import UUID

from flask import current_app
from sqlalchemy import select

from app.chain import deposits
from app.chain.models import DepositAddress
from app.core.config import Settings
from app.core.db import db
from app.core.errors import DomainError, NotFound, Unavailable
from app.core.ids import hash_secret, new_id, new_secret
from app.events import service as events
from app.partners.models import PartnerSite

from . import open_orders
from .lifecycle import window_of
from .models import Round, TicketOrder
from .rules import GAME, TERMS_VERSION, Price, identifier, price, takes_orders


@dataclass(frozen=True, slots=True)
class NewOrder:
    """A created order with the one thing that is never stored: the secret of its receipt."""

    order: TicketOrder
    address: DepositAddress
    receipt_secret: str


def create_order(
    site: PartnerSite, public_identifier: str, private_identifier: str, tip: int, *,
    requested_round: int | None = None, form_token: str | None = None,
) -> NewOrder:  # fmt: skip
    """Make an order for a live site's player; `tip` is the height of the last applied block.

    The same form token gives the same order again, so that twenty clicks are one order.

    Raises:
        DomainError: 409 `site_not_live`, `round_closed`, `round_sold_out` or `round_unbacked`; 422 for an identifier;
            429 `too_many_open_orders` or `too_many_open_orders_of_player`.
        NotFound: no such round.
        Unavailable: no round is ready for orders.
    """
    player = _identifiers(public_identifier, private_identifier)
    secret = _receipt_secret(form_token)
    if form_token is not None:
        known = _order_of_form(form_token)
        if known is not None:
            return NewOrder(known, db.session.get_one(DepositAddress, known.deposit_address_id), secret)
    if site.status != "live":
        raise DomainError("site_not_live", status=409)
    round_ = _round_for(requested_round, tip)
    open_orders.check(site, player[0], round_.round_number)
    order = _freeze(site, round_, player)
    address = deposits.create(GAME, round_.round_number, round_.internal_key, _terms(order, site, round_))
    order.deposit_address_id = address.id
    order.receipt_secret_hash = hash_secret(secret)
    order.form_token_hash = hash_secret(form_token) if form_token is not None else None
    db.session.flush()  # the address first: the order points to it
    db.session.add(order)
    db.session.flush()
    events.record("order.created", GAME, f"order:{order.id}",
                  {"orderId": str(order.id), "roundNumber": order.round_number}, site.id)  # fmt: skip
    return NewOrder(order, address, secret)


def _identifiers(public: str, private: str) -> tuple[str, str]:
    tidy_public, tidy_private = identifier(public), identifier(private)
    if tidy_public is None:
        raise DomainError("player_identifier_invalid", field="playerPublicIdentifier")
    if tidy_private is None:
        raise DomainError("player_identifier_invalid", field="playerPrivateIdentifier")
    return tidy_public, tidy_private


def _receipt_secret(form_token: str | None) -> str:
    """Random; or derived from the form's token, so that a repeated form finds its own receipt again."""
    if form_token is None:
        return new_secret()
    key = _settings().secret_key.get_secret_value().encode()
    digest = hmac.digest(key, b"tiraj/receipt/1:" + form_token.encode(), "sha256")
    return base64.urlsafe_b64encode(digest[:24]).decode()


def _order_of_form(form_token: str) -> TicketOrder | None:
    return db.session.scalars(select(TicketOrder).where(TicketOrder.form_token_hash == hash_secret(form_token))).first()


def _round_for(requested: int | None, tip: int) -> Round:
    if requested is not None:
        return _requested_round(requested, tip)
    candidates = db.session.scalars(
        select(Round)
        .where(
            Round.status.in_(("open", "scheduled", "unbacked")),
            Round.sales_end_height > tip + 1,
            Round.sold_tickets < Round.ticket_supply,
        )
        .order_by(Round.round_number)
        .limit(2)
    )
    for round_ in candidates:
        if takes_orders(window_of(round_), tip, _settings().order_stop_blocks):
            return _backed(round_)
    raise Unavailable("no_round_ready", retry_after=30)


def _requested_round(number: int, tip: int) -> Round:
    round_ = db.session.get(Round, number)
    if round_ is None:
        raise NotFound("round_not_found")
    if not takes_orders(window_of(round_), tip, _settings().order_stop_blocks):
        raise DomainError("round_closed", status=409, field="requestedRoundNumber")
    if round_.status not in ("open", "scheduled", "unbacked"):
        raise DomainError("round_closed", status=409, field="requestedRoundNumber")
    if round_.sold_tickets >= round_.ticket_supply:
        raise DomainError("round_sold_out", status=409, field="requestedRoundNumber")
    return _backed(round_)


def _backed(round_: Round) -> Round:
    if round_.status == "unbacked":
        raise DomainError("round_unbacked", status=409)
    return round_


def quoted_price(round_: Round, site: PartnerSite) -> Price:
    """What a ticket costs this site's players in this round."""
    return price(round_.base_ticket_price_sats, site.house_edge_percent, round_.min_payment_floor_sats)


def _freeze(site: PartnerSite, round_: Round, player: tuple[str, str]) -> TicketOrder:
    quoted = quoted_price(round_, site)
    return TicketOrder(
        id=new_id(),
        partner_site_id=site.id,
        round_number=round_.round_number,
        player_public_identifier=player[0],
        player_private_identifier=player[1],
        base_ticket_price_sats=quoted.base,
        player_ticket_price_sats=quoted.player,
        min_payment_sats=quoted.minimum_payment,
        house_edge_percent=site.house_edge_percent,
        payout_address=site.payout_address,
    )


def _terms(order: TicketOrder, site: PartnerSite, round_: Round) -> dict[str, str | int]:
    """What the address commits to: everything the player was shown, nothing private."""
    return {
        "baseTicketPriceSats": order.base_ticket_price_sats,
        "closingHeight": round_.closing_height,
        "game": GAME,
        "houseEdgePercent": order.house_edge_percent,
        "internalKey": round_.internal_key.hex(),
        "minPaymentSats": order.min_payment_sats,
        "network": _settings().bitcoin_network,
        "orderId": str(order.id),
        "partnerName": site.name,
        "payoutAddress": order.payout_address,
        "playerPublicIdentifier": order.player_public_identifier,
        "playerTicketPriceSats": order.player_ticket_price_sats,
        "roundNumber": order.round_number,
        "salesEndHeight": round_.sales_end_height,
        "version": TERMS_VERSION,
    }


def order_seen(address_id: UUID, txid: str, vout: int, amount_sats: int) -> None:
    """An unconfirmed payment was sighted; tell the partner, if it is one of this game's orders."""
    order = db.session.scalars(select(TicketOrder).where(TicketOrder.deposit_address_id == address_id)).first()
    if order is not None:
        payload = {"orderId": str(order.id), "txid": txid, "vout": vout, "amountSats": amount_sats}
        events.record("order.seen", GAME, f"order:{order.id}", payload, order.partner_site_id)


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings
