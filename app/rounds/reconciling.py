"""A partner's own records for its servers: filtered, and in pages that new records do not disturb."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from app.chain.models import Sighting
from app.core.db import db
from app.core.errors import NotFound
from app.core.ids import earliest_id, parse_id
from app.partners.models import PartnerSite

from . import queries
from .models import OrderPayment, PartnerWin, Round, TicketOrder, TicketSlip
from .queries import OrderView


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """Which orders are wanted; None means all. Times are when the order was made: from, and before."""

    public_identifier: str | None = None
    private_identifier: str | None = None
    round_number: int | None = None
    state: str | None = None
    created_after: datetime | None = None
    created_before: datetime | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        return [
            *_equal(TicketOrder.player_public_identifier, self.public_identifier),
            *_equal(TicketOrder.player_private_identifier, self.private_identifier),
            *_equal(TicketOrder.round_number, self.round_number),
            *([state_condition(self.state)] if self.state is not None else []),
            *made_between(TicketOrder.id, self.created_after, self.created_before),
        ]


def orders_page(
    site: PartnerSite, wanted: OrderFilter, before: UUID | None, limit: int, *, only_slips: bool = False
) -> list[OrderView]:
    """A site's orders, the newest first; with `only_slips`, those that hold tickets."""
    conditions = wanted.conditions()
    if only_slips:
        conditions.append(_has_slip())
    return queries.site_orders(site, before, limit, conditions)


def order_of_site(site: PartnerSite, identifier: str) -> OrderView:
    """One of the site's orders with its private part.

    Raises:
        NotFound: no such order, or another site's.
    """
    order_id = parse_id(identifier)
    found = queries.site_orders(site, None, 1, [TicketOrder.id == order_id]) if order_id else []
    if not found:
        raise NotFound("order_not_found")
    return found[0]


def payments_page(
    site: PartnerSite, wanted: OrderFilter, before: UUID | None, limit: int, *, status: str | None = None,
    order_id: UUID | None = None,
) -> Sequence[tuple[OrderPayment, TicketOrder]]:  # fmt: skip
    """Confirmed payments to a site's orders, the last recorded first. Times are when the payment was recorded."""
    query = (
        select(OrderPayment, TicketOrder)
        .join(TicketOrder, TicketOrder.id == OrderPayment.order_id)
        .where(
            TicketOrder.partner_site_id == site.id,
            *_equal(TicketOrder.player_public_identifier, wanted.public_identifier),
            *_equal(TicketOrder.player_private_identifier, wanted.private_identifier),
            *_equal(TicketOrder.round_number, wanted.round_number),
            *made_between(OrderPayment.id, wanted.created_after, wanted.created_before),
            *_equal(OrderPayment.status, status),
            *_equal(OrderPayment.order_id, order_id),
        )
    )
    if before is not None:
        query = query.where(OrderPayment.id < before)
    rows = db.session.execute(query.order_by(OrderPayment.id.desc()).limit(limit))
    return [(row[0], row[1]) for row in rows]


def wins_page(site: PartnerSite, before: int | None, limit: int) -> Sequence[PartnerWin]:
    """A site's wins, the newest round first."""
    query = select(PartnerWin).where(PartnerWin.partner_site_id == site.id)
    if before is not None:
        query = query.where(PartnerWin.round_number < before)
    return db.session.scalars(query.order_by(PartnerWin.round_number.desc()).limit(limit)).all()


def made_between(
    column: InstrumentedAttribute[UUID], after: datetime | None, before: datetime | None
) -> list[ColumnElement[bool]]:
    """Ids say when they were made, so a time is a bound of ids and needs no column or index of its own."""
    return [
        *([column >= earliest_id(after)] if after is not None else []),
        *([column < earliest_id(before)] if before is not None else []),
    ]


def state_condition(state: str) -> ColumnElement[bool]:
    """The orders for which `states.order_state` says `state`, as a condition; a test holds the two together."""
    if state in _WITH_TICKETS:
        condition = and_(_has_slip(), _round_is(_WITH_TICKETS[state]))
        if state in ("won", "lost"):
            condition = and_(condition, _has_slip("won") if state == "won" else ~_has_slip("won"))
        return condition if state != "void" else or_(condition, _without_tickets("void"))
    return _without_tickets(state)


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
        return and_(~_has_slip(), _has(reason), *(~_has(other) for other in stronger))
    selling = _round_is(_STILL_SELLS)
    unpaid = and_(~_has_slip(), *(~_has(other) for other in _PRECEDENCE))
    return and_(unpaid, selling if state == "waiting" else ~selling)


def _has(status: str) -> ColumnElement[bool]:
    if status == "seen":
        return select(Sighting.deposit_address_id).where(
            Sighting.deposit_address_id == TicketOrder.deposit_address_id
        ).exists()  # fmt: skip
    return select(OrderPayment.id).where(
        OrderPayment.order_id == TicketOrder.id, OrderPayment.status == status
    ).exists()  # fmt: skip


def _has_slip(status: str | None = None) -> ColumnElement[bool]:
    query = select(TicketSlip.id).where(TicketSlip.id == TicketOrder.id)
    return (query if status is None else query.where(TicketSlip.status == status)).exists()


def _round_is(statuses: tuple[str, ...]) -> ColumnElement[bool]:
    return select(Round.round_number).where(
        Round.round_number == TicketOrder.round_number, Round.status.in_(statuses)
    ).exists()  # fmt: skip


def _equal(column: InstrumentedAttribute[Any], value: object) -> list[ColumnElement[bool]]:
    return [] if value is None else [column == value]
