"""Payments fund orders, in chain order, and a funded order gets its numbers; a lost block takes them back.

Called by the rail inside the block's own transaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.chain.listeners import BlockRef, ChainPayment
from app.core.database.session import db
from app.core.faults import step
from app.core.money import Sats
from app.games.luckotto.models import TABLES, LuckottoRound
from app.games.luckotto.rules import GAME, Fate, Standing, combinations, fate, is_funded_by, numbers_of
from app.record.events import service as events
from app.record.ledger import service as ledger
from app.record.ledger.entries import Posting
from app.selling.windows import postings
from app.selling.windows.orders.crediting import IRREVERSIBLE, NO_MORE_CREDIT, lock_rounds, told, write_payments
from app.selling.windows.orders.leaves import Fated, Held
from app.selling.windows.questions.crediting import Crediting, Orphan
from app.selling.windows.rounds import lifecycle
from app.selling.windows.tables import AnyTables

from . import statements
from .taken import Taken, open_rounds, parts


@dataclass(slots=True)
class _Order:
    """An order being paid in this block, with where it stands so far."""

    id: UUID
    site_id: UUID
    round_number: int
    requested: int
    base: int
    total: int
    minimum: int
    commitment: bytes
    person: str
    standing: Standing


@dataclass(frozen=True, slots=True)
class _Ticket:
    order: _Order
    payment: ChainPayment
    sequence: int
    numbers: int


@dataclass(slots=True)
class _Batch:
    """Everything one block does to the game, collected first and written set-wise afterwards."""

    block: BlockRef
    rounds: dict[int, LuckottoRound]
    taken: dict[int, Taken]
    fated: list[Fated] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)  # of each of them
    tickets: list[_Ticket] = field(default_factory=list)
    legs: list[Posting] = field(default_factory=list)
    facts: list[events.Fact] = field(default_factory=list)


def credit(game: AnyTables, block: BlockRef, payments: Sequence[ChainPayment]) -> None:
    """Give the block's payments to Luckotto's orders, which is `game`, their fates, and funded orders their numbers."""
    orders = _orders_paid([payment.deposit_address_id for payment in payments])
    if not orders:
        return
    rounds: dict[int, LuckottoRound] = lock_rounds(TABLES, {order.round_number for order in orders.values()})
    batch = _Batch(block, rounds, _open(rounds, orders.values()))
    for payment in payments:
        order = orders.get(payment.deposit_address_id)
        if order is not None:
            _assess(game, batch, payment, order)
    step("credit.assessed")
    _write(game, batch)
    step("credit.written")
    ledger.post(batch.legs)
    events.record_many(batch.facts)


def take_back(payments: Sequence[Orphan]) -> None:
    """Remove the tickets that these payments brought: the last ones of their rounds. Their numbers are free again."""
    db.session.flush()
    brought = db.session.execute(text(statements.TICKETS_BROUGHT), {"ids": [row.id for row in payments]}).all()
    for tickets in parts(brought, lambda ticket: ticket.combinations):
        db.session.execute(text(statements.REMOVE_TICKETS), {"ids": [ticket.payment_id for ticket in tickets]})
    db.session.expire_all()


def _orders_paid(address_ids: Sequence[UUID]) -> dict[UUID, _Order]:
    rows = db.session.execute(text(statements.ORDERS_PAID), {"addresses": list(address_ids)}).all()
    return {
        row.deposit_address_id: _Order(
            row.id,
            row.partner_site_id,
            row.round_number,
            row.requested,
            row.base_sats,
            row.base_sats + row.fee_sats,
            row.min_payment_sats,
            bytes(row.commitment),
            row.player_identifier,
            Standing(int(row.credited), row.is_allocated, row.is_unallocated),
        )
        for row in rows
    }


def _open(rounds: dict[int, LuckottoRound], orders: Any) -> dict[int, Taken]:
    may_get = [
        (order.round_number, order.requested)
        for order in orders
        if not (order.standing.is_allocated or order.standing.is_unallocated)
    ]
    known = [(number, round_.pool_size, round_.sold_tickets) for number, round_ in rounds.items()]
    return open_rounds(known, may_get)


def _assess(game: AnyTables, batch: _Batch, payment: ChainPayment, order: _Order) -> None:
    round_ = batch.rounds[order.round_number]
    found = fate(
        payment.amount_sats,
        order.minimum,
        order.standing,
        in_time=batch.block.height < round_.sales_end_height,
        is_over=round_.status in NO_MORE_CREDIT,
    )
    ticket = None
    if found is Fate.CREDITED and is_funded_by(payment.amount_sats, order.total, order.standing):
        ticket = _allocate(batch, payment, order, round_)
        found = Fate.UNALLOCATED if ticket is None else found
    _stand(order, found, payment.amount_sats, ticket)
    is_credited = found is Fate.CREDITED
    credited = payment.amount_sats if is_credited else 0
    batch.legs += postings.credit(
        payment.payment_id,
        GAME,
        order.round_number,
        to_pool=order.base if ticket is not None else 0,
        credited=credited,
        refundable=payment.amount_sats - credited,
        reason=str(found),
    )
    if is_credited and round_.status in IRREVERSIBLE:  # only a reorganisation deeper than a seal's burial leads here
        lifecycle.halt(game, round_, "credited_after_seal")
    batch.fated.append(
        Fated(
            payment, order.id, order.site_id, order.round_number, str(found), credited, payment.amount_sats - credited
        )
    )
    batch.held.append(_named(order.commitment, order.person, order.requested, ticket))
    batch.facts.append(told(game, batch.fated[-1]))
    if ticket is not None:
        batch.facts.append(_allocated(game, ticket))


def _named(commitment: bytes, person: str, requested: int, ticket: _Ticket | None) -> Held:
    """What the public log names of a payment: the numbers asked for, and those of the ticket that it brought, with
    that one's place in the round."""
    brought = {
        "numbers": list(numbers_of(ticket.numbers)) if ticket is not None else None,
        "requestedNumbers": list(numbers_of(requested)),
        "sequence": ticket.sequence if ticket is not None else None,
    }
    return Held(commitment, person, brought)


