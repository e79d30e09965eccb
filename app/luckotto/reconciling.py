"""A partner's own Luckotto records: filtered, and in pages that new records do not disturb."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from app.chain.models import Sighting
from app.core.db import db
from app.core.errors import NotFound
from app.core.ids import earliest_id, parse_id
from app.partners.models import PartnerSite

from . import queries
from .models import LuckottoOrder, LuckottoPayment, LuckottoRound, LuckottoTicket, LuckottoWin
from .queries import OrderView
from .states import SELLING


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """Which orders are wanted; None means all. Times are when the order was made: from, and before."""

    uname: str | None = None
    identifier: str | None = None
    round_number: int | None = None
    state: str | None = None
    created_after: datetime | None = None
    created_before: datetime | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        return [
            *self.of_players(),
            *([state_of_order() == self.state] if self.state is not None else []),
            *made_between(LuckottoOrder.id, self.created_after, self.created_before),
        ]

    def of_players(self) -> list[ColumnElement[bool]]:
        """What does not ask for a state or a time."""
        return [
            *_equal(LuckottoOrder.player_uname, self.uname),
            *_equal(LuckottoOrder.player_identifier, self.identifier),
            *_equal(LuckottoOrder.round_number, self.round_number),
        ]


def orders_page(
    site: PartnerSite, wanted: OrderFilter, before: UUID | None, limit: int,
    where: Sequence[ColumnElement[bool]] = (),
) -> list[OrderView]:  # fmt: skip
    """A site's orders, the newest first."""
    return queries.site_orders(site, before, limit, [*wanted.conditions(), *where])


def order_of_site(site: PartnerSite, identifier: str) -> OrderView:
    """One of the site's orders.

    Raises:
        NotFound: no such order, or another site's.
    """
    order_id = parse_id(identifier)
    found = queries.site_orders(site, None, 1, [LuckottoOrder.id == order_id]) if order_id else []
    if not found:
        raise NotFound("order_not_found")
    return found[0]


def payments_page(
    site: PartnerSite, wanted: OrderFilter, before: UUID | None, limit: int, *, status: str | None = None,
    order_id: UUID | None = None, where: Sequence[ColumnElement[bool]] = (),
) -> Sequence[tuple[LuckottoPayment, LuckottoOrder]]:  # fmt: skip
    """Confirmed payments to a site's orders, the last recorded first. Times are when the payment was recorded."""
    query = (
        select(LuckottoPayment, LuckottoOrder)
        .join(LuckottoOrder, LuckottoOrder.id == LuckottoPayment.order_id)
        .where(
            LuckottoOrder.partner_site_id == site.id,
            *wanted.of_players(),
            *made_between(LuckottoPayment.id, wanted.created_after, wanted.created_before),
            *_equal(LuckottoPayment.status, status),
            *_equal(LuckottoPayment.order_id, order_id),
            *where,
        )
    )
    if before is not None:
        query = query.where(LuckottoPayment.id < before)
    rows = db.session.execute(query.order_by(LuckottoPayment.id.desc()).limit(limit))
    return [(row[0], row[1]) for row in rows]


def wins_page(
    site: PartnerSite, before: int | None, limit: int, where: Sequence[ColumnElement[bool]] = ()
) -> Sequence[LuckottoWin]:
    """A site's wins, the newest round first."""
    query = select(LuckottoWin).where(LuckottoWin.partner_site_id == site.id, *where)
    if before is not None:
        query = query.where(LuckottoWin.round_number < before)
    return db.session.scalars(query.order_by(LuckottoWin.round_number.desc()).limit(limit)).all()


def made_between(
    column: InstrumentedAttribute[UUID], after: datetime | None, before: datetime | None
) -> list[ColumnElement[bool]]:
    """Ids say when they were made, so a time is a bound of ids."""
    return [
        *([column >= earliest_id(after)] if after is not None else []),
        *([column < earliest_id(before)] if before is not None else []),
    ]


def state_of_order() -> ColumnElement[str]:
    """`states.order_state` as SQL, line for line; a test holds the two together."""
    ticket = select(LuckottoTicket.id).where(LuckottoTicket.id == LuckottoOrder.id)
    has_ticket, has_won = ticket.exists(), ticket.where(LuckottoTicket.status == "won").exists()
    is_seen = select(Sighting.deposit_address_id).where(
        Sighting.deposit_address_id == LuckottoOrder.deposit_address_id
    ).exists()  # fmt: skip
    sells = _round_is(*SELLING)
    return case(
        (and_(_round_is("void"), or_(has_ticket, _has("void"))), "void"),
        (and_(has_ticket, _round_is("settled")), case((has_won, "won"), else_="lost")),
        (has_ticket, "allocated"),
        (_has("unallocated"), "unallocated"),
        (and_(sells, is_seen), "seen"),
        (_has("credited", "below_minimum", "underfunded"), case((sells, "partly_paid"), else_="underfunded")),
        (_has("void"), "void"),
        (_has("late"), "late"),
        (is_seen, "seen"),
        (sells, "waiting"),
        else_="expired",
    )


def _has(*statuses: str) -> ColumnElement[bool]:
    return select(LuckottoPayment.id).where(
        LuckottoPayment.order_id == LuckottoOrder.id, LuckottoPayment.status.in_(statuses)
    ).exists()  # fmt: skip


def _round_is(*statuses: str) -> ColumnElement[bool]:
    return select(LuckottoRound.round_number).where(
        LuckottoRound.round_number == LuckottoOrder.round_number, LuckottoRound.status.in_(statuses)
    ).exists()  # fmt: skip


def _equal(column: InstrumentedAttribute[Any], value: object) -> list[ColumnElement[bool]]:
    return [] if value is None else [column == value]
