"""Reads of the main game for pages and APIs: orders as their buyers see them, and who holds which tickets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, literal_column, select

from app.core.database.session import db
from app.core.errors import NotFound
from app.core.ids import hash_secret, parse_id
from app.people.partners.models import PartnerSite
from app.selling.windows import queries as windows
from app.selling.windows.queries import OrderParts

from .game import ROUNDS
from .models import OrderPayment, PartnerWin, Round, SlipRange, TicketOrder, TicketSlip
from .rules import STATES

_SECRET_CHARS = range(20, 65)


@dataclass(frozen=True, slots=True)
class OrderView(OrderParts[Round, TicketOrder]):
    """An order with all that belongs to it. `is_private`: the viewer holds its receipt secret."""

    slip: TicketSlip | None
    ranges: list[tuple[int, int]]  # inclusive pairs
    is_private: bool

    @property
    def state(self) -> str:
        """What the order is waiting for, or how it ended."""
        return STATES.of(self.situation(self.slip.status if self.slip else None))

    @property
    def is_sold_out(self) -> bool:
        """Whether nothing is left of its round, so that a payment now buys nothing."""
        return ROUNDS.sale.is_sold_out(self.round)

    @property
    def remainder_sats(self) -> int:
        """Credited beyond whole tickets; a top-up can still use it."""
        tickets = self.slip.ticket_count if self.slip else 0
        return self.paid_sats - tickets * self.order.player_ticket_price_sats


def slips_page(number: int, after: UUID | None = None, limit: int = 100) -> list[OrderView]:
    """Orders of a round that hold tickets, in the order they were made; `after` is the last id of the page before."""
    query = select(TicketOrder).join(TicketSlip, TicketSlip.id == TicketOrder.id)
    query = query.where(TicketSlip.round_number == number)
    if after is not None:
        query = query.where(TicketSlip.id > after)
    return views(query.order_by(TicketSlip.id).limit(limit))


def orders_without_tickets(number: int, limit: int = 50) -> list[OrderView]:
    """Public orders of a round whose payments bought no ticket, the newest first."""
    # A credited payment holds at least one ticket, so only the others need to be looked at. They are few and have an
    # index of their own, which the planner takes only for a literal.
    uncredited = select(OrderPayment.order_id).where(OrderPayment.status != literal_column("'credited'"))
    slip = select(TicketSlip.id).where(TicketSlip.id == TicketOrder.id).exists()
    without = select(TicketOrder).where(TicketOrder.round_number == number, TicketOrder.id.in_(uncredited), ~slip)
    return views(without.order_by(TicketOrder.id.desc()).limit(limit))


def order_of(identifier: str) -> OrderView:
    """An order by its public id, once it has a confirmed payment; or by its receipt secret, with its private part.

    Raises:
        NotFound: neither.
    """
    order_id = parse_id(identifier)
    if order_id is None:
        return receipt_of(identifier)
    return _only(views(select(TicketOrder).where(TicketOrder.id == order_id, windows.was_paid(ROUNDS))))


def receipt_of(secret: str) -> OrderView:
    """An order by its receipt secret alone.

    Raises:
        NotFound: no receipt has this secret; a malformed one looks the same.
    """
    if len(secret) not in _SECRET_CHARS or not secret.isascii():
        raise NotFound("slip_not_found")
    query = select(TicketOrder).where(TicketOrder.receipt_secret_hash == hash_secret(secret))
    return _only(views(query, is_private=True))


def _only(found: list[OrderView]) -> OrderView:
    if not found:
        raise NotFound("slip_not_found")
    return found[0]


def player_orders(
    site: PartnerSite,
    public_identifier: str,
    before: UUID | None = None,
    limit: int = 50,
    number: int | None = None,
) -> list[OrderView]:
    """A player's public orders at one site, the newest first, of one round or of all; below the order `before`."""
    query = select(TicketOrder).where(
        TicketOrder.partner_site_id == site.id,
        TicketOrder.player_public_identifier == public_identifier,
        windows.was_noticed(ROUNDS),
    )
    if number is not None:
        query = query.where(TicketOrder.round_number == number)
    if before is not None:
        query = query.where(TicketOrder.id < before)
    return views(query.order_by(TicketOrder.id.desc()).limit(limit))


def ticket_line(number: int, limit: int = 300) -> Sequence[tuple[int, int, UUID]]:
    """(first, after, slip id) of a round's ranges in ticket order, at most `limit` of them."""
    rows = db.session.execute(
        select(SlipRange.first, SlipRange.after, SlipRange.slip_id)
        .where(SlipRange.round_number == number, SlipRange.first.is_not(None))
        .order_by(SlipRange.after)
        .limit(limit)
    )
    return [(row.first, row.after, row.slip_id) for row in rows]


def views(query: Select[TicketOrder], *, is_private: bool = False) -> list[OrderView]:
    """Orders with what belongs to them."""
    parts = windows.order_parts(ROUNDS, query)
    ids = [part.order.id for part in parts]
    slips, ranges = windows.by_key(TicketSlip, TicketSlip.id, ids), _ranges(ids)
    return [
        OrderView(
            part.order,
            part.round,
            part.site,
            part.address,
            part.payments,
            part.debt,
            slips.get(part.order.id),
            ranges.get(part.order.id, []),
            is_private,
        )
        for part in parts
    ]


def _ranges(order_ids: Sequence[UUID]) -> dict[UUID, list[tuple[int, int]]]:
    found: dict[UUID, list[tuple[int, int]]] = {}
    query = select(SlipRange).where(SlipRange.slip_id.in_(order_ids)).order_by(SlipRange.after)
    for row in db.session.scalars(query):
        if row.slip_id is not None and row.first is not None:
            found.setdefault(row.slip_id, []).append((row.first, row.after - 1))
    return found


@dataclass(frozen=True, slots=True)
class WinLine:
    """Who won a round, for a list."""

    slip_id: UUID
    player: str | None
    site: str


def win_lines(rounds: Sequence[Round]) -> dict[int, WinLine]:
    """The wins of these rounds by round number, in one query."""
    numbers = [round_.round_number for round_ in rounds]
    rows = db.session.execute(
        select(
            PartnerWin.round_number, PartnerWin.slip_id, PartnerWin.player_public_identifier, PartnerSite.display_name
        )
        .join(PartnerSite, PartnerSite.id == PartnerWin.partner_site_id)
        .where(PartnerWin.round_number.in_(numbers))
    )
    return {number: WinLine(slip_id, player, site) for number, slip_id, player, site in rows}
