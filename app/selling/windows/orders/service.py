"""Orders as every game of windows makes them: a round is chosen, terms are frozen, an address commits to them."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.chain.deposits import service as deposits
from app.chain.deposits.commitment import Term
from app.chain.models import DepositAddress
from app.core.config import current_settings
from app.core.database.session import db
from app.core.errors import DomainError, NotFound, Unavailable
from app.core.ids import hash_secret, new_id
from app.core.text.names import private_name, public_name
from app.people.partners.models import PartnerSite
from app.record.events import service as events
from app.selling.windows.games import WindowGame, window_games
from app.selling.windows.models import WindowOrder, WindowRound
from app.selling.windows.proof import kept, promise
from app.selling.windows.rules import SELLING, takes_orders
from app.selling.windows.tables import AnyTables, GameTables, OrderT, RoundT

from . import limits as open_orders


def player_of(text: str, field: str, *, is_private: bool = False) -> str:
    """A player's identifier in its one spelling. `is_private`: the partner alone reads it.

    Raises:
        DomainError: 422 `player_identifier_invalid` at `field`.
    """
    tidy = private_name(text) if is_private else public_name(text)
    if tidy is None:
        raise DomainError("player_identifier_invalid", field=field)
    return tidy


def of_form(game: GameTables[Any, OrderT, Any], form_token: str | None) -> OrderT | None:
    """The order that this form's token made before, so that twenty clicks are one order."""
    if form_token is None:
        return None
    return db.session.scalars(select(game.order).where(game.order.form_token_hash == hash_secret(form_token))).first()


def choose_round(game: WindowGame[RoundT, Any, Any, Any], site: PartnerSite, requested: int | None, tip: int) -> RoundT:
    """The round that a new order of a live site joins; `tip` is the height of the last applied block.

    Raises:
        DomainError: 409 `site_not_live`, `round_closed`, `round_sold_out` or `round_unbacked`.
        NotFound: no such round.
        Unavailable: no round is ready for orders.
    """
    if site.status != "live":
        raise DomainError("site_not_live", status=409)
    if requested is not None:
        return _requested_round(game, requested, tip)
    rounds = game.round
    candidates = db.session.scalars(
        select(rounds)
        .where(rounds.status.in_(SELLING), rounds.sales_end_height > tip + 1, game.sale.has_room())
        .order_by(rounds.round_number)
        .limit(2)
    )
    for round_ in candidates:
        if takes_orders(round_.window, tip, current_settings().order_stop_blocks):
            return _backed(round_)
    raise Unavailable("no_round_ready", retry_after=30)


def _requested_round(game: WindowGame[RoundT, Any, Any, Any], number: int, tip: int) -> RoundT:
    round_ = db.session.get(game.round, number)
    if round_ is None:
        raise NotFound("round_not_found")
    if not takes_orders(round_.window, tip, current_settings().order_stop_blocks) or round_.status not in SELLING:
        raise DomainError("round_closed", status=409, field="requestedRoundNumber")
    if game.sale.is_sold_out(round_):
        raise DomainError("round_sold_out", status=409, field="requestedRoundNumber")
    return _backed(round_)


def _backed(round_: RoundT) -> RoundT:
    if round_.status == "unbacked":
        raise DomainError("round_unbacked", status=409)
    return round_


def common_columns(site: PartnerSite, round_: WindowRound, min_payment_sats: int) -> dict[str, Any]:
    """The columns of a new order that every game freezes alike."""
    return {
        "id": new_id(),
        "partner_site_id": site.id,
        "round_number": round_.round_number,
        "min_payment_sats": min_payment_sats,
        "house_edge_percent": site.house_edge_percent,
        "payout_address": site.payout_address,
    }


