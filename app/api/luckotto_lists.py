"""Luckotto's part of the server API's lists."""

from __future__ import annotations

from app.core.errors import NotFound
from app.core.ids import created_at, parse_id
from app.luckotto import answers, queries, reconciling
from app.luckotto.models import LuckottoOrder, LuckottoPayment, LuckottoWin
from app.luckotto.queries import OrderView
from app.luckotto.reconciling import OrderFilter
from app.luckotto.rules import numbers_of
from app.luckotto.schemas import LuckottoRound
from app.partners.models import PartnerSite

from . import game_schemas as schemas
from .cursors import cut, id_cursor, number_cursor


def orders(
    site: PartnerSite, query: schemas.OrdersQuery
) -> tuple[list[schemas.LuckottoPartnerOrder], str | None]:  # fmt: skip
    """A page of orders, and where the next one begins."""
    if _asks_for_what_is_not_here(query):
        return [], None
    wanted = order_filter(query, state=query.state)
    rows = reconciling.orders_page(site, wanted, id_cursor(query.cursor), query.limit + 1)
    shown, following = cut(rows, query.limit, lambda view: view.order.id)
    return [_order_record(view) for view in shown], following


def order(site: PartnerSite, identifier: str) -> schemas.LuckottoPartnerOrder | None:
    """One order of the site, if it is of this game."""
    try:
        return _order_record(reconciling.order_of_site(site, identifier))
    except NotFound:
        return None


def payments(
    site: PartnerSite, query: schemas.PaymentsQuery
) -> tuple[list[schemas.LuckottoPartnerPayment], str | None]:  # fmt: skip
    """A page of payments, and where the next one begins."""
    if _asks_for_what_is_not_here(query):
        return [], None
    rows = reconciling.payments_page(
        site, order_filter(query), id_cursor(query.cursor), query.limit + 1, status=query.status,
        order_id=parse_id(query.order_id) if query.order_id is not None else None,
    )  # fmt: skip
    shown, following = cut(rows, query.limit, lambda row: row[0].id)
    return [_payment_record(payment, order_) for payment, order_ in shown], following


def wins(site: PartnerSite, query: schemas.PagedOfGame) -> tuple[list[schemas.LuckottoPartnerWin], str | None]:
    """A page of wins, and where the next one begins."""
    rows = reconciling.wins_page(site, number_cursor(query.cursor), query.limit + 1)
    shown, following = cut(rows, query.limit, lambda win: win.round_number)
    return [_win_record(win) for win in shown], following


def rounds(query: schemas.PagedOfGame) -> tuple[list[LuckottoRound], str | None]:
    """A page of rounds, and where the next one begins."""
    page = queries.rounds_page(number_cursor(query.cursor), query.limit + 1)
    shown, following = cut(page, query.limit, lambda round_: round_.round_number)
    draws, won = queries.draws_of(shown), queries.wins_of(shown)
    records = [
        answers.round_record(round_, draws.get(round_.round_number), won.get(round_.round_number)) for round_ in shown
    ]
    return records, following


def round_(number: int) -> LuckottoRound:
    """One round. Raises NotFound."""
    found = queries.round_of(number)
    return answers.round_record(found, queries.draw_of(found), queries.win_of(found))


def order_filter(query: schemas.ByPlayerOfGame, *, state: str | None = None) -> OrderFilter:
    """What a query narrows a list to."""
    return OrderFilter(
        query.player_uname, query.player_identifier, query.round_number, state, query.created_after,
        query.created_before,
    )  # fmt: skip


def _asks_for_what_is_not_here(query: schemas.ByPlayerOfGame) -> bool:
    return query.player_public_identifier is not None or query.player_private_identifier is not None


def _order_record(view: OrderView) -> schemas.LuckottoPartnerOrder:
    return schemas.LuckottoPartnerOrder(**dict(answers.order_record(view)))


def _payment_record(payment: LuckottoPayment, order_: LuckottoOrder) -> schemas.LuckottoPartnerPayment:
    return schemas.LuckottoPartnerPayment(
        id=str(payment.id),
        order_id=str(order_.id),
        round_number=order_.round_number,
        txid=payment.txid,
        vout=payment.vout,
        amount_sats=payment.amount_sats,
        credited_sats=payment.credited_sats,
        refundable_sats=payment.refundable_sats,
        block_height=payment.block_height,
        block_hash=payment.block_hash,
        tx_index=payment.tx_index,
        status=payment.status,  # type: ignore[arg-type]
        orphaned_at=payment.orphaned_at,
        refunded_at=payment.refunded_at,
        player_uname=order_.player_uname,
        player_identifier=order_.player_identifier,
        created_at=created_at(payment.id),
    )


def _win_record(win: LuckottoWin) -> schemas.LuckottoPartnerWin:
    return schemas.LuckottoPartnerWin(
        id=str(win.id),
        round_number=win.round_number,
        order_id=str(win.ticket_id),
        winning_numbers=list(numbers_of(win.winning_numbers)),
        jackpot_sats=win.jackpot_sats,
        payout_address=win.payout_address,
        player_uname=win.player_uname,
        player_identifier=win.player_identifier,
    )
