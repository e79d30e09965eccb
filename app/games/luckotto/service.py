"""Quotes and orders: a request is priced, its terms are frozen, and an address that commits to them is made."""

from __future__ import annotations

from dataclasses import dataclass

from app.chain.models import DepositAddress
from app.core.database.session import db
from app.core.errors import DomainError
from app.games.luckotto.tickets.taken import is_free
from app.people.partners.models import PartnerSite
from app.selling.windows.orders import service as orders
from app.selling.windows.orders.limits import BY_KEY, Origin

from .game import LUCKOTTO
from .models import LuckottoOrder, LuckottoRound
from .rules import NumbersRefused, Odds, Price, mask_of, numbers, numbers_for_minimum, odds, price


@dataclass(frozen=True, slots=True)
class Quote:
    """What a request would cost in the round it would join, and whether it would get just these numbers now."""

    round: LuckottoRound
    numbers: tuple[int, ...]
    price: Price
    odds: Odds
    is_free: bool


@dataclass(frozen=True, slots=True)
class NewOrder:
    """A created order with its round and its address."""

    order: LuckottoOrder
    round: LuckottoRound
    address: DepositAddress


def quote(site: PartnerSite, requested: object, tip: int) -> Quote:
    """Price a request at a live site; `tip` is the height of the last applied block.

    Raises:
        DomainError: 422 `numbers_…` for a request that is none, `order_below_minimum`; 409 `site_not_live`,
            `round_sold_out` or `round_unbacked`.
        Unavailable: no round is ready for orders.
    """
    round_ = orders.choose_round(LUCKOTTO, site, tip)
    chosen = requested_numbers(requested, round_.pool_size)
    found = _price(site, round_, len(chosen))
    return Quote(
        round_, chosen, found, odds(len(chosen), round_.pool_size), is_free(round_.round_number, mask_of(chosen))
    )


def create_order(
    site: PartnerSite,
    requested: object,
    player_uname: str,
    player_identifier: str,
    tip: int,
    *,
    origin: Origin = BY_KEY,
    form_token: str | None = None,
) -> NewOrder:
    """Make an order for a live site's player; `tip` is the height of the last applied block.

    `origin` says whose budget of unpaid orders it uses. The same form token gives the same order again, so that twenty
    clicks are one order.

    Raises:
        DomainError: as `quote`, and 422 `player_identifier_invalid`; 429 `too_many_open_orders…`.
        Unavailable: no round is ready for orders.
    """
    known = order_of_form(form_token)
    return known or make_order(
        site, requested, player_uname, player_identifier, tip, origin=origin, form_token=form_token
    )


def order_of_form(form_token: str | None) -> NewOrder | None:
    """The order that was made with this token."""
    known = orders.of_form(LUCKOTTO, form_token)
    if known is None:
        return None
    round_ = db.session.get_one(LuckottoRound, known.round_number)
    return NewOrder(known, round_, db.session.get_one(DepositAddress, known.deposit_address_id))


def make_order(
    site: PartnerSite,
    requested: object,
    player_uname: str,
    player_identifier: str,
    tip: int,
    *,
    origin: Origin = BY_KEY,
    form_token: str | None = None,
) -> NewOrder:
    """The same for a token that is certainly new. Raises as `create_order`."""
    uname = orders.player_of(player_uname, "playerUname")
    identifier = orders.player_of(player_identifier, "playerIdentifier")
    begun = orders.begin(LUCKOTTO, site, None, tip, identifier, origin)
    chosen = requested_numbers(requested, begun.round.pool_size)
    found = _price(site, begun.round, len(chosen))
    order = LuckottoOrder(
        **orders.common_columns(begun, begun.round.min_payment_floor_sats),
        player_uname=uname,
        player_identifier=identifier,
        requested=mask_of(chosen),
        base_sats=found.base,
        fee_sats=found.fee,
    )
    address = orders.place(LUCKOTTO, begun, order, form_token)
    return NewOrder(order, begun.round, address)


def requested_numbers(requested: object, pool_size: int) -> tuple[int, ...]:
    """The request in ascending order.

    Raises:
        DomainError: 422 `numbers_count`, `numbers_not_whole`, `numbers_repeated` or `numbers_out_of_pool`.
    """
    try:
        return numbers(requested, pool_size)
    except NumbersRefused as refused:
        raise DomainError(refused.code, field="requestedNumbers", poolSize=pool_size) from None


def _price(site: PartnerSite, round_: LuckottoRound, count: int) -> Price:
    base, edge = round_.base_combination_price_sats, site.house_edge_percent
    found, minimum = price(count, base, edge), round_.min_payment_floor_sats
    if found.total < minimum:
        enough = numbers_for_minimum(minimum, base, edge, round_.pool_size)
        raise DomainError(
            "order_below_minimum",
            field="requestedNumbers",
            totalSats=found.total,
            minimumSats=minimum,
            numbers=enough or 0,
        )
    return found
