"""JSON of the main game: orders, receipts, rounds and their public slips. Document 001, "JSON contracts"."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response

from app.catalogue.windows.api import RecordsApi, RoundOrders
from app.chain import queries as chain
from app.chain.node import client as node
from app.chain.node.blocks import display
from app.core.database.session import transaction
from app.core.errors import NotFound
from app.core.limits.limiter import limiter, orders_limit
from app.core.web.headers import no_store
from app.core.web.origin import require_same_origin
from app.core.wire.described import Described
from app.core.wire.http import json_response, read_json
from app.games.ticket_draw import queries, service
from app.games.ticket_draw.game import ROUNDS
from app.games.ticket_draw.queries import OrderView
from app.people.partners import queries as partners
from app.selling.windows import queries as windows
from app.selling.windows.orders.limits import REFUSALS_OF_ANYONE, Way, by_request

from . import answers, schemas

bp = Blueprint("rounds_api", __name__, url_prefix="/api")


@bp.post("/slips")
@limiter.shared_limit(orders_limit, scope="orders")
def create_order() -> Response:
    """Make an order, from our own frame. No cookie is read or set."""
    require_same_origin()
    wanted = read_json(schemas.NewOrder)
    site = partners.live_site(wanted.partner_name)  # one that takes no orders costs the node no question
    tip = node.require_synced()
    with transaction():
        made = service.create_order(
            site,
            wanted.player_public_identifier,
            wanted.player_private_identifier,
            tip,
            origin=by_request(Way.ANYONE),
            requested_round=wanted.requested_round_number,
        )
        view = OrderView(made.order, made.round, site, made.address, [], None, None, [], is_private=True)
        created = schemas.CreatedOrder(receipt_secret=made.receipt_secret, order=answers.order_record(view))
    no_store()
    return json_response(created, 201)


@bp.get("/slips/<secret>")
def receipt(secret: str) -> Response:
    """An order with its payments and slip, for whoever holds its receipt secret."""
    no_store()
    return json_response(answers.receipt_record(queries.receipt_of(secret)))


@bp.get("/rounds/<round_number:number>/closing-block-hash")
def closing_block_hash(number: int) -> Response:
    """The closing block, once it exists. The hash a draw was begun with stands, whatever the chain does later."""
    found = windows.round_of(ROUNDS, number)
    tip = chain.tip_height()
    block = chain.applied_block(found.closing_height)
    current = display(block.hash) if block else None
    hash_hex = found.closing_block_hash.hex() if found.closing_block_hash else current
    if hash_hex is None:
        raise NotFound("closing_block_not_found")
    confirmations = tip - found.closing_height + 1 if hash_hex == current else 0
    return json_response(
        schemas.ClosingBlock(
            round_number=number,
            closing_height=found.closing_height,
            closing_block_hash=hash_hex,
            confirmations=confirmations,
        )
    )


_RECORDS: Final = RecordsApi(
    routes=bp,
    path="/api",
    tag="Public",
    game=ROUNDS,
    records=answers.round_records,
    round=schemas.RoundRecord,
    rounds=schemas.RoundsPage,
    bundle=schemas.AnyProofBundle,
    orders=RoundOrders(
        name="slips",
        endpoint="slips",
        summary="A round's public orders",
        read=queries.views,
        record=answers.public_record,
        answer=schemas.SlipsPage,
        is_kept=False,
    ),
)
_RECORDS.serve()

DESCRIBED: Final = (
    Described(
        "rounds_api.create_order",
        "POST",
        "/api/slips",
        "Public",
        "Make an order from the frame",
        schemas.CreatedOrder,
        body=schemas.NewOrder,
        status=201,
        refusals={
            403: "origin_refused",
            404: "not_found, round_not_found",
            409: "site_not_live, round_closed, round_sold_out, round_unbacked",
            429: REFUSALS_OF_ANYONE,
            503: "node_away, scanner_behind, no_round_ready",
        },
    ),
    Described(
        "rounds_api.receipt",
        "GET",
        "/api/slips/{secret}",
        "Public",
        "An order by its receipt's secret",
        schemas.Receipt,
        refusals={404: "slip_not_found"},
    ),
    _RECORDS.rounds_described,
    _RECORDS.round_described,
    Described(
        "rounds_api.closing_block_hash",
        "GET",
        "/api/rounds/{number}/closing-block-hash",
        "Public",
        "The block that draws a round",
        schemas.ClosingBlock,
        refusals={404: "round_not_found, closing_block_not_found"},
    ),
    _RECORDS.orders_described,
    _RECORDS.bundle_described,
)
"""All of these routes, as the document of the API tells them."""

ENDPOINTS: Final = tuple(route.endpoint for route in DESCRIBED)
