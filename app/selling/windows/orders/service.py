"""Orders as every game of windows makes them: a round is chosen, terms are frozen, an address commits to them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Generic
from uuid import UUID

from sqlalchemy import Select, bindparam, or_, select

from app.chain.deposits import commitment
from app.chain.deposits import service as deposits
from app.chain.deposits.commitment import Term
from app.chain.models import DepositAddress
from app.core.config import current_settings
from app.core.database import together
from app.core.database.session import db
from app.core.errors import DomainError, NotFound, Unavailable
from app.core.ids import hash_secret, new_id
from app.core.text.names import private_name, public_name
from app.people.partners.models import PartnerSite
from app.record.events import service as events
from app.selling.windows.games import AnyGame, WindowGame, window_games
from app.selling.windows.models import WindowOrder, WindowRound
from app.selling.windows.proof import kept, promise
from app.selling.windows.questions.draw import ResultT
from app.selling.windows.rules import SELLING, takes_orders
from app.selling.windows.tables import AnyTables, OrdersOf, OrderT, PaymentT, RoundT

from . import counting
from . import limits as open_orders
from .counting import Turn


@dataclass(frozen=True, slots=True)
class Begun(Generic[RoundT]):
    """An order that is about to be made: whose, in which round, and where it counts. `seq` is the last number that the
    events had then been given."""

    site: PartnerSite
    round: RoundT
    origin: open_orders.Origin
    turn: Turn
    seq: int


def player_of(text: str, field: str, *, is_private: bool = False) -> str:
    """A player's identifier in its one spelling. `is_private`: the partner alone reads it.

    Raises:
        DomainError: 422 `player_identifier_invalid` at `field`.
    """
    tidy = private_name(text) if is_private else public_name(text)
    if tidy is None:
        raise DomainError("player_identifier_invalid", field=field)
    return tidy


def of_form(game: OrdersOf[OrderT], form_token: str | None) -> OrderT | None:
    """The order that this form's token made before, so that twenty clicks are one order."""
    if form_token is None:
        return None
    found: OrderT | None = db.session.scalars(_by_form(game), {"form": hash_secret(form_token)}).first()
    return found


@lru_cache(maxsize=64)
def _by_form(game: AnyTables) -> Select[Any]:
    return select(game.order).where(game.order.form_token_hash == bindparam("form"))


def choose_round(game: WindowGame[RoundT, OrderT, PaymentT, ResultT], site: PartnerSite, tip: int) -> RoundT:
    """The round that a new order of a live site would join; `tip` is the height of the last applied block.

    Raises:
        DomainError: 409 `site_not_live`, `round_closed`, `round_sold_out` or `round_unbacked`.
        NotFound: no such round.
        Unavailable: no round is ready for orders.
    """
    _require_live(site)
    candidates: Iterable[RoundT] = db.session.scalars(_candidates(game), {"tip": tip})
    return _choose(game, tip, candidates)


def begin(
    game: WindowGame[RoundT, OrderT, PaymentT, ResultT],
    site: PartnerSite,
    requested: int | None,
    tip: int,
    player: str,
    origin: open_orders.Origin,
) -> Begun[RoundT]:
    """The round that a new order of a live site joins, and its turn to be counted.

    `player` is who counts for the limits, in the budget of `origin`.

    Raises:
        DomainError: 409 `site_not_live`, `round_closed`, `round_sold_out` or `round_unbacked`.
        NotFound: no such round.
        Unavailable: no round is ready for orders.
    """
    _require_live(site)
    turn = open_orders.turn(game, site, player, origin)
    values = turn.values() | {"tip": tip, "number": requested}
    found = db.session.execute(_reading(game, requested is not None, turn.locks), values).all()
    of_them = (row[0] for row in found)
    round_ = _choose(game, tip, of_them) if requested is None else _requested(game, next(of_them, None), tip)
    return Begun(site, round_, origin, turn, found[0][1])


def _require_live(site: PartnerSite) -> None:
    if site.status != "live":
        raise DomainError("site_not_live", status=409)


