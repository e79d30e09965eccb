"""Reads of rounds and payments that every game of windows has, for its pages and APIs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeAlias, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from app.chain import queries as chain
from app.chain.models import DepositAddress, Sighting
from app.core.database.session import Model, db
from app.core.errors import NotFound
from app.core.money import Sats
from app.money.payouts.sent import debts
from app.money.payouts.sent.debts import Debt
from app.outcomes.draws.models import Draw
from app.people.partners.models import PartnerSite

from .games import WindowGame
from .models import WindowOrder, WindowPayment, WindowRound, WindowWin
from .orders.states import Situation
from .questions.draw import ResultT
from .rules import SELLING, Phase
from .tables import (
    AnyTables,
    GameTables,
    OrdersOf,
    OrderT,
    OrderT_co,
    PaymentsOf,
    PaymentT,
    RoundsOf,
    RoundT,
    RoundT_co,
)

Key = TypeVar("Key")
Kept = TypeVar("Kept", bound=Model)
WinT = TypeVar("WinT", bound=WindowWin)


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
    credited_round_number: int | None = None
    orphaned_at: datetime | None = None
    tx_index: int | None = None
    refunded_at: datetime | None = None

    @property
    def waits_for_refund(self) -> bool:
        """Whether some of it bought nothing, and its partner does not have that yet."""
        return self.refundable_sats > 0 and self.refunded_at is None and self.orphaned_at is None


@dataclass(frozen=True, slots=True)
class OrderParts(Generic[RoundT_co, OrderT_co]):
    """An order with all that belongs to it, beside what only its game knows. A game's view of an order adds that."""

    order: OrderT_co
    round: RoundT_co
    site: PartnerSite
    address: DepositAddress
    payments: list[PaymentView]
    debt: Debt | None  # of its round, whoever's it is

    def situation(self, ticket: str | None) -> Situation:
        """What decides its state; `ticket` is the status of what it holds."""
        paid = frozenset(payment.status for payment in self.payments)
        return Situation(self.round.status, ticket, paid, self.is_sold_out)

    @property
    def is_sold_out(self) -> bool:
        """Whether nothing is left of its round, so that a payment now buys nothing: each game's view says it."""
        raise NotImplementedError

    @property
    def state(self) -> str:
        """What the order is waiting for, or how it ended: each game's view says it."""
        raise NotImplementedError

    @property
    def win(self) -> Debt | None:
        """What its player has won, and how far that has been paid; None: nothing."""
        return self.debt if self.state == "won" else None

    @property
    def paid_sats(self) -> Sats:
        """Confirmed and counted: what tickets are for, and what is beyond their price."""
        return sum(payment.credited_sats for payment in self.payments)

    @property
    def received_sats(self) -> Sats:
        """What blocks of the chain have paid to it, whatever became of that."""
        return sum(payment.amount_sats for payment in self.payments if payment.status not in ("seen", "orphaned"))

    @property
    def refundable_sats(self) -> Sats:
        """What bought nothing and waits, or went to the partner's balance."""
        return sum(payment.refundable_sats for payment in self.payments)

    @property
    def refunds_wait(self) -> bool:
        """Whether its page has a refund to tell of that is still to come."""
        return any(payment.waits_for_refund for payment in self.payments)

    @property
    def refunded_at(self) -> datetime | None:
        """Since when the partner has all that bought nothing; None: it waits, or there is nothing."""
        moments = [payment.refunded_at for payment in self.payments if payment.refunded_at is not None]
        return max(moments) if moments and not self.refunds_wait else None

    def sats_in(self, *statuses: str) -> Sats:
        """What of its payments is in one of these states."""
        return sum(payment.amount_sats for payment in self.payments if payment.status in statuses)


AnyOrder: TypeAlias = OrderParts[WindowRound, WindowOrder]


