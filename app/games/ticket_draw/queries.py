"""Reads of the main game for pages and APIs: rounds, their draws, and orders as their buyers see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from sqlalchemy import ColumnElement, Select, literal_column, select

from app.chain.models import DepositAddress
from app.core.database.session import db
from app.core.errors import NotFound
from app.core.ids import hash_secret, parse_id
from app.outcomes.draws.models import Draw
from app.people.partners.models import PartnerSite
from app.selling.windows import queries as windows
from app.selling.windows.queries import PaymentView

from .game import ROUNDS
from .models import OrderPayment, PartnerWin, Round, SlipRange, TicketOrder, TicketSlip
from .states import order_state

_SECRET_CHARS = range(20, 65)


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order with all that belongs to it. `is_private`: the viewer holds its receipt secret."""

    order: TicketOrder
    round: Round
    site: PartnerSite
    address: DepositAddress
    slip: TicketSlip | None
    ranges: list[tuple[int, int]]  # inclusive pairs
    payments: list[PaymentView]
    is_private: bool

    @property
    def state(self) -> str:
        """What the order is waiting for, or how it ended; see `states`."""
        statuses = [payment.status for payment in self.payments]
        has_won = self.slip is not None and self.slip.status == "won"
        return order_state(self.round.status, statuses, self.slip is not None, has_won=has_won)

    @property
    def credited_sats(self) -> int:
        return sum(payment.credited_sats for payment in self.payments)

    @property
    def remainder_sats(self) -> int:
        """Credited beyond whole tickets; a top-up can still use it."""
        tickets = self.slip.ticket_count if self.slip else 0
        return self.credited_sats - tickets * self.order.player_ticket_price_sats


round_of = partial(windows.round_of, ROUNDS)
current_round = partial(windows.current_round, ROUNDS)
round_for_orders = partial(windows.round_for_orders, ROUNDS)
rounds_page = partial(windows.rounds_page, ROUNDS)
last_settled = partial(windows.last_settled, ROUNDS)
draws_of = partial(windows.draws_of, ROUNDS)


def draw_of(round_: Round) -> Draw | None:
    """The round's draw, running or done."""
    return draws_of([round_]).get(round_.round_number)


def win_of(round_: Round) -> PartnerWin | None:
    """The round's win, if its winning ticket was sold."""
    return db.session.scalars(select(PartnerWin).where(PartnerWin.round_number == round_.round_number)).first()


def slips_page(number: int, after: UUID | None = None, limit: int = 100) -> list[OrderView]:
    """Orders of a round that hold tickets, in the order they were made; `after` is the last id of the page before."""
    query = select(TicketOrder).join(TicketSlip, TicketSlip.id == TicketOrder.id)
    query = query.where(TicketSlip.round_number == number)
    if after is not None:
        query = query.where(TicketSlip.id > after)
    return views(query.order_by(TicketSlip.id).limit(limit))


def public_orders_page(number: int, after: UUID | None = None, limit: int = 100) -> list[OrderView]:
    """A round's orders that were ever paid, with tickets or without, in the order they were made."""
    query = select(TicketOrder).where(TicketOrder.round_number == number, _has_payment())
    if after is not None:
        query = query.where(TicketOrder.id > after)
    return views(query.order_by(TicketOrder.id).limit(limit))


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
    found = views(select(TicketOrder).where(TicketOrder.id == order_id, _has_payment()))
    if not found:
        raise NotFound("slip_not_found")
    return found[0]


def receipt_of(secret: str) -> OrderView:
    """An order by its receipt secret alone.

    Raises:
        NotFound: no receipt has this secret; a malformed one looks the same.
    """
    if len(secret) not in _SECRET_CHARS or not secret.isascii():
        raise NotFound("slip_not_found")
    found = views(select(TicketOrder).where(TicketOrder.receipt_secret_hash == hash_secret(secret)), is_private=True)
    if not found:
        raise NotFound("slip_not_found")
    return found[0]


def player_orders(site: PartnerSite, public_identifier: str, number: int | None = None) -> list[OrderView]:
    """A player's public orders at one site, the newest first, of one round or of all (at most 50)."""
    query = select(TicketOrder).where(
        TicketOrder.partner_site_id == site.id,
        TicketOrder.player_public_identifier == public_identifier,
        _has_payment(),
    )
    if number is not None:
        query = query.where(TicketOrder.round_number == number)
    return views(query.order_by(TicketOrder.id.desc()).limit(50))


def ticket_line(number: int, limit: int = 300) -> Sequence[tuple[int, int, UUID]]:
    """(first, after, slip id) of a round's ranges in ticket order, at most `limit` of them."""
    rows = db.session.execute(
        select(SlipRange.first, SlipRange.after, SlipRange.slip_id)
        .where(SlipRange.round_number == number, SlipRange.first.is_not(None))
        .order_by(SlipRange.after)
        .limit(limit)
    )
    return [(row.first, row.after, row.slip_id) for row in rows]


def _has_payment() -> ColumnElement[bool]:
    return select(OrderPayment.id).where(OrderPayment.order_id == TicketOrder.id).exists()


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
            slips.get(part.order.id),
            ranges.get(part.order.id, []),
            part.payments,
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


def wins_of(rounds: Sequence[Round]) -> dict[int, WinLine]:
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
