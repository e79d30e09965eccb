"""A game's table of states as conditions on its orders, so that a list may be narrowed to a state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, not_, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute

from app.chain.models import Sighting
from app.selling.windows.orders.states import States, When
from app.selling.windows.rules import SELLING
from app.selling.windows.tables import AnyTables

UNPAID: Final = ("waiting", "expired")
"""How an order stands that nothing came for: something may still come in time, or not."""


def unpaid_state(round_status: str) -> str:
    """Which of the two."""
    return UNPAID[round_status not in SELLING]


def came_to(game: AnyTables, state: str) -> ColumnElement[bool]:
    """The condition that a payment of an order had this fate, or is `seen`; or that none came and it stands so."""
    order, payment, rounds = game.order, game.payment, game.round
    fated = select(payment.order_id).where(payment.order_id == order.id)
    seen = select(Sighting.deposit_address_id).where(Sighting.deposit_address_id == order.deposit_address_id).exists()
    if state == "seen":
        return seen
    if state not in UNPAID:
        return order.id.in_(select(payment.order_id).where(payment.status == state))
    sells = select(rounds.round_number).where(rounds.round_number == order.round_number, rounds.status.in_(SELLING))
    still_sells = sells.correlate(order).exists()  # whoever asks may have joined the rounds
    return and_(~fated.correlate(order).exists(), ~seen, still_sells if state == "waiting" else ~still_sells)


@dataclass(frozen=True, slots=True)
class Tickets:
    """Where a game keeps what an order bought: a row that bears its order's id, and says whether it won."""

    id: InstrumentedAttribute[UUID]
    status: InstrumentedAttribute[str]


@dataclass(frozen=True, slots=True)
class StatesInSql:
    """The conditions that a game's orders are in a state: made of the very table that gives each its word. `has_room`
    is the condition on its rounds that something is left to sell."""

    game: AnyTables
    states: States
    tickets: Tickets
    has_room: Callable[[], ColumnElement[bool]]

    def is_in(self, state: str) -> ColumnElement[bool]:
        """The condition that `states` has this word for an order."""
        ways = (
            and_(self._fits(row), *(not_(self._fits(other)) for other in others))
            for row, others in self.states.leading_to(state)
        )
        return or_(*ways)

    def has_ticket(self, status: str | None = None) -> ColumnElement[bool]:
        """The condition that an order holds a ticket; with `status`, one of that status."""
        query = select(self.tickets.id).where(self.tickets.id == self.game.order.id)
        return (query if status is None else query.where(self.tickets.status == status)).exists()

    def _fits(self, row: When) -> ColumnElement[bool]:
        parts = [
            *([self.round_is(row.rounds)] if row.rounds else []),
            *([self._round_is_sold_out()] if row.is_sold_out else []),
            *([self._is_paid(row.paid)] if row.paid else []),
            *([self.has_ticket("won" if row.has_won else None)] if row.has_ticket or row.has_won else []),
        ]
        return and_(true(), *parts)

    def round_is(self, statuses: tuple[str, ...]) -> ColumnElement[bool]:
        """The condition that an order's round has one of these statuses."""
        order, rounds = self.game.order, self.game.round
        query = select(rounds.round_number).where(rounds.round_number == order.round_number)
        return query.where(rounds.status.in_(statuses)).exists()

    def _round_is_sold_out(self) -> ColumnElement[bool]:
        order, rounds = self.game.order, self.game.round
        query = select(rounds.round_number).where(rounds.round_number == order.round_number)
        return query.where(not_(self.has_room())).exists()

    def _is_paid(self, with_: tuple[str, ...]) -> ColumnElement[bool]:
        """A payment is seen before it has a fate, and sightings are the chain's."""
        order, payment = self.game.order, self.game.payment
        fates = [status for status in with_ if status != "seen"]
        fated = select(payment.id).where(payment.order_id == order.id, payment.status.in_(fates))
        seen = select(Sighting.deposit_address_id).where(Sighting.deposit_address_id == order.deposit_address_id)
        return or_(*([fated.exists()] if fates else []), *([seen.exists()] if "seen" in with_ else []))
