"""Orders of a partner's players, and what became of them: slips, payments, wins."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.chain import node
from app.core.db import db
from app.core.errors import NotFound
from app.core.ids import created_at, parse_id
from app.rounds import answers, reconciling, service
from app.rounds.models import OrderPayment, Round, TicketOrder
from app.rounds.queries import OrderView
from app.rounds.reconciling import OrderFilter

from . import schemas
from .cursors import cut, id_cursor, number_cursor
from .operations import Call, Reply, operation


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


@operation("GET", "/orders", "Orders", query=schemas.OrdersQuery, answer=schemas.OrdersPage)
def orders(call: Call) -> Reply:
    """Your orders, the newest first.

    `state` is what the order waits for or how it ended. An order made while you read appears on no later page.
    """
    query: schemas.OrdersQuery = call.query
    wanted = order_filter(query, state=query.state)
    rows = reconciling.orders_page(call.site, wanted, id_cursor(query.cursor), query.limit + 1)
    shown, following = cut(rows, query.limit, lambda view: view.order.id)
    return Reply(schemas.OrdersPage(orders=[receipt_record(view) for view in shown], next=following))


@operation(
    "GET", "/orders/<identifier>", "Orders", answer=schemas.PartnerReceipt, refusals={404: "order_not_found"}
)  # fmt: skip
def order(call: Call) -> Reply:
    """One order with its payments and slip."""
    return Reply(receipt_record(reconciling.order_of_site(call.site, call.path["identifier"])))


@operation("GET", "/slips", "Orders", query=schemas.SlipsQuery, answer=schemas.PartnerSlipsPage)
def slips(call: Call) -> Reply:
    """What your orders hold, the newest order first."""
    query: schemas.SlipsQuery = call.query
    rows = reconciling.orders_page(
        call.site, order_filter(query), id_cursor(query.cursor), query.limit + 1, only_slips=True
    )  # fmt: skip
    shown, following = cut(rows, query.limit, lambda view: view.order.id)
    return Reply(schemas.PartnerSlipsPage(slips=[_slip_record(view) for view in shown], next=following))


@operation("GET", "/payments", "Orders", query=schemas.PaymentsQuery, answer=schemas.PaymentsPage)
def payments(call: Call) -> Reply:
    """Confirmed payments to your orders, the last recorded first.

    A payment whose block left the chain stays as `orphaned`; if it confirms again, that is another record. Payments
    that are only seen are with their order.
    """
    query: schemas.PaymentsQuery = call.query
    rows = reconciling.payments_page(
        call.site, order_filter(query), id_cursor(query.cursor), query.limit + 1, status=query.status,
        order_id=parse_id(query.order_id) if query.order_id is not None else None,
    )  # fmt: skip
    shown, following = cut(rows, query.limit, lambda row: row[0].id)
    records = [_payment_record(payment, order_) for payment, order_ in shown]
    return Reply(schemas.PaymentsPage(payments=records, next=following))


@operation("GET", "/wins", "Orders", query=schemas.Paged, answer=schemas.WinsPage)
def wins(call: Call) -> Reply:
    """Jackpots your players won, the newest round first.

    You are paid the jackpot at the address that the order was made with, and credit the player yourself.
    """
    rows = reconciling.wins_page(call.site, number_cursor(call.query.cursor), call.query.limit + 1)
    shown, following = cut(rows, call.query.limit, lambda win: win.round_number)
    records = [
        schemas.PartnerWin(
            id=str(win.id),
            round_number=win.round_number,
            slip_identifier=str(win.slip_id),
            winning_ticket=win.winning_ticket_number,
            jackpot_sats=win.jackpot_sats,
            payout_address=win.payout_address,
            player_public_identifier=win.player_public_identifier,
            player_private_identifier=win.player_private_identifier,
        )
        for win in shown
    ]
    return Reply(schemas.WinsPage(wins=records, next=following))


def order_filter(query: schemas.ByPlayer, *, state: str | None = None) -> OrderFilter:
    """What a query narrows a list to."""
    return OrderFilter(
        query.player_public_identifier, query.player_private_identifier, query.round_number, state,
        query.created_after, query.created_before,
    )  # fmt: skip


def order_record(view: OrderView) -> schemas.PartnerOrder:
    """An order with its private part."""
    return schemas.PartnerOrder(
        **dict(answers.order_record(view)),
        player_private_identifier=view.order.player_private_identifier,
        created_at=created_at(view.order.id),
    )


def receipt_record(view: OrderView) -> schemas.PartnerReceipt:
    """An order with everything that belongs to it."""
    return schemas.PartnerReceipt(
        order=order_record(view),
        payments=[answers.payment_record(payment) for payment in view.payments],
        slip=answers.slip_record(view) if view.slip else None,
    )


def _slip_record(view: OrderView) -> schemas.PartnerSlip:
    return schemas.PartnerSlip(
        **dict(answers.slip_record(view)),
        round_number=view.order.round_number,
        player_public_identifier=view.order.player_public_identifier,
        player_private_identifier=view.order.player_private_identifier,
    )


def _payment_record(payment: OrderPayment, order_: TicketOrder) -> schemas.PartnerPayment:
    return schemas.PartnerPayment(
        id=str(payment.id),
        order_id=str(order_.id),
        txid=payment.txid,
        vout=payment.vout,
        amount_sats=payment.amount_sats,
        credited_sats=payment.credited_sats,
        refundable_sats=payment.refundable_sats,
        block_height=payment.block_height,
        block_hash=payment.block_hash,
        credited_round_number=payment.credited_round_number,
        status=payment.status,  # type: ignore[arg-type]
        orphaned_at=payment.orphaned_at,
        player_public_identifier=order_.player_public_identifier,
        player_private_identifier=order_.player_private_identifier,
        created_at=created_at(payment.id),
    )
