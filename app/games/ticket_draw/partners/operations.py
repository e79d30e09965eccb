"""The main game's own operations of the server API: orders for players, and the slips that orders hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ConfigDict

from app.catalogue.records import Narrowing
from app.chain.node import client as node
from app.core.errors import NotFound
from app.core.ids import parse_id
from app.core.wire.paging import cut, place_of
from app.core.wire.parameters import Next
from app.core.wire.schemas import Answer, Question
from app.games.ticket_draw import service
from app.games.ticket_draw.queries import OrderView
from app.games.ticket_draw.records import answers
from app.games.ticket_draw.records.schemas import Slip
from app.people.partners.keys.operations import Call, Operations, Reply
from app.selling.windows.lists.parameters import Identifier, Narrowed, PrivateIdentifier, RoundNumber
from app.selling.windows.orders.limits import BY_KEY, REFUSALS

from .listing import OWN, PartnerOrder, order_record


class SlipsQuery(Narrowed):
    """Orders of a site that hold tickets."""

    player_public_identifier: Identifier | None = None
    player_private_identifier: PrivateIdentifier | None = None


class NewPlayerOrder(Question):
    """An order for one of your players."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"playerPublicIdentifier": "ada", "playerPrivateIdentifier": "customer-1042"}],
        }
    )

    player_public_identifier: Identifier
    player_private_identifier: PrivateIdentifier
    requested_round_number: RoundNumber | None = None


class CreatedPartnerOrder(Answer):
    """A new order. The secret opens the buyer's page at /slips/{receiptSecret}."""

    receipt_secret: str
    order: PartnerOrder


class PartnerSlip(Slip):
    """What an order holds, and whose it is. It bears its order's id."""

    round_number: int
    player_public_identifier: str
    player_private_identifier: str


class PartnerSlipsPage(Answer):
    """Slips, the newest order first."""

    slips: list[PartnerSlip]
    next: Next


OPERATIONS = Operations()


@OPERATIONS.add(
    "POST",
    "/orders",
    "Orders",
    body=NewPlayerOrder,
    answer=CreatedPartnerOrder,
    status=201,
    sells=True,
    secret_field="receiptSecret",
    prepare=node.require_synced,
    repeat=lambda call, kept: _order_again(call, kept),
    refusals={
        404: "round_not_found",
        409: "site_not_live, round_closed, round_sold_out, round_unbacked",
        429: REFUSALS,
        503: "node_away, node_syncing, scanner_behind, no_round_ready, journal_away",
    },
)
def create_order(call: Call) -> Reply:
    """Make an order for a player.

    Its price and terms are frozen, and its deposit address commits to them. Without `requestedRoundNumber` it is for
    the round that sells now, or the next one if that stops taking orders. The receipt secret is told here only; a
    repetition under the same idempotency key tells it again.
    """
    wanted: NewPlayerOrder = call.body
    made = service.make_order(
        call.site,
        wanted.player_public_identifier,
        wanted.player_private_identifier,
        call.prepared,
        requested_round=wanted.requested_round_number,
        origin=BY_KEY,
        form_token=call.form_token,
    )
    view = OrderView(made.order, made.round, call.site, made.address, [], None, None, [], is_private=True)
    return Reply(CreatedPartnerOrder(receipt_secret="", order=order_record(view)), made.receipt_secret)


def _order_again(call: Call, kept: Mapping[str, Any]) -> Reply:
    """The same order, found by the same token, with its secret."""
    made = service.order_of_form(call.form_token)
    if made is None or str(made.order.id) != kept["order"]["id"]:
        raise NotFound("order_not_found")  # it was removed, as local operation may; a repetition never makes one
    return Reply(None, made.receipt_secret)


@OPERATIONS.add("GET", "/slips", "Orders", query=SlipsQuery, answer=PartnerSlipsPage)
def slips(call: Call) -> Reply:
    """What your orders hold, the newest order first."""
    query: SlipsQuery = call.query
    wanted = Narrowing(
        {name: text for name in OWN.players if (text := getattr(query, name)) is not None},
        round_number=query.round_number,
        since=query.created_after,
        until=query.created_before,
    )
    rows = OWN.orders(call.site, wanted, place_of(query.cursor, parse_id), query.limit + 1, [OWN.states.has_ticket()])
    shown, following = cut(rows, query.limit, lambda view: view.order.id)
    return Reply(PartnerSlipsPage(slips=[_slip_record(view) for view in shown], next=following))


def _slip_record(view: OrderView) -> PartnerSlip:
    return PartnerSlip(
        **dict(answers.slip_record(view)),
        round_number=view.order.round_number,
        player_public_identifier=view.order.player_public_identifier,
        player_private_identifier=view.order.player_private_identifier,
    )
