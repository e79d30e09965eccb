"""Orders: a player's terms are frozen, and an address that commits to them is made."""

from __future__ import annotations

import base64
import hmac
from dataclasses import dataclass

from app.chain.models import DepositAddress
from app.core.config import current_settings
from app.core.database.session import db
from app.core.ids import hash_secret, new_secret
from app.people.partners.models import PartnerSite
from app.selling.windows.orders import service as orders
from app.selling.windows.orders.limits import BY_KEY, Origin

from .game import ROUNDS
from .models import Round, TicketOrder
from .rules import Price, price


@dataclass(frozen=True, slots=True)
class NewOrder:
    """A created order with the one thing that is never stored: the secret of its receipt."""

    order: TicketOrder
    round: Round
    address: DepositAddress
    receipt_secret: str


def create_order(
    site: PartnerSite,
    public_identifier: str,
    private_identifier: str,
    tip: int,
    *,
    origin: Origin = BY_KEY,
    requested_round: int | None = None,
    form_token: str | None = None,
) -> NewOrder:
    """Make an order for a live site's player; `tip` is the height of the last applied block.

    `origin` says whose budget of unpaid orders it uses. The same form token gives the same order again, so that twenty
    clicks are one order.

    Raises:
        DomainError: 409 `site_not_live`, `round_closed`, `round_sold_out` or `round_unbacked`; 422 for an identifier;
            429 `too_many_open_orders…`.
        NotFound: no such round.
        Unavailable: no round is ready for orders.
    """
    known = order_of_form(form_token)
    return known or make_order(
        site,
        public_identifier,
        private_identifier,
        tip,
        origin=origin,
        requested_round=requested_round,
        form_token=form_token,
    )


def order_of_form(form_token: str | None) -> NewOrder | None:
    """The order that was made with this token, with its receipt."""
    known = orders.of_form(ROUNDS, form_token)
    if known is None:
        return None
    round_ = db.session.get_one(Round, known.round_number)
    address = db.session.get_one(DepositAddress, known.deposit_address_id)
    return NewOrder(known, round_, address, _receipt_secret(form_token))


def make_order(
    site: PartnerSite,
    public_identifier: str,
    private_identifier: str,
    tip: int,
    *,
    origin: Origin = BY_KEY,
    requested_round: int | None = None,
    form_token: str | None = None,
) -> NewOrder:
    """The same for a token that is certainly new. Raises as `create_order`."""
    public = orders.player_of(public_identifier, "playerPublicIdentifier")
    private = orders.player_of(private_identifier, "playerPrivateIdentifier", is_private=True)
    begun = orders.begin(ROUNDS, site, requested_round, tip, public, origin)
    quoted = quoted_price(begun.round, site)
    secret = _receipt_secret(form_token)
    order = TicketOrder(
        **orders.common_columns(begun, quoted.minimum_payment),
        player_public_identifier=public,
        player_private_identifier=private,
        base_ticket_price_sats=quoted.base,
        player_ticket_price_sats=quoted.player,
        receipt_secret_hash=hash_secret(secret),
    )
    address = orders.place(ROUNDS, begun, order, form_token)
    return NewOrder(order, begun.round, address, secret)


def _receipt_secret(form_token: str | None) -> str:
    """Random; or derived from the form's token, so that a repeated form finds its own receipt again."""
    if form_token is None:
        return new_secret()
    key = current_settings().secret_key.get_secret_value().encode()
    digest = hmac.digest(key, b"tiraj/receipt/1:" + form_token.encode(), "sha256")
    return base64.urlsafe_b64encode(digest[:24]).decode()


def quoted_price(round_: Round, site: PartnerSite) -> Price:
    """What a ticket costs this site's players in this round."""
    return price(round_.base_ticket_price_sats, site.house_edge_percent, round_.min_payment_floor_sats)
