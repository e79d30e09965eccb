"""JSON of Luckotto that needs no key: quotes, orders from the frame, and the public records. Document 000."""

from __future__ import annotations

from flask import Blueprint, Response, request
from flask.blueprints import BlueprintSetupState

from app.chain import queries as chain
from app.chain.node import client as node
from app.core.database.session import db, transaction
from app.core.errors import DomainError, NotFound
from app.core.ids import parse_id
from app.core.limits.limiter import limiter, orders_limit
from app.core.web.headers import no_store
from app.core.web.origin import require_same_origin
from app.core.wire.error_messages import add_messages
from app.core.wire.http import json_response, read_json, with_etag
from app.core.wire.paging import LARGEST_PAGE, page_limit, query_cursor, query_number
from app.games.luckotto import queries, service
from app.games.luckotto.game import LUCKOTTO
from app.games.luckotto.messages import MESSAGES
from app.games.luckotto.models import LuckottoRound
from app.games.luckotto.queries import OrderView
from app.games.luckotto.service import NewOrder
from app.people.partners import queries as partners
from app.people.partners.models import PartnerSite
from app.selling.windows.orders import service as orders
from app.selling.windows.orders.limits import Way, by_request
from app.selling.windows.proof import bundle

from . import answers
from .schemas import LuckottoOrders, LuckottoRounds, NewLuckottoOrder, QuoteWanted

bp = Blueprint("luckotto_api", __name__, url_prefix="/api/luckotto")

ENDPOINTS = tuple(
    f"luckotto_api.{name}"
    for name in (
        "quote",
        "create_order",
        "order",
        "rounds",
        "round_",
        "round_orders",
        "proof_bundle",
        "player_orders",
    )
)

_QUOTES_LIMIT = "300 per minute"
_BUNDLES_LIMIT = "60 per minute"


@bp.record_once
def _assemble(state: BlueprintSetupState) -> None:
    add_messages(MESSAGES)


@bp.post("/quote")
@limiter.limit(_QUOTES_LIMIT)
def quote() -> Response:
    """What a set of numbers would cost now, and whether it is still free."""
    no_store()
    wanted = read_json(QuoteWanted)
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
    wanted = read_json(NewLuckottoOrder)
    with transaction():  # a site that takes no orders costs the node no question
        _site(wanted.partner_id, takes_orders=True)
    tip = node.require_synced()
    with transaction():
        site = _site(wanted.partner_id)
        made = service.create_order(
            site,
            wanted.requested_numbers,
            wanted.player_uname,
            wanted.player_identifier,
            tip,
            origin=by_request(Way.ANYONE),
        )
        record = answers.order_record(view_of_new(made, site))
    return json_response(record, 201)


def view_of_new(made: NewOrder, site: PartnerSite) -> OrderView:
    """A new order as it is shown."""
    round_ = db.session.get_one(LuckottoRound, made.order.round_number)
    return OrderView(made.order, round_, site, made.address, None, [])


@bp.get("/orders/<identifier>")
def order(identifier: str) -> Response:
    """An order with its payments and numbers."""
    return with_etag(json_response(answers.order_record(queries.order_of(identifier))))


@bp.get("/rounds")
def rounds() -> Response:
    """Rounds, the newest first."""
    limit = page_limit(20)
    page = queries.rounds_page(query_number("before"), limit + 1)
    records = answers.round_records(page[:limit])
    following = records[-1].round_number if len(page) > limit else None
    return with_etag(json_response(LuckottoRounds(rounds=records, next=following)))


@bp.get("/rounds/<round_number:number>")
def round_(number: int) -> Response:
    """One round."""
    return with_etag(json_response(answers.round_records([queries.round_of(number)])[0]))


@bp.get("/rounds/<round_number:number>/orders")
def round_orders(number: int) -> Response:
    """A round's orders that were ever paid, those without numbers included, in the order they were made."""
    queries.round_of(number)
    limit = page_limit(LARGEST_PAGE)
    page = queries.round_orders_page(number, query_cursor("after"), limit + 1)
    records = [answers.order_record(view) for view in page[:limit]]
    return with_etag(json_response(LuckottoOrders(orders=records, next=records[-1].id if len(page) > limit else None)))


@bp.get("/rounds/<round_number:number>/bundle")
@limiter.limit(_BUNDLES_LIMIT)
def proof_bundle(number: int) -> Response:
    """Everything about a round that a stranger needs to check it without us; long ones in parts."""
    with transaction():
        reading = bundle.read(LUCKOTTO, number, query_number("from") or 0)
    return bundle.answer(reading)


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
    return json_response(LuckottoOrders(orders=records, next=records[-1].id if len(page) > limit else None))


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
