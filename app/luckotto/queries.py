"""Reads of Luckotto for pages and APIs: rounds, their draws and tickets, and orders, public from the start."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import InstrumentedAttribute

from app.chain import queries as chain
from app.chain.models import DepositAddress
from app.core.db import Model, db
from app.core.errors import NotFound
from app.core.ids import parse_id
from app.draws.models import Draw
from app.partners.models import PartnerSite

from .models import LuckottoOrder, LuckottoPayment, LuckottoRound, LuckottoTicket, LuckottoWin
from .rules import GAME, Odds, numbers_of, odds
from .states import order_state

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class PaymentView:
    """One payment to an order, confirmed or only seen. Hashes and ids as explorers print them."""

    txid: str
    vout: int
    amount_sats: int
    credited_sats: int
    refundable_sats: int
    status: str  # seen, or a fate
    block_height: int | None = None
    block_hash: str | None = None
    tx_index: int | None = None
    orphaned_at: datetime | None = None
    refunded_at: datetime | None = None


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


def round_of(number: int) -> LuckottoRound:
    """Raises NotFound."""
    round_ = db.session.get(LuckottoRound, number)
    if round_ is None:
        raise NotFound("round_not_found")
    return round_


def current_round() -> LuckottoRound | None:
    """The round that sells now; else the next one that will."""
    tip = chain.tip_height()
    return db.session.scalars(
        select(LuckottoRound)
        .where(LuckottoRound.sales_end_height > tip + 1)
        .order_by(LuckottoRound.round_number)
        .limit(1)
    ).first()


def round_for_orders(stop_blocks: int) -> LuckottoRound | None:
    """The round an order made now would join."""
    tip = chain.tip_height()
    return db.session.scalars(
        select(LuckottoRound)
        .where(
            LuckottoRound.sales_end_height > tip + 1 + stop_blocks,
            LuckottoRound.status.in_(("open", "scheduled", "unbacked")),
            LuckottoRound.sold_combinations < LuckottoRound.possible_combinations,
        )
        .order_by(LuckottoRound.round_number)
        .limit(1)
    ).first()


def rounds_page(before: int | None = None, limit: int = 20) -> Sequence[LuckottoRound]:
    """Rounds, the newest first, below `before`."""
    query = select(LuckottoRound).order_by(LuckottoRound.round_number.desc()).limit(limit)
    return db.session.scalars(query.where(LuckottoRound.round_number < before) if before else query).all()


def last_settled() -> LuckottoRound | None:
    """The newest round that was drawn."""
    return db.session.scalars(
        select(LuckottoRound)
        .where(LuckottoRound.status == "settled")
        .order_by(LuckottoRound.round_number.desc())
        .limit(1)
    ).first()


def draws_of(rounds: Sequence[LuckottoRound]) -> dict[int, Draw]:
    """The draws of these rounds by round number, running or done, in one query."""
    subjects = [str(round_.round_number) for round_ in rounds]
    rows = select(Draw).where(Draw.game == GAME, Draw.subject.in_(subjects), Draw.state != "void")
    return {int(draw.subject): draw for draw in db.session.scalars(rows)}


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


def site_wins(site: PartnerSite, limit: int = 50) -> Sequence[LuckottoWin]:
    """A site's wins, the newest first."""
    query = select(LuckottoWin).where(LuckottoWin.partner_site_id == site.id)
    return db.session.scalars(query.order_by(LuckottoWin.round_number.desc()).limit(limit)).all()


def order_of(identifier: str) -> OrderView:
    """An order by its id.

    Raises:
        NotFound: there is none.
    """
    order_id = parse_id(identifier)
    views = _views(_orders().where(LuckottoOrder.id == order_id)) if order_id is not None else []
    if not views:
        raise NotFound("order_not_found")
    return views[0]