def round_of(game: RoundsOf[RoundT], number: int) -> RoundT:
    """Raises NotFound."""
    round_ = db.session.get(game.round, number)
    if round_ is None:
        raise NotFound("round_not_found")
    return round_


def current_round(game: RoundsOf[RoundT]) -> RoundT | None:
    """The round that sells now; else the next one that will."""
    rounds = game.round
    return db.session.scalars(
        select(rounds).where(rounds.sales_end_height > chain.tip_height() + 1).order_by(rounds.round_number).limit(1)
    ).first()


def round_for_orders(game: WindowGame[RoundT, OrderT, PaymentT, ResultT], stop_blocks: int) -> RoundT | None:
    """The round an order made now would join."""
    rounds = game.round
    return db.session.scalars(
        select(rounds)
        .where(
            rounds.sales_end_height > chain.tip_height() + 1 + stop_blocks,
            rounds.status.in_(SELLING),
            game.sale.has_room(),
        )
        .order_by(rounds.round_number)
        .limit(1)
    ).first()


def rounds_page(game: RoundsOf[RoundT], before: int | None = None, limit: int = 20) -> Sequence[RoundT]:
    """Rounds, the newest first, below `before`."""
    return db.session.scalars(_newest_first(game, before).limit(limit)).all()


def begun_page(game: RoundsOf[RoundT], before: int | None, limit: int) -> Sequence[RoundT]:
    """The same of those whose sales have begun: first the one that can be played now, then the one drawn last."""
    return db.session.scalars(
        _newest_first(game, before).where(game.round.status != Phase.SCHEDULED).limit(limit)
    ).all()


def next_rounds(game: RoundsOf[RoundT]) -> Sequence[RoundT]:
    """Those whose sales are yet to begin, the first to begin first: no more than are planned ahead."""
    rounds = game.round
    return db.session.scalars(
        select(rounds).where(rounds.status == Phase.SCHEDULED).order_by(rounds.round_number)
    ).all()


def _newest_first(game: RoundsOf[RoundT], before: int | None) -> Select[RoundT]:
    query = select(game.round).order_by(game.round.round_number.desc())
    return query.where(game.round.round_number < before) if before else query


def last_settled(game: RoundsOf[RoundT], *algorithms: str) -> RoundT | None:
    """The newest round that was drawn; by one of these algorithms, if any are named."""
    rounds = game.round
    settled = select(rounds).where(rounds.status == "settled")
    drawn = settled.where(rounds.winner_algorithm.in_(algorithms)) if algorithms else settled
    return db.session.scalars(drawn.order_by(rounds.round_number.desc()).limit(1)).first()


def draws_of(game: AnyTables, rounds: Sequence[WindowRound]) -> dict[int, Draw]:
    """The draws of these rounds by round number, running or done, in one query."""
    subjects = [str(round_.round_number) for round_ in rounds]
    rows = select(Draw).where(Draw.game == game.name, Draw.subject.in_(subjects), Draw.state != "void")
    return {int(draw.subject): draw for draw in db.session.scalars(rows)}


def draw_of(game: AnyTables, round_: WindowRound) -> Draw | None:
    """The round's draw, running or done."""
    return draws_of(game, [round_]).get(round_.round_number)


def wins_of(wins: type[WinT], rounds: Sequence[WindowRound]) -> dict[int, WinT]:
    """The wins of these rounds by round number, in one query."""
    rows = select(wins).where(wins.round_number.in_([round_.round_number for round_ in rounds]))
    return {win.round_number: win for win in db.session.scalars(rows)}


def win_of(wins: type[WinT], round_: WindowRound) -> WinT | None:
    """The round's win, if what it drew was sold."""
    return wins_of(wins, [round_]).get(round_.round_number)


def debts_of(game: AnyTables, rounds: Iterable[WindowRound]) -> dict[int, Debt]:
    """What is owed or was paid for these rounds, by their numbers; a round that nobody won owes nothing."""
    drawn = [str(round_.round_number) for round_ in rounds if round_.status == "settled"]
    return {int(number): debt for number, debt in debts.of_sources("jackpot", game.name, drawn).items()}


