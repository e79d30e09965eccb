"""What Luckotto gives to those who doubt: its part of a round's bundle, its claims, numbers given once more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import Row, select, text

from app.chain.models import DepositAddress
from app.core.database.session import db
from app.games.luckotto.draw.drawing import ALGORITHMS, leaf_of
from app.games.luckotto.models import LuckottoOrder, LuckottoPayment, LuckottoRound, LuckottoTicket, LuckottoWin
from app.games.luckotto.rules import Fate, Standing, fate, is_funded_by, numbers_of
from app.games.luckotto.tickets import allocation, statements
from app.outcomes.draws.models import Draw
from app.selling.windows.queries import win_of
from app.selling.windows.questions.proof import Comparison, Evidence, Paid, Proof
from app.selling.windows.rounds.answers import frozen_round, order_fields, payment_fields, win_fields
from app.selling.windows.rules import SELLING, ticket_status

from .schemas import (
    LuckottoBundleOrder,
    LuckottoBundlePayment,
    LuckottoBundleTicket,
    LuckottoFrozenRound,
    LuckottoWinRecord,
)


class LuckottoProof(Proof[LuckottoRound]):
    """Orders, payments and tickets, which belong where their orders were funded; numbers given once more."""

    def claims(self) -> Mapping[str, str]:
        return {
            "jackpot": gettext("The jackpot is the base price of all combinations"),
            "prices": gettext(
                "Every total is the base price of the combinations and the partner's edge, rounded up once"
            ),
            "fates": gettext("Every payment counts for its order, or waits for its refund, as the rules say"),
            "allocation": gettext(
                "Funded orders got their numbers in chain order: those they asked for, or the nearest free ones"
            ),
            "apart": gettext("No two tickets share six numbers, so that at most one can win"),
            "draw": gettext("The six numbers follow from the closing block's hash"),
        }

    def evidence(self, round_: LuckottoRound, draw: Draw | None, begin: int, last: int) -> Evidence:
        window = {"round": round_.round_number, "begin": begin, "last": last}
        tickets = db.session.execute(text(statements.SEALED_IN_BLOCKS), window).all()
        records = {
            "round": frozen_round(LuckottoFrozenRound, round_),
            "orders": [_order(row) for row in db.session.execute(text(statements.BUNDLED_ORDERS), window)],
            "payments": [
                LuckottoBundlePayment(**payment_fields(row))
                for row in db.session.execute(text(statements.BUNDLED_PAYMENTS), window)
            ],
            "tickets": [_ticket(row, round_) for row in tickets],
            "draw": ALGORITHMS.in_bundle(round_, draw),
            **ALGORITHMS.beside(round_, draw, is_first=begin == 0),
            "win": _win(round_),
        }
        leaves = [] if round_.status == "void" else [leaf_of(row) for row in tickets]  # nothing is credited then
        return Evidence(ALGORITHMS.of_round(round_).bundle, records, leaves)

    def replay(self, round_: LuckottoRound) -> Comparison:
        number = round_.round_number
        orders = db.session.execute(
            select(LuckottoOrder, DepositAddress.commitment)
            .join(DepositAddress, DepositAddress.id == LuckottoOrder.deposit_address_id)
            .where(LuckottoOrder.round_number == number)
        )
        payments = db.session.scalars(
            select(LuckottoPayment)
            .join(LuckottoOrder, LuckottoOrder.id == LuckottoPayment.order_id)
            .where(LuckottoOrder.round_number == number, LuckottoPayment.orphaned_at.is_(None))
        )
        tickets = db.session.scalars(select(LuckottoTicket).where(LuckottoTicket.round_number == number))
        return _Replay(
            round_.sales_end_height,
            round_.pool_size,
            round_.status,
            {
                row.id: _Order(row.requested, row.total_sats, row.min_payment_sats, commitment)
                for row, commitment in orders
            },
            {(row.txid, row.vout): (row.status, row.credited_sats, row.refundable_sats) for row in payments},
            {row.id: (row.sequence, row.numbers) for row in tickets},
        ).differences


def _order(row: Row[Any]) -> LuckottoBundleOrder:
    return LuckottoBundleOrder(
        **order_fields(row),
        player_uname=row.player_uname,
        player_identifier=row.player_identifier,
        requested_numbers=list(numbers_of(row.requested)),
        base_sats=row.base_sats,
        fee_sats=row.fee_sats,
    )


def _ticket(row: Row[Any], round_: LuckottoRound) -> LuckottoBundleTicket:
    return LuckottoBundleTicket(
        identifier=str(row.id),
        sequence=row.sequence,
        allocated_numbers=list(numbers_of(row.numbers)),
        combinations=row.combinations,
        status=ticket_status(row.status, round_.status),
    )


def _win(round_: LuckottoRound) -> LuckottoWinRecord | None:
    win = win_of(LuckottoWin, round_)
    if win is None:
        return None
    return LuckottoWinRecord(
        **win_fields(win, win.ticket_id),
        player_uname=win.player_uname,
        player_identifier=win.player_identifier,
        winning_numbers=list(numbers_of(win.winning_numbers)),
    )


@dataclass(frozen=True, slots=True)
class _Order:
    requested: int
    total: int
    minimum: int
    commitment: bytes
    standing: Standing = field(default_factory=Standing)


@dataclass(slots=True)
class _Replay:
    """What the tables say, and how far the replay has come."""

    sales_end: int
    pool_size: int
    status: str
    orders: dict[UUID, _Order]
    payments: dict[tuple[str, int], tuple[str, int, int]]
    tickets: dict[UUID, tuple[int, int]]
    given: dict[UUID, int] = field(default_factory=dict)
    looked_at: dict[int, int] = field(default_factory=dict)

    def differences(self, found: Sequence[Paid]) -> Iterator[str]:
        """Every payment with another fate, and every order with other numbers, than the chain gives them."""
        fates = [(paid, self._fund(paid)) for paid in found]
        for paid, first_fate in fates:
            yield from self._compare(paid, first_fate)
        expected = {order: (sequence, numbers) for sequence, (order, numbers) in enumerate(self.given.items())}
        for order in sorted(expected.keys() | self.tickets.keys()):
            right, stored = expected.get(order), self.tickets.get(order)
            if right != stored:
                yield f"order {order}: expected {_said(right)}, stored {_said(stored)}"

    def _fund(self, paid: Paid) -> Fate:
        order = self.orders[paid.order_id]
        standing = order.standing
        found = fate(paid.sats, order.minimum, standing, in_time=paid.height < self.sales_end, is_over=False)
        if found is not Fate.CREDITED:
            return found
        is_allocated = standing.is_allocated
        if is_funded_by(paid.sats, order.total, standing):
            is_allocated = self._allocate(paid, order)
            found = found if is_allocated else Fate.UNALLOCATED
        credited = standing.credited + paid.sats
        after = Standing(credited, is_allocated) if found is Fate.CREDITED else replace(standing, is_unallocated=True)
        self.orders[paid.order_id] = replace(order, standing=after)
        return found

    def _allocate(self, paid: Paid, order: _Order) -> bool:
        before = self.looked_at.get(paid.height, 0)
        taken = allocation.masks(list(self.given.values()))
        numbers, looked_at = allocation.search(order.requested, self.pool_size, taken, order.commitment, before)
        self.looked_at[paid.height] = before + looked_at
        if numbers is not None:
            self.given[paid.order_id] = numbers
        return numbers is not None

    def _compare(self, paid: Paid, found: Fate) -> Iterator[str]:
        row = self.payments.get((paid.txid, paid.vout))
        if row is None or row[0] == "void":
            return
        found = self._decided(paid, found, row[0])
        credited = paid.sats if found is Fate.CREDITED else 0
        if row != (str(found), credited, paid.sats - credited):
            yield f"{paid.txid}:{paid.vout}: expected {found} with {credited} sats credited"

    def _decided(self, paid: Paid, found: Fate, stored: str) -> Fate:
        """Once sales are buried, what was credited to an order without a ticket waits for its refund."""
        standing = self.orders[paid.order_id].standing
        if found is not Fate.CREDITED or standing.is_allocated or self.status in (*SELLING, "closed"):
            return found
        if self.status == "halted" and stored == Fate.CREDITED:  # credited once more, and not decided again
            return found
        return Fate.UNALLOCATED if standing.is_unallocated else Fate.UNDERFUNDED


def _said(ticket: tuple[int, int] | None) -> str:
    if ticket is None:
        return "no ticket"
    sequence, numbers = ticket
    return f"ticket {sequence} with {', '.join(map(str, numbers_of(numbers)))}"
