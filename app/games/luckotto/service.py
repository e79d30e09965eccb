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
    """A created order with its address."""

    order: LuckottoOrder
    address: DepositAddress


def quote(site: PartnerSite, requested: object, tip: int) -> Quote:
    """Price a request at a live site; `tip` is the height of the last applied block.

    Raises:
        DomainError: 422 `numbers_…` for a request that is none, `order_below_minimum`; 409 `site_not_live`,
            `round_sold_out` or `round_unbacked`.
        Unavailable: no round is ready for orders.
    """
    round_ = orders.choose_round(LUCKOTTO, site, None, tip)
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
    uname = orders.player_of(player_uname, "playerUname")
    identifier = orders.player_of(player_identifier, "playerIdentifier")
    known = orders.of_form(LUCKOTTO, form_token)
    if known is not None:
        return NewOrder(known, db.session.get_one(DepositAddress, known.deposit_address_id))
    round_ = orders.choose_round(LUCKOTTO, site, None, tip)
    chosen = requested_numbers(requested, round_.pool_size)
    found = _price(site, round_, len(chosen))
    order = LuckottoOrder(
        **orders.common_columns(site, round_, round_.min_payment_floor_sats),
        player_uname=uname,
        player_identifier=identifier,
        requested=mask_of(chosen),
        base_sats=found.base,
        fee_sats=found.fee,
    )
    address = orders.place(LUCKOTTO, site, round_, order, identifier, origin, form_token)
    return NewOrder(order, address)


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