def place(
    game: WindowGame[RoundT, OrderT, Any, Any],
    site: PartnerSite,
    round_: RoundT,
    order: OrderT,
    player: str,
    origin: open_orders.Origin,
    form_token: str | None = None,
) -> DepositAddress:
    """Write an order and make the address that commits to its terms.

    `player` is who counts for the limits, in the budget of `origin`.

    Raises:
        TooMany: 429 `too_many_open_orders`, `too_many_open_orders_of_player` or `too_many_open_orders_of_requester`.
        Unavailable: the round's columns are not what it promised; no address may commit to both.
    """
    if kept.columns_differ(game, round_):
        raise Unavailable("no_round_ready", retry_after=30)
    open_orders.check(game, site, player, round_.round_number, origin)
    order.placed_by, order.placed_from = origin.way.value, origin.requester
    address = deposits.create(
        game.name,
        round_.round_number,
        round_.internal_key,
        terms(game, site, round_, order),
        round_terms=round_.round_terms or "",
    )
    order.deposit_address_id = address.id
    order.form_token_hash = hash_secret(form_token) if form_token is not None else None
    db.session.flush()  # the address first: the order points to it
    db.session.add(order)
    db.session.flush()
    payload = {"orderId": str(order.id), "roundNumber": order.round_number}
    events.record("order.created", game.name, f"order:{order.id}", payload, site.id)
    return address


def terms(
    game: WindowGame[RoundT, OrderT, Any, Any], site: PartnerSite, round_: RoundT, order: OrderT
) -> dict[str, Term]:
    """What the address commits to: everything the player was shown, nothing private."""
    return {
        **schedule_terms(game, round_),
        "houseEdgePercent": order.house_edge_percent,
        "minPaymentSats": order.min_payment_sats,
        "network": current_settings().bitcoin_network,
        "orderId": str(order.id),
        "partnerName": site.name,
        "payoutAddress": order.payout_address,
        **game.terms.of_order(order),
    }


def schedule_terms(game: WindowGame[RoundT, Any, Any, Any], round_: RoundT) -> dict[str, str | int]:
    """The part of the terms that all orders of a round share."""
    return {
        "closingHeight": round_.closing_height,
        "game": game.name,
        "internalKey": round_.internal_key.hex(),
        "roundNumber": round_.round_number,
        "salesEndHeight": round_.sales_end_height,
        "version": promise.version_of(round_),
        **game.terms.of_round(round_),
        **({} if round_.round_terms is None else {"roundCommitment": promise.commitment(round_.round_terms).hex()}),
    }


def differ_from_terms(game: WindowGame[Any, OrderT, Any, Any], order: OrderT) -> list[str]:
    """How an order's row contradicts the terms that its address commits to, in words."""
    address = db.session.get_one(DepositAddress, order.deposit_address_id)
    told = json.loads(address.terms)
    if not kept.is_of_its_terms(address):
        return [f"order {order.id}: its terms do not lead to its address"]
    stored = {
        "houseEdgePercent": order.house_edge_percent,
        "minPaymentSats": order.min_payment_sats,
        "payoutAddress": order.payout_address,
        "roundNumber": order.round_number,
        **game.terms.of_order(order),
    }
    return [
        f"order {order.id}: {name} is {value}, its terms say {told.get(name)}"
        for name, value in stored.items()
        if told.get(name) != value
    ]


def seen(address_id: UUID, txid: str, vout: int, amount_sats: int) -> None:
    """An unconfirmed payment was sighted; tell the partner, if it is to an order of a game of windows."""
    for game in window_games():
        order = _order_at(game, address_id)
        if order is not None:
            payload = {"orderId": str(order.id), "txid": txid, "vout": vout, "amountSats": amount_sats}
            events.record("order.seen", game.name, f"order:{order.id}", payload, order.partner_site_id)


def _order_at(game: AnyTables, address_id: UUID) -> WindowOrder | None:
    order: WindowOrder | None = db.session.scalars(
        select(game.order).where(game.order.deposit_address_id == address_id)
    ).first()
    return order