@lru_cache(maxsize=64)
def _candidates(game: AnyGame) -> Select[Any]:
    rounds = game.round
    return (
        select(rounds)
        .where(
            or_(*(rounds.status == one for one in SELLING)),  # `in_` would be written anew for each order
            rounds.sales_end_height > bindparam("tip") + 1,
            game.sale.has_room(),
        )
        .order_by(rounds.round_number)
        .limit(2)
    )


@lru_cache(maxsize=64)
def _reading(game: AnyGame, is_requested: bool, locks: int) -> Select[Any]:
    """The rounds to choose from, or the one that is asked for, with what a turn wants to know first."""
    named = select(game.round).where(game.round.round_number == bindparam("number"))
    return (named if is_requested else _candidates(game)).add_columns(*counting.columns(locks))


def _choose(game: WindowGame[RoundT, OrderT, PaymentT, ResultT], tip: int, candidates: Iterable[RoundT]) -> RoundT:
    for round_ in candidates:
        if takes_orders(round_.window, tip, current_settings().order_stop_blocks):
            return _backed(round_)
    raise Unavailable("no_round_ready", retry_after=30)


def _requested(game: WindowGame[RoundT, OrderT, PaymentT, ResultT], round_: RoundT | None, tip: int) -> RoundT:
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


def common_columns(begun: Begun[Any], min_payment_sats: int) -> dict[str, Any]:
    """The columns of a new order that every game freezes alike."""
    return {
        "id": new_id(),
        "partner_site_id": begun.site.id,
        "round_number": begun.round.round_number,
        "min_payment_sats": min_payment_sats,
        "house_edge_percent": begun.site.house_edge_percent,
        "payout_address": begun.site.payout_address,
        "placed_by": begun.origin.way.value,
        "placed_from": begun.origin.requester,
    }


def place(
    game: WindowGame[RoundT, OrderT, PaymentT, ResultT],
    begun: Begun[RoundT],
    order: OrderT,
    form_token: str | None = None,
) -> DepositAddress:
    """Write an order, the address that commits to its terms and the event that tells of it, in one statement.

    Raises:
        TooMany: 429 `too_many_open_orders`, `too_many_open_orders_of_player` or `too_many_open_orders_of_requester`.
        Unavailable: the round's columns are not what it promised; no address may commit to both.
    """
    site, round_ = begun.site, begun.round
    if kept.columns_differ(game, round_):
        raise Unavailable("no_round_ready", retry_after=30)
    begun.turn.check(round_.round_number, begun.seq)
    address = deposits.prepare(
        game.name,
        round_.round_number,
        round_.internal_key,
        terms(game, site, round_, order),
        round_terms=round_.round_terms or "",
    )
    order.deposit_address_id = address.id
    order.form_token_hash = hash_secret(form_token) if form_token is not None else None
    payload = {"orderId": str(order.id), "roundNumber": order.round_number}
    created = events.Fact("order.created", game.name, f"order:{order.id}", payload, site.id)
    together.write(
        [together.row_of(address), together.row_of(order), events.writing(created)], written=[address, order]
    )
    return address


def terms(
    game: WindowGame[RoundT, OrderT, PaymentT, ResultT], site: PartnerSite, round_: RoundT, order: OrderT
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


def schedule_terms(game: WindowGame[RoundT, OrderT, PaymentT, ResultT], round_: RoundT) -> dict[str, str | int]:
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


def differ_from_terms(
    game: WindowGame[RoundT, OrderT, PaymentT, ResultT], order: OrderT, round_: WindowRound
) -> list[str]:
    """How the row of a round's order contradicts the terms that its address commits to, in words; and how those
    contradict the commitment, which is what the round's seal is made of."""
    address = db.session.get_one(DepositAddress, order.deposit_address_id, populate_existing=True)
    told = json.loads(address.terms)
    if commitment.commitment(address.terms) != address.commitment or not kept.is_of_its_terms(address):
        return [f"order {order.id}: its terms do not lead to its address"]
    if order.round_number != round_.round_number:
        return [f"order {order.id}: it is one of round {order.round_number}"]
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