def round_orders_page(number: int, after: UUID | None = None, limit: int = 100) -> list[OrderView]:
    """A round's orders that were ever paid, in the order they were made; `after` is the last id of the page before."""
    query = _orders().where(LuckottoOrder.round_number == number, _has_payment())
    if after is not None:
        query = query.where(LuckottoOrder.id > after)
    return _views(query.order_by(LuckottoOrder.id).limit(limit))


def player_orders(
    site: PartnerSite, player_identifier: str, before: UUID | None = None, limit: int = 50
) -> list[OrderView]:  # fmt: skip
    """A player's orders at one site, unpaid ones included, the newest first."""
    query = _orders().where(
        LuckottoOrder.partner_site_id == site.id, LuckottoOrder.player_identifier == player_identifier
    )
    if before is not None:
        query = query.where(LuckottoOrder.id < before)
    return _views(query.order_by(LuckottoOrder.id.desc()).limit(limit))


def site_orders(
    site: PartnerSite, before: UUID | None = None, limit: int = 50, where: Sequence[ColumnElement[bool]] = ()
) -> list[OrderView]:
    """A site's orders, unpaid ones included, the newest first; `where` narrows them."""
    query = _orders().where(LuckottoOrder.partner_site_id == site.id, *where)
    if before is not None:
        query = query.where(LuckottoOrder.id < before)
    return _views(query.order_by(LuckottoOrder.id.desc()).limit(limit))


def _has_payment() -> ColumnElement[bool]:
    return select(LuckottoPayment.id).where(LuckottoPayment.order_id == LuckottoOrder.id).exists()


def _orders() -> Select[LuckottoOrder]:
    return select(LuckottoOrder)


def _views(query: Select[LuckottoOrder]) -> list[OrderView]:
    """Orders with what belongs to them: one query a table, however many orders."""
    orders = db.session.scalars(query).all()
    if not orders:
        return []
    ids = [order.id for order in orders]
    rounds = _by_key(LuckottoRound, LuckottoRound.round_number, {order.round_number for order in orders})
    sites = _by_key(PartnerSite, PartnerSite.id, {order.partner_site_id for order in orders})
    addresses = _by_key(DepositAddress, DepositAddress.id, {order.deposit_address_id for order in orders})
    tickets = _by_key(LuckottoTicket, LuckottoTicket.id, set(ids))
    payments, seen = _payments(ids), _sightings(list(addresses))
    return [
        OrderView(
            order,
            rounds[order.round_number],
            sites[order.partner_site_id],
            addresses[order.deposit_address_id],
            tickets.get(order.id),
            payments.get(order.id, []) + seen.get(order.deposit_address_id, []),
        )
        for order in orders
    ]


def _by_key(model: type[Row], column: InstrumentedAttribute[Any], keys: Collection[object]) -> dict[Any, Row]:
    rows = db.session.scalars(select(model).where(column.in_(keys)))
    return {getattr(row, column.key): row for row in rows}


def _payments(order_ids: Sequence[UUID]) -> dict[UUID, list[PaymentView]]:
    found: dict[UUID, list[PaymentView]] = {}
    query = (
        select(LuckottoPayment)
        .where(LuckottoPayment.order_id.in_(order_ids))
        .order_by(LuckottoPayment.block_height, LuckottoPayment.tx_index, LuckottoPayment.vout, LuckottoPayment.id)
    )
    for row in db.session.scalars(query):
        found.setdefault(row.order_id, []).append(
            PaymentView(
                row.txid, row.vout, row.amount_sats, row.credited_sats, row.refundable_sats, row.status,
                row.block_height, row.block_hash, row.tx_index, row.orphaned_at, row.refunded_at,
            )
        )  # fmt: skip
    return found


def _sightings(address_ids: Sequence[UUID]) -> dict[UUID, list[PaymentView]]:
    found: dict[UUID, list[PaymentView]] = {}
    for row in chain.sightings_of(address_ids):
        view = PaymentView(row.txid[::-1].hex(), row.vout, row.amount_sats, 0, 0, "seen")
        found.setdefault(row.deposit_address_id, []).append(view)
    return found
