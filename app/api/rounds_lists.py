"""The main game's part of the server API's lists."""

from __future__ import annotations

from app.core.errors import NotFound
from app.core.ids import created_at, parse_id
from app.partners.models import PartnerSite
from app.rounds import answers, queries, reconciling
from app.rounds.models import OrderPayment, PartnerWin, TicketOrder
from app.rounds.queries import OrderView
from app.rounds.reconciling import OrderFilter
from app.rounds.schemas import RoundRecord
from app.rounds.states import ORDER_STATES

from . import game_schemas, schemas
from .cursors import cut, id_cursor, number_cursor


def orders(
    site: PartnerSite, query: game_schemas.OrdersQuery
) -> tuple[list[schemas.PartnerReceipt], str | None]:  # fmt: skip
    """A page of orders, and where the next one begins."""
    if _asks_for_what_is_not_here(query) or query.state not in (None, *ORDER_STATES):
        return [], None
    wanted = order_filter(query, state=query.state)
    rows = reconciling.orders_page(site, wanted, id_cursor(query.cursor), query.limit + 1)
    shown, following = cut(rows, query.limit, lambda view: view.order.id)
    return [receipt_record(view) for view in shown], following


def order(site: PartnerSite, identifier: str) -> schemas.PartnerReceipt | None:
    """One order of the site, if it is of this game."""
    try:
        return receipt_record(reconciling.order_of_site(site, identifier))
    except NotFound:
        return None


def payments(
    site: PartnerSite, query: game_schemas.PaymentsQuery
) -> tuple[list[schemas.PartnerPayment], str | None]:  # fmt: skip
    """A page of payments, and where the next one begins."""
    if _asks_for_what_is_not_here(query):
        return [], None
    rows = reconciling.payments_page(
        site, order_filter(query), id_cursor(query.cursor), query.limit + 1, status=query.status,
        order_id=parse_id(query.order_id) if query.order_id is not None else None,
    )  # fmt: skip
    shown, following = cut(rows, query.limit, lambda row: row[0].id)
    return [_payment_record(payment, order_) for payment, order_ in shown], following


def wins(site: PartnerSite, query: game_schemas.PagedOfGame) -> tuple[list[schemas.PartnerWin], str | None]:
    """A page of wins, and where the next one begins."""
    rows = reconciling.wins_page(site, number_cursor(query.cursor), query.limit + 1)
    shown, following = cut(rows, query.limit, lambda win: win.round_number)
    return [_win_record(win) for win in shown], following


def rounds(query: game_schemas.PagedOfGame) -> tuple[list[RoundRecord], str | None]:
    """A page of rounds, and where the next one begins."""
    page = queries.rounds_page(number_cursor(query.cursor), query.limit + 1)
    shown, following = cut(page, query.limit, lambda round_: round_.round_number)
    draws = queries.draws_of(shown)
    return [answers.round_record(round_, draws.get(round_.round_number)) for round_ in shown], following


def round_(number: int) -> RoundRecord:
    """One round. Raises NotFound."""
    found = queries.round_of(number)
    return answers.round_record(found, queries.draw_of(found))


def _asks_for_what_is_not_here(query: game_schemas.ByPlayerOfGame) -> bool:
    return query.player_uname is not None or query.player_identifier is not None


def _win_record(win: PartnerWin) -> schemas.PartnerWin:
    return schemas.PartnerWin(
        id=str(win.id),
        round_number=win.round_number,
        slip_identifier=str(win.slip_id),
        winning_ticket=win.winning_ticket_number,
        jackpot_sats=win.jackpot_sats,
        payout_address=win.payout_address,
        player_public_identifier=win.player_public_identifier,
        player_private_identifier=win.player_private_identifier,
    )


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
