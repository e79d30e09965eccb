"""JSON of Luckotto that needs no key: quotes, orders from the frame, and the public records. Document 000."""

from __future__ import annotations

from typing import Annotated, Final

from flask import Blueprint, Response, request
from pydantic import Field

from app.catalogue.windows.api import RecordsApi, RoundOrders
from app.chain import queries as chain
from app.chain.node import client as node
from app.core.database.session import transaction
from app.core.errors import DomainError, NotFound
from app.core.ids import parse_id
from app.core.limits.limiter import limiter, orders_limit
from app.core.web.headers import no_store
from app.core.web.origin import require_same_origin
from app.core.wire.described import Described
from app.core.wire.http import json_response, read_json, with_etag
from app.core.wire.paging import page_limit, query_cursor
from app.core.wire.parameters import Parameters
from app.games.luckotto import queries, service
from app.games.luckotto.game import LUCKOTTO
from app.games.luckotto.queries import OrderView
from app.games.luckotto.service import NewOrder
from app.people.partners import queries as partners
from app.people.partners.models import PartnerSite
from app.selling.windows.orders import service as orders
from app.selling.windows.orders.limits import REFUSALS_OF_ANYONE, Way, by_request

from . import answers, schemas

bp = Blueprint("luckotto_api", __name__, url_prefix="/api/luckotto")

_QUOTES_LIMIT: Final = "300 per minute"


@bp.post("/quote")
@limiter.limit(_QUOTES_LIMIT)
def quote() -> Response:
    """What a set of numbers would cost now, and whether it is still free."""
    no_store()
    wanted = read_json(schemas.QuoteWanted)
    with transaction():
        site = _site(wanted.partner_id)
        found = service.quote(site, wanted.requested_numbers, chain.tip_height())
        return json_response(answers.quote_record(found))


@bp.post("/orders")
@limiter.shared_limit(orders_limit, scope="orders")
def create_order() -> Response:
    """Make an order, from our own frame. No cookie is read or set."""
    require_same_origin()
    no_store()
    wanted = read_json(schemas.NewLuckottoOrder)
    site = _site(wanted.partner_id, takes_orders=True)  # one that takes none costs the node no question
    tip = node.require_synced()
    with transaction():
        made = service.create_order(
            site,
            wanted.requested_numbers,
            wanted.player_uname,
            wanted.player_identifier,
            tip,
            origin=by_request(Way.ANYONE),
        )
        record = answers.receipt_of_new(view_of_new(made, site))
    return json_response(record, 201)


def view_of_new(made: NewOrder, site: PartnerSite) -> OrderView:
    """A new order as it is shown."""
    return OrderView(made.order, made.round, site, made.address, [], None, None)


@bp.get("/orders/<identifier>")
def order(identifier: str) -> Response:
    """An order with its payments and numbers, and what the public log says of it."""
    return with_etag(json_response(answers.receipt_record(queries.order_of(identifier))))


@bp.get("/players/<player_identifier>/orders")
def player_orders(player_identifier: str) -> Response:
    """A player's orders at one partner, the newest first."""
    no_store()
    given = request.args.getlist("partnerId")
    if len(given) != 1:
        raise DomainError("partner_id_missing", field="partnerId")
    site = _site(given[0])
    limit = page_limit(50)
    player = orders.player_of(player_identifier, "playerIdentifier")
    page = queries.player_orders(site, player, query_cursor("before"), limit + 1)
    records = [answers.order_record(view) for view in page[:limit]]
    return json_response(schemas.LuckottoOrders(orders=records, next=records[-1].id if len(page) > limit else None))


def _site(partner_id: str, *, takes_orders: bool = False) -> PartnerSite:
    """The site of that id.

    Raises NotFound if there is none, DomainError `site_not_live` (409) if it must take orders and does not.
    """
    site_id = parse_id(partner_id)
    site = partners.site_by_id(site_id) if site_id is not None else None
    if site is None:
        raise NotFound("partner_not_found")
    if takes_orders and site.status != "live":
        raise DomainError("site_not_live", status=409)
    return site


class PlayerOrdersParameters(Parameters):
    """Whose player, and pages of its orders."""

    partner_id: schemas.PartnerId
    before: Annotated[str, Field(description="`next` of the page before")] | None = None
    limit: Annotated[int, Field(ge=1, description="never more than 100")] = 50


_RECORDS: Final = RecordsApi(
    routes=bp,
    path="/api/luckotto",
    tag="Luckotto",
    game=LUCKOTTO,
    records=answers.round_records,
    round=schemas.LuckottoRound,
    rounds=schemas.LuckottoRounds,
    bundle=schemas.AnyLuckottoBundle,
    orders=RoundOrders(
        name="orders",
        endpoint="round_orders",
        summary="A round's orders that were paid",
        read=queries.views,
        record=answers.order_record,
        answer=schemas.LuckottoOrders,
        is_kept=True,
    ),
)
_RECORDS.serve()

DESCRIBED: Final = (
    Described(
        "luckotto_api.quote",
        "POST",
        "/api/luckotto/quote",
        "Luckotto",
        "What a set of numbers costs now",
        schemas.LuckottoQuote,
        body=schemas.QuoteWanted,
        refusals={
            404: "partner_not_found",
            409: "site_not_live, round_sold_out, round_unbacked",
            422: "numbers_out_of_pool, order_below_minimum",
            503: "no_round_ready",
        },
    ),
    Described(
        "luckotto_api.create_order",
        "POST",
        "/api/luckotto/orders",
        "Luckotto",
        "Make an order from the frame",
        schemas.LuckottoReceipt,
        body=schemas.NewLuckottoOrder,
        status=201,
        refusals={
            403: "origin_refused",
            404: "partner_not_found",
            409: "site_not_live, round_sold_out, round_unbacked",
            422: "numbers_out_of_pool, order_below_minimum",
            429: REFUSALS_OF_ANYONE,
            503: "node_away, scanner_behind, no_round_ready",
        },
    ),
    Described(
        "luckotto_api.order",
        "GET",
        "/api/luckotto/orders/{identifier}",
        "Luckotto",
        "One order",
        schemas.LuckottoReceipt,
        refusals={404: "order_not_found"},
    ),
    _RECORDS.rounds_described,
    _RECORDS.round_described,
    _RECORDS.orders_described,
    _RECORDS.bundle_described,
    Described(
        "luckotto_api.player_orders",
        "GET",
        "/api/luckotto/players/{player_identifier}/orders",
        "Luckotto",
        "A player's orders, the newest first",
        schemas.LuckottoOrders,
        query=PlayerOrdersParameters,
        refusals={404: "partner_not_found"},
    ),
)
"""All of these routes, as the document of the API tells them."""

ENDPOINTS: Final = tuple(route.endpoint for route in DESCRIBED)
