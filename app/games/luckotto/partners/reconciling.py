"""A partner's own records of Luckotto, and what an order's state is in SQL."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, case, or_, select

from app.games.luckotto import queries
from app.games.luckotto.game import LUCKOTTO
from app.games.luckotto.models import LuckottoOrder, LuckottoTicket, LuckottoWin
from app.games.luckotto.states import SELLING
from app.selling.windows.lists.reconciling import Reconciling, has_payment, is_seen, round_is


def has_state(state: str) -> ColumnElement[bool]:
    """`states.order_state` as SQL, line for line; a test holds the two together."""
    ticket = select(LuckottoTicket.id).where(LuckottoTicket.id == LuckottoOrder.id)
    has_ticket, has_won = ticket.exists(), ticket.where(LuckottoTicket.status == "won").exists()
    is_on_its_way, sells = is_seen(LUCKOTTO), round_is(LUCKOTTO, *SELLING)
    state_of_order = case(
        (and_(round_is(LUCKOTTO, "void"), or_(has_ticket, has_payment(LUCKOTTO, "void"))), "void"),
        (and_(has_ticket, round_is(LUCKOTTO, "settled")), case((has_won, "won"), else_="lost")),
        (has_ticket, "allocated"),
        (has_payment(LUCKOTTO, "unallocated"), "unallocated"),
        (and_(sells, is_on_its_way), "seen"),
        (
            has_payment(LUCKOTTO, "credited", "below_minimum", "underfunded"),
            case((sells, "partly_paid"), else_="underfunded"),
        ),
        (has_payment(LUCKOTTO, "void"), "void"),
        (has_payment(LUCKOTTO, "late"), "late"),
        (is_on_its_way, "seen"),
        (sells, "waiting"),
        else_="expired",
    )
    return state_of_order == state


OWN = Reconciling(
    LUCKOTTO, LuckottoWin, LuckottoWin.ticket_id, ("player_uname", "player_identifier"), queries.views, has_state
)
