"""Reads of Luckotto for pages and APIs: rounds, their draws and tickets, and orders, public from the start."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select

from app.chain.models import DepositAddress
from app.core.database.session import db
from app.core.errors import NotFound
from app.core.ids import parse_id
from app.outcomes.draws.models import Draw
from app.people.partners.models import PartnerSite
from app.selling.windows import queries as windows
from app.selling.windows.queries import PaymentView

from .game import LUCKOTTO
from .models import LuckottoOrder, LuckottoPayment, LuckottoRound, LuckottoTicket, LuckottoWin
from .rules import Odds, numbers_of, odds
from .states import order_state


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order with all that belongs to it."""

    order: LuckottoOrder
    round: LuckottoRound
    site: PartnerSite
    address: DepositAddress
    ticket: LuckottoTicket | None
    payments: list[PaymentView]

    @property
    def state(self) -> str:
        """What the order is waiting for, or how it ended; see `states`."""
        statuses = [payment.status for payment in self.payments]
        has_won = self.ticket is not None and self.ticket.status == "won"
        return order_state(self.round.status, statuses, self.ticket is not None, has_won=has_won)

    @property
    def requested_numbers(self) -> tuple[int, ...]:
        return numbers_of(self.order.requested)

    @property
    def allocated_numbers(self) -> tuple[int, ...] | None:
        return numbers_of(self.ticket.numbers) if self.ticket is not None else None

    @property
    def odds(self) -> Odds:
        return odds(len(self.requested_numbers), self.round.pool_size)

    @property
    def paid_sats(self) -> int:
        """Confirmed and counted towards the total, or beyond it."""
        return sum(payment.credited_sats for payment in self.payments)

    @property
    def refundable_sats(self) -> int:
        """What bought nothing and waits, or went to the partner's balance."""
        return sum(payment.refundable_sats for payment in self.payments)

    @property
    def missing_sats(self) -> int:
        """What is still to be paid to fund the order."""
        return max(0, self.order.total_sats - self.paid_sats)

    @property
    def asked_sats(self) -> int:
        """What a payment link asks for: what is missing, or the least that is accepted where that is more."""
        return max(self.missing_sats or self.order.total_sats, self.order.min_payment_sats)


round_of = partial(windows.round_of, LUCKOTTO)
current_round = partial(windows.current_round, LUCKOTTO)
round_for_orders = partial(windows.round_for_orders, LUCKOTTO)
rounds_page = partial(windows.rounds_page, LUCKOTTO)
last_settled = partial(windows.last_settled, LUCKOTTO)
draws_of = partial(windows.draws_of, LUCKOTTO)


def draw_of(round_: LuckottoRound) -> Draw | None:
    """The round's draw, running or done."""
    return draws_of([round_]).get(round_.round_number)


def win_of(round_: LuckottoRound) -> LuckottoWin | None:
    """The round's win, if a ticket held all six numbers."""
    return db.session.scalars(select(LuckottoWin).where(LuckottoWin.round_number == round_.round_number)).first()


def wins_of(rounds: Sequence[LuckottoRound]) -> dict[int, LuckottoWin]:
    """The wins of these rounds by round number, in one query."""
    numbers = [round_.round_number for round_ in rounds]
    rows = db.session.scalars(select(LuckottoWin).where(LuckottoWin.round_number.in_(numbers)))
    return {win.round_number: win for win in rows}


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


def round_orders_page(number: int, after: UUID | None = None, limit: int = 100) -> list[OrderView]:
    """A round's orders that were ever paid, in the order they were made; `after` is the last id of the page before."""
    query = select(LuckottoOrder).where(LuckottoOrder.round_number == number, _has_payment())
    if after is not None:
        query = query.where(LuckottoOrder.id > after)
    return views(query.order_by(LuckottoOrder.id).limit(limit))


def player_orders(
    site: PartnerSite, player_identifier: str, before: UUID | None = None, limit: int = 50
) -> list[OrderView]:
    """A player's orders at one site, unpaid ones included, the newest first."""
    query = select(LuckottoOrder).where(
        LuckottoOrder.partner_site_id == site.id, LuckottoOrder.player_identifier == player_identifier
    )
    if before is not None:
        query = query.where(LuckottoOrder.id < before)
    return views(query.order_by(LuckottoOrder.id.desc()).limit(limit))


def _has_payment() -> ColumnElement[bool]:
    return select(LuckottoPayment.id).where(LuckottoPayment.order_id == LuckottoOrder.id).exists()


def views(query: Select[LuckottoOrder]) -> list[OrderView]:
    """Orders with what belongs to them."""
    parts = windows.order_parts(LUCKOTTO, query)
    tickets = windows.by_key(LuckottoTicket, LuckottoTicket.id, {part.order.id for part in parts})
    return [
        OrderView(part.order, part.round, part.site, part.address, tickets.get(part.order.id), part.payments)
        for part in parts
    ]
