"""JSON of the main game: orders, receipts, rounds and their public slips. Document 001, "JSON contracts"."""

from __future__ import annotations

from flask import Blueprint, Response

from app.chain import queries as chain
from app.chain.node import client as node
from app.chain.node.blocks import display
from app.core.database.session import transaction
from app.core.errors import NotFound
from app.core.limits.limiter import limiter, orders_limit
from app.core.web.headers import no_store
from app.core.web.origin import require_same_origin
from app.core.wire.http import json_response, read_json, with_etag
from app.core.wire.paging import LARGEST_PAGE, page_limit, query_cursor, query_number
from app.games.ticket_draw import queries, service
from app.games.ticket_draw.game import ROUNDS
from app.games.ticket_draw.models import Round
from app.games.ticket_draw.queries import OrderView
from app.people.partners import queries as partners
from app.selling.windows.orders.limits import Way, by_request
from app.selling.windows.proof import bundle

from . import answers
from .schemas import ClosingBlock, CreatedOrder, NewOrder, RoundsPage, SlipsPage

bp = Blueprint("rounds_api", __name__, url_prefix="/api")

ENDPOINTS = tuple(
    f"rounds_api.{name}"
    for name in ("create_order", "receipt", "rounds", "round_", "closing_block_hash", "slips", "proof_bundle")
)

_BUNDLES_LIMIT = "60 per minute"


@bp.post("/slips")
@limiter.shared_limit(orders_limit, scope="orders")
def create_order() -> Response:
    """Make an order, from our own frame. No cookie is read or set."""
    require_same_origin()
    wanted = read_json(NewOrder)
    with transaction():  # a site that takes no orders costs the node no question
        partners.live_site(wanted.partner_name)
    tip = node.require_synced()
    with transaction() as session:
        site = partners.live_site(wanted.partner_name)
        made = service.create_order(
            site,
            wanted.player_public_identifier,
            wanted.player_private_identifier,
            tip,
            origin=by_request(Way.ANYONE),
            requested_round=wanted.requested_round_number,
        )
        round_ = session.get_one(Round, made.order.round_number)
        view = OrderView(made.order, round_, site, made.address, None, [], [], is_private=True)
        created = CreatedOrder(receipt_secret=made.receipt_secret, order=answers.order_record(view))
    no_store()
    return json_response(created, 201)


@bp.get("/slips/<secret>")
def receipt(secret: str) -> Response:
    """An order with its payments and slip, for whoever holds its receipt secret."""
    no_store()
    return json_response(answers.receipt_record(queries.receipt_of(secret)))


@bp.get("/rounds")
def rounds() -> Response:
    """Rounds, the newest first."""
    limit = page_limit(20)
    page = queries.rounds_page(query_number("before"), limit + 1)
    records = answers.round_records(page[:limit])
    following = records[-1].round_number if len(page) > limit else None
    return with_etag(json_response(RoundsPage(rounds=records, next=following)))


@bp.get("/rounds/<round_number:number>")
def round_(number: int) -> Response:
    """One round."""
    return with_etag(json_response(answers.round_records([queries.round_of(number)])[0]))


@bp.get("/rounds/<round_number:number>/closing-block-hash")
def closing_block_hash(number: int) -> Response:
    """The closing block, once it exists. The hash a draw was begun with stands, whatever the chain does later."""
    found = queries.round_of(number)
    tip = chain.tip_height()
    block = chain.applied_block(found.closing_height)
    current = display(block.hash) if block else None
    hash_hex = found.closing_block_hash.hex() if found.closing_block_hash else current
    if hash_hex is None:
        raise NotFound("closing_block_not_found")
    confirmations = tip - found.closing_height + 1 if hash_hex == current else 0
    return json_response(
        ClosingBlock(
            round_number=number,
            closing_height=found.closing_height,
            closing_block_hash=hash_hex,
            confirmations=confirmations,
        )
    )


@bp.get("/rounds/<round_number:number>/slips")
def slips(number: int) -> Response:
    """Public orders of a round: those that were ever paid, late and too small payments included."""
    queries.round_of(number)
    limit = page_limit(LARGEST_PAGE)
    page = queries.public_orders_page(number, query_cursor("after"), limit + 1)
    records = [answers.public_record(view) for view in page[:limit]]
    return json_response(SlipsPage(slips=records, next=records[-1].identifier if len(page) > limit else None))


@bp.get("/rounds/<round_number:number>/bundle")
@limiter.limit(_BUNDLES_LIMIT)
def proof_bundle(number: int) -> Response:
    """Everything about a round that a stranger needs to check it without us; long ones in parts."""
    with transaction():
        reading = bundle.read(ROUNDS, number, query_number("from") or 0)
    return bundle.answer(reading)
