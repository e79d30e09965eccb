"""Reads of Luckotto for pages and APIs: orders, public from the start, and the numbers that they got."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import Select, select

from app.core.database.session import db
from app.core.errors import NotFound
from app.core.ids import parse_id
from app.people.partners.models import PartnerSite
from app.selling.windows import queries as windows
from app.selling.windows.queries import OrderParts

from .game import LUCKOTTO
from .models import LuckottoOrder, LuckottoRound, LuckottoTicket
from .rules import STATES, Odds, numbers_of, odds

_TICKETS_IN_A_PICTURE: Final = 300


@dataclass(frozen=True, slots=True)
class Changes:
    """How the numbers that an order got differ from those it asked for. Empty where they are the same."""

    taken_out: tuple[int, ...]
    put_in: tuple[int, ...]

    def __bool__(self) -> bool:
        return bool(self.taken_out)


@dataclass(frozen=True, slots=True)
class OrderView(OrderParts[LuckottoRound, LuckottoOrder]):
    """An order with all that belongs to it."""

    ticket: LuckottoTicket | None

    @property
    def state(self) -> str:
        """What the order is waiting for, or how it ended."""
        return STATES.of(self.situation(self.ticket.status if self.ticket else None))

    @property
    def is_sold_out(self) -> bool:
        """Whether nothing is left of its round, so that a payment now buys nothing."""
        return LUCKOTTO.sale.is_sold_out(self.round)

    @property
    def requested_numbers(self) -> tuple[int, ...]:
        return numbers_of(self.order.requested)

    @property
    def allocated_numbers(self) -> tuple[int, ...] | None:
        return numbers_of(self.ticket.numbers) if self.ticket is not None else None

    @property
    def changes(self) -> Changes:
        """Nothing changed, or no ticket, is no change."""
        asked, got = set(self.requested_numbers), set(self.allocated_numbers or self.requested_numbers)
        return Changes(tuple(sorted(asked - got)), tuple(sorted(got - asked)))

    @property
    def odds(self) -> Odds:
        return odds(len(self.requested_numbers), self.round.pool_size)

    @property
    def missing_sats(self) -> int:
        """What is still to be paid to fund the order."""
        return max(0, self.order.total_sats - self.paid_sats)

    @property
    def asked_sats(self) -> int:
        """What a payment link asks for: what is missing, or the least that is accepted where that is more."""
        return max(self.missing_sats or self.order.total_sats, self.order.min_payment_sats)


def order_of(identifier: str) -> OrderView:
    """An order by its id.

    Raises:
        NotFound: there is none.
    """
    order_id = parse_id(identifier)
    found = views(select(LuckottoOrder).where(LuckottoOrder.id == order_id)) if order_id is not None else []
    if not found:
        raise NotFound("order_not_found")
    return found[0]


def player_orders(
    site: PartnerSite,
    player_identifier: str,
    before: UUID | None = None,
    limit: int = 50,
    *,
    only_noticed: bool = False,
) -> list[OrderView]:
    """A player's orders at one site, the newest first; `only_noticed`: those of which a payment was seen."""
    query = select(LuckottoOrder).where(
        LuckottoOrder.partner_site_id == site.id, LuckottoOrder.player_identifier == player_identifier
    )
    if only_noticed:
        query = query.where(windows.was_noticed(LUCKOTTO))
    if before is not None:
        query = query.where(LuckottoOrder.id < before)
    return views(query.order_by(LuckottoOrder.id.desc()).limit(limit))


def ticket_sizes(number: int) -> list[int]:
    """How many combinations each of a round's tickets covers, in chain order, as many as a picture can tell apart."""
    rows = db.session.scalars(
        select(LuckottoTicket.combinations)
        .where(LuckottoTicket.round_number == number)
        .order_by(LuckottoTicket.sequence)
        .limit(_TICKETS_IN_A_PICTURE)
    )
    return list(rows)


def views(query: Select[LuckottoOrder]) -> list[OrderView]:
    """Orders with what belongs to them."""
    parts = windows.order_parts(LUCKOTTO, query)
    tickets = windows.by_key(LuckottoTicket, LuckottoTicket.id, {part.order.id for part in parts})
    return [
        OrderView(part.order, part.round, part.site, part.address, part.payments, part.debt, tickets.get(part.order.id))
        for part in parts
    ]
