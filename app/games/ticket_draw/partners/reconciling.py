"""A partner's own records of the main game, and what an order's state is in SQL."""

from __future__ import annotations

from functools import partial

from sqlalchemy import ColumnElement, and_, or_, select

from app.games.ticket_draw import queries
from app.games.ticket_draw.game import ROUNDS
from app.games.ticket_draw.models import PartnerWin, TicketOrder, TicketSlip
from app.selling.windows.lists.reconciling import Reconciling, has_payment, is_seen, round_is


def has_state(state: str) -> ColumnElement[bool]:
    """The orders for which `states.order_state` says `state`, as a condition; a test holds the two together."""
    if state in _WITH_TICKETS:
        condition = and_(has_slip(), round_is(ROUNDS, *_WITH_TICKETS[state]))
        if state in ("won", "lost"):
            condition = and_(condition, has_slip("won") if state == "won" else ~has_slip("won"))
        return condition if state != "void" else or_(condition, _without_tickets("void"))
    return _without_tickets(state)


def has_slip(status: str | None = None) -> ColumnElement[bool]:
    """The condition that an order holds tickets; with `status`, a slip of that status."""
    query = select(TicketSlip.id).where(TicketSlip.id == TicketOrder.id)
    return (query if status is None else query.where(TicketSlip.status == status)).exists()


_WITH_TICKETS: dict[str, tuple[str, ...]] = {
    "won": ("settled",),
    "lost": ("settled",),
    "drawn": ("drawing", "halted"),
    "void": ("void",),
    "confirmed": ("scheduled", "open", "unbacked", "closed", "sealed"),
}
_STILL_SELLS = ("scheduled", "open", "unbacked")
_PRECEDENCE = ("seen", "void", "sold_out", "late", "below_minimum")


def _without_tickets(state: str) -> ColumnElement[bool]:
    """Of the reasons for having no ticket the first in order of precedence counts; none: unpaid, waiting or expired."""
    reason = "below_minimum" if state == "partly_paid" else state
    if reason in _PRECEDENCE:
        stronger = _PRECEDENCE[: _PRECEDENCE.index(reason)]
        return and_(~has_slip(), _has(reason), *(~_has(other) for other in stronger))
    selling = round_is(ROUNDS, *_STILL_SELLS)
    unpaid = and_(~has_slip(), *(~_has(other) for other in _PRECEDENCE))
    return and_(unpaid, selling if state == "waiting" else ~selling)


def _has(reason: str) -> ColumnElement[bool]:
    return is_seen(ROUNDS) if reason == "seen" else has_payment(ROUNDS, reason)


OWN = Reconciling(
    ROUNDS,
    PartnerWin,
    PartnerWin.slip_id,
    ("player_public_identifier", "player_private_identifier"),
    partial(queries.views, is_private=True),
    has_state,
)
