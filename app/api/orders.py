"""Orders of a partner's players, and what became of them: slips, payments, wins."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from app.chain import node
from app.core.db import db
from app.core.errors import NotFound
from app.rounds import answers, reconciling, service
from app.rounds.models import Round
from app.rounds.queries import OrderView

from . import game_schemas, luckotto_lists, rounds_lists, schemas
from .cursors import cut, id_cursor
from .operations import Call, Reply, operation
from .rounds_lists import order_filter, order_record

LISTS: Final[Mapping[str, Any]] = {"rounds": rounds_lists, "luckotto": luckotto_lists}
"""Each game's part of the lists, by the name that a query's `game` has."""


@operation(
    "POST", "/orders", "Orders", body=schemas.NewPlayerOrder, answer=schemas.CreatedPartnerOrder, status=201,
    secret_field="receiptSecret", prepare=node.require_synced, repeat=lambda call, kept: _order_again(call, kept),
    refusals={404: "round_not_found", 409: "site_not_live, round_closed, round_sold_out, round_unbacked",
              503: "node_away, node_syncing, scanner_behind, no_round_ready, journal_away"},
)  # fmt: skip
def create_order(call: Call) -> Reply:
    """Make an order for a player.

    Its price and terms are frozen, and its deposit address commits to them. Without `requestedRoundNumber` it is for
    the round that sells now, or the next one if that stops taking orders. The receipt secret is told here only; a
    repetition under the same idempotency key tells it again.
    """
    made = _place(call, tip=call.prepared)
    round_ = db.session.get_one(Round, made.order.round_number)
    view = OrderView(made.order, round_, call.site, made.address, None, [], [], is_private=True)
    answer = schemas.CreatedPartnerOrder(receipt_secret="", order=order_record(view))
    return Reply(answer, made.receipt_secret)


def _place(call: Call, tip: int) -> service.NewOrder:
    wanted: schemas.NewPlayerOrder = call.body
    return service.create_order(
        call.site, wanted.player_public_identifier, wanted.player_private_identifier, tip,
        requested_round=wanted.requested_round_number,
        form_token=f"api:{call.attempt_id}" if call.attempt_id is not None else None,
    )  # fmt: skip


def _order_again(call: Call, kept: Mapping[str, Any]) -> Reply:
    """The same order, found by the same token, with its secret."""
    made = _place(call, tip=0)
    if str(made.order.id) != kept["order"]["id"]:
        raise NotFound("order_not_found")  # it was removed, as local operation may; a repetition never makes one
    return Reply(None, made.receipt_secret)


@operation("GET", "/orders", "Orders", query=game_schemas.OrdersQuery, answer=game_schemas.OrdersPage)
def orders(call: Call) -> Reply:
    """Your orders of one game, the newest first.

    `state` is what the order waits for or how it ended. An order made while you read appears on no later page.
    """
    records, following = LISTS[call.query.game].orders(call.site, call.query)
    return Reply(game_schemas.OrdersPage(orders=records, next=following))


@operation(
    "GET", "/orders/<identifier>", "Orders", answer=game_schemas.AnyReceipt, refusals={404: "order_not_found"}
)  # fmt: skip
def order(call: Call) -> Reply:
    """One order of either game, with its payments and what it holds."""
    for lists in LISTS.values():
        found = lists.order(call.site, call.path["identifier"])
        if found is not None:
            return Reply(game_schemas.AnyReceipt(found))
    raise NotFound("order_not_found")


@operation("GET", "/slips", "Orders", query=schemas.SlipsQuery, answer=schemas.PartnerSlipsPage)
def slips(call: Call) -> Reply:
    """What your orders hold, the newest order first."""
    query: schemas.SlipsQuery = call.query
    rows = reconciling.orders_page(
        call.site, order_filter(query), id_cursor(query.cursor), query.limit + 1, only_slips=True
    )  # fmt: skip
    shown, following = cut(rows, query.limit, lambda view: view.order.id)
    return Reply(schemas.PartnerSlipsPage(slips=[_slip_record(view) for view in shown], next=following))


@operation("GET", "/payments", "Orders", query=game_schemas.PaymentsQuery, answer=game_schemas.PaymentsPage)
def payments(call: Call) -> Reply:
    """Confirmed payments to your orders of one game, the last recorded first.

    A payment whose block left the chain stays as `orphaned`; if it confirms again, that is another record. Payments
    that are only seen are with their order.
    """
    records, following = LISTS[call.query.game].payments(call.site, call.query)
    return Reply(game_schemas.PaymentsPage(payments=records, next=following))


@operation("GET", "/wins", "Orders", query=game_schemas.PagedOfGame, answer=game_schemas.WinsPage)
def wins(call: Call) -> Reply:
    """Jackpots your players won in one game, the newest round first.

    You are paid the jackpot at the address that the order was made with, and credit the player yourself.
    """
    records, following = LISTS[call.query.game].wins(call.site, call.query)
    return Reply(game_schemas.WinsPage(wins=records, next=following))


def _slip_record(view: OrderView) -> schemas.PartnerSlip:
    return schemas.PartnerSlip(
        **dict(answers.slip_record(view)),
        round_number=view.order.round_number,
        player_public_identifier=view.order.player_public_identifier,
        player_private_identifier=view.order.player_private_identifier,
    )