def _stand(order: _Order, found: Fate, amount: int, ticket: _Ticket | None) -> None:
    """Where the order stands after this payment."""
    if found is Fate.CREDITED:
        credited = order.standing.credited + amount
        order.standing = replace(
            order.standing, credited=credited, is_allocated=order.standing.is_allocated or ticket is not None
        )
    elif found is Fate.UNALLOCATED:
        order.standing = replace(order.standing, is_unallocated=True)


def _allocate(batch: _Batch, payment: ChainPayment, order: _Order, round_: LuckottoRound) -> _Ticket | None:
    numbers = batch.taken[order.round_number].give(order.requested, order.commitment)
    if numbers is None:
        return None
    ticket = _Ticket(order, payment, round_.sold_tickets, numbers)
    round_.sold_tickets += 1
    round_.sold_combinations += combinations(numbers.bit_count())
    batch.tickets.append(ticket)
    return ticket


def _allocated(game: AnyTables, ticket: _Ticket) -> events.Fact:
    order = ticket.order
    payload = {
        "orderId": str(order.id),
        "roundNumber": order.round_number,
        "requestedNumbers": list(numbers_of(order.requested)),
        "allocatedNumbers": list(numbers_of(ticket.numbers)),
        "combinations": combinations(ticket.numbers.bit_count()),
    }
    return events.Fact("ticket.allocated", game.name, f"order:{order.id}", payload, order.site_id)


def _write(game: AnyTables, batch: _Batch) -> None:
    write_payments(game, batch.fated, batch.held, batch.block)
    if not batch.tickets:
        return
    db.session.flush()  # the rounds' counts
    for tickets in parts(batch.tickets, lambda ticket: combinations(ticket.numbers.bit_count())):
        db.session.execute(
            text(statements.INSERT_TICKETS),
            {
                "ids": [ticket.order.id for ticket in tickets],
                "rounds": [ticket.order.round_number for ticket in tickets],
                "sequences": [ticket.sequence for ticket in tickets],
                "numbers": [ticket.numbers for ticket in tickets],
                "combinations": [combinations(ticket.numbers.bit_count()) for ticket in tickets],
                "payments": [ticket.payment.payment_id for ticket in tickets],
            },
        )


class LuckottoCrediting(Crediting[LuckottoRound]):
    """Numbers for funded orders, and what players paid beyond base prices: edges and remainders."""

    def credit(self, block: BlockRef, payments: Sequence[ChainPayment]) -> None:
        credit(TABLES, block, payments)

    def take_back(self, payments: Sequence[Orphan]) -> None:
        take_back(payments)

    def bought_nothing(self, order_id: UUID) -> Held:
        row = db.session.execute(text(statements.NAMED), {"id": order_id}).one()
        return _named(row.commitment, row.player_identifier, row.requested, None)

    def pool_sats(self, round_: LuckottoRound) -> Sats:
        return round_.sold_combinations * round_.base_combination_price_sats

    def held_by_site(self, number: int) -> Mapping[UUID, Sats]:
        rows = db.session.execute(text(statements.HELD_BY_SITE), {"round": number})
        return {site: int(held) for site, held in rows}

    def unsettled_sats(self, site_id: UUID) -> Sats:
        return int(db.session.execute(text(statements.UNSETTLED), {"site": site_id}).scalar_one())