def debt_of(game: AnyTables, round_: WindowRound) -> Debt | None:
    """What is owed or was paid for the round."""
    return debts_of(game, [round_]).get(round_.round_number)


def paid_orders(game: OrdersOf[OrderT], number: int, after: UUID | None, limit: int) -> Select[OrderT]:
    """A round's orders that were ever paid, in the order they were made; `after` is the last of the page before."""
    order = game.order
    query = select(order).where(order.round_number == number, was_paid(game)).order_by(order.id).limit(limit)
    return query.where(order.id > after) if after is not None else query


def was_paid(game: AnyTables) -> ColumnElement[bool]:
    """The condition on a game's orders that a block ever had a payment to them."""
    return select(game.payment.id).where(game.payment.order_id == game.order.id).exists()


def was_noticed(game: AnyTables) -> ColumnElement[bool]:
    """The same, or that a payment to them waits for its block."""
    seen = select(Sighting.id).where(Sighting.deposit_address_id == game.order.deposit_address_id)
    return or_(was_paid(game), seen.exists())


def order_parts(
    game: GameTables[RoundT, OrderT, WindowPayment], query: Select[OrderT]
) -> list[OrderParts[RoundT, OrderT]]:
    """Orders with what every game's have: one query a table, however many orders."""
    orders = db.session.scalars(query).all()
    if not orders:
        return []
    rounds = by_key(game.round, game.round.round_number, {order.round_number for order in orders})
    sites = by_key(PartnerSite, PartnerSite.id, {order.partner_site_id for order in orders})
    addresses = by_key(DepositAddress, DepositAddress.id, {order.deposit_address_id for order in orders})
    payments, seen = payments_of(game, [order.id for order in orders]), sightings_of(list(addresses))
    owed = debts_of(game, rounds.values())
    return [
        OrderParts(
            order,
            rounds[order.round_number],
            sites[order.partner_site_id],
            addresses[order.deposit_address_id],
            payments.get(order.id, []) + seen.get(order.deposit_address_id, []),
            owed.get(order.round_number),
        )
        for order in orders
    ]


def by_key(model: type[Kept], column: InstrumentedAttribute[Key], keys: Collection[Key]) -> dict[Key, Kept]:
    """The rows with these keys, in one query."""
    rows = db.session.scalars(select(model).where(column.in_(keys)))
    return {getattr(row, column.key): row for row in rows}


def payments_of(game: PaymentsOf[PaymentT], order_ids: Collection[UUID]) -> dict[UUID, list[PaymentView]]:
    """The payments of these orders in chain order, orphaned ones too."""
    found: dict[UUID, list[PaymentView]] = {}
    payments = game.payment
    query = (
        select(payments)
        .where(payments.order_id.in_(order_ids))
        .order_by(payments.block_height, payments.tx_index, payments.vout, payments.id)
    )
    for row in db.session.scalars(query):
        found.setdefault(row.order_id, []).append(
            PaymentView(
                row.txid,
                row.vout,
                row.amount_sats,
                row.credited_sats,
                row.refundable_sats,
                row.status,
                row.block_height,
                row.block_hash,
                row.credited_round_number,
                row.orphaned_at,
                row.tx_index,
                row.refunded_at,
            )
        )
    return found


def sightings_of(address_ids: Collection[UUID]) -> dict[UUID, list[PaymentView]]:
    """Unconfirmed payments to these deposit addresses, by address."""
    found: dict[UUID, list[PaymentView]] = {}
    for row in db.session.scalars(select(Sighting).where(Sighting.deposit_address_id.in_(address_ids))):
        view = PaymentView(row.txid[::-1].hex(), row.vout, row.amount_sats, 0, 0, "seen")
        found.setdefault(row.deposit_address_id, []).append(view)
    return found
