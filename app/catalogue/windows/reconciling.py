"""A partner's own records of a game of windows: narrowed, and in pages that new records do not disturb.

A game says what differs: its wins, by which names it knows a player, how an order is read, its table of states.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Text, cast, false, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from app.catalogue.records import Narrowing
from app.chain.models import DepositAddress
from app.core.database.session import db
from app.core.ids import created_at, earliest_id, parse_id
from app.money.payouts.sent import debts
from app.money.payouts.sent.debts import Debt, Standing
from app.people.partners.models import PartnerSite
from app.selling.windows import queries
from app.selling.windows.lists.conditions import StatesInSql
from app.selling.windows.models import PassedOn, WindowOrder, WindowPayment, WindowWin
from app.selling.windows.orders import passing
from app.selling.windows.rounds.answers import payout_record
from app.selling.windows.rules import SELLING
from app.selling.windows.tables import AnyTables

_TXID_LENGTH: Final = 64

PAID: Final[Standing] = "confirmed"
PARTLY_PAID: Final = "partly_paid"
BELOW_MINIMUM: Final = "below_minimum"
"""What people read of an order that is partly paid where no payment adds to another: what came counts for nothing."""

PaymentOfOrder: TypeAlias = tuple[WindowPayment, WindowOrder, PassedOn | None]
"""A row of a game's payments, the order that it was paid to, and the site's note that its player has the refund."""


@dataclass(frozen=True, slots=True)
class WinOfRound:
    """A row of a game's wins, its round, how far its payment has come, and the site's note that its player has it. The
    rail owes with every win."""

    win: Any
    round: Any
    debt: Debt
    passed_on: PassedOn | None


@dataclass(frozen=True, slots=True)
class Reconciling:
    """The records of one game. `players` are columns of its orders and of its wins; `won_order` is the wins' column
    that has the id of the order that won; `states` are the conditions that an order is in a state."""

    states: StatesInSql
    win: type[WindowWin]
    won_order: InstrumentedAttribute[UUID]
    players: tuple[str, ...]
    read: Callable[[Select[Any]], Sequence[Any]]

    @property
    def game(self) -> AnyTables:
        return self.states.game

    def orders(
        self,
        site: PartnerSite,
        wanted: Narrowing,
        before: UUID | None,
        limit: int,
        where: Sequence[ColumnElement[bool]] = (),
    ) -> Sequence[Any]:
        """A site's orders, unpaid ones too, the newest first."""
        order = self.game.order
        query = select(order).where(
            order.partner_site_id == site.id,
            *self._of_order(wanted),
            *_equal(order.id, wanted.order_id),
            *_made_between(order.id, wanted),
            *self._in_state(wanted),
            *where,
        )
        if before is not None:
            query = query.where(order.id < before)
        return self.read(query.order_by(order.id.desc()).limit(limit))

    def order(self, site: PartnerSite, identifier: str) -> Any | None:
        """One of the site's orders, if this game has it."""
        order_id = parse_id(identifier)
        found = self.orders(site, Narrowing(order_id=order_id), None, 1) if order_id is not None else ()
        return found[0] if found else None

    def payments(
        self, site: PartnerSite, wanted: Narrowing, before: UUID | None, limit: int
    ) -> Sequence[PaymentOfOrder]:
        """Confirmed payments to a site's orders, the last recorded first."""
        order, payment = self.game.order, self.game.payment
        query = (
            select(payment, order, PassedOn)
            .join(order, order.id == payment.order_id)
            .outerjoin(PassedOn, PassedOn.id == payment.id)
            .where(
                order.partner_site_id == site.id,
                *self._of_order(wanted),
                *_equal(payment.order_id, wanted.order_id),
                *_equal(payment.id, wanted.record_id),
                *_equal(payment.status, wanted.state),
                *_made_between(payment.id, wanted),
                *([passing.is_with_partner(self.game)] if wanted.passed_on is False else []),
                *([passing.is_suspended(self.game)] if wanted.waits else []),
                *_is_noted(payment.id, wanted),
            )
        )
        if before is not None:
            query = query.where(payment.id < before)
        rows = db.session.execute(query.order_by(payment.id.desc()).limit(limit))
        return [(row[0], row[1], row[2]) for row in rows]

    def wins(self, site: PartnerSite, wanted: Narrowing, before: int | None, limit: int) -> Sequence[WinOfRound]:
        """A site's wins, the newest round first."""
        win = self.win
        query = select(win).where(
            win.partner_site_id == site.id,
            *self._named(win, wanted.players),
            *_equal(win.round_number, wanted.round_number),
            *_made_between(win.id, wanted),
            *self._found_wins(wanted.search),
            *self._one_win(wanted.record_id),
            *([self._stands_at(site, wanted.state)] if wanted.state is not None else []),
            *([self._stands_at(site, PAID)] if wanted.passed_on is False else []),
            *_is_noted(win.id, wanted),
        )
        if before is not None:
            query = query.where(win.round_number < before)
        found = db.session.scalars(query.order_by(win.round_number.desc()).limit(limit)).all()
        numbers = {row.round_number for row in found}
        rounds = queries.by_key(self.game.round, self.game.round.round_number, numbers)
        owed = queries.debts_of(self.game, rounds.values())
        notes = queries.by_key(PassedOn, PassedOn.id, {row.id for row in found})
        return [WinOfRound(row, rounds[row.round_number], owed[row.round_number], notes.get(row.id)) for row in found]

    def standings(self, site: PartnerSite) -> Mapping[str, int]:
        """How many of a site's wins are owed, sent and paid."""
        found = debts.standings("jackpot", self.game.name, site.id)
        counted = db.session.execute(select(found.c.standing, func.count()).group_by(found.c.standing))
        many: dict[str, int] = {row[0]: row[1] for row in counted}
        return {standing: many.get(standing, 0) for standing in debts.STANDINGS}

    def wins_to_pass_on(self, site: PartnerSite) -> passing.ToPassOn:
        """The site's wins that are paid for good, and not noted as passed on."""
        win = self.win
        of_site = (win.partner_site_id == site.id, self._stands_at(site, PAID), ~passing.is_noted(win.id))
        count, sats = db.session.execute(
            select(func.count(), func.coalesce(func.sum(win.jackpot_sats), 0)).select_from(win).where(*of_site)
        ).one()
        return passing.ToPassOn(count, int(sats), passing.noted(site, self.game.name, "win"))

    def _one_win(self, identifier: UUID | None) -> list[ColumnElement[bool]]:
        """A win by its own id, or by that of the order that won, as events name it."""
        return [] if identifier is None else [or_(self.win.id == identifier, self.won_order == identifier)]

    def _stands_at(self, site: PartnerSite, standing: str) -> ColumnElement[bool]:
        found = debts.standings("jackpot", self.game.name, site.id)
        return cast(self.win.round_number, Text).in_(select(found.c.source_id).where(found.c.standing == standing))

    def payment_fields(self, row: PaymentOfOrder) -> dict[str, Any]:
        """What every game answers of a payment."""
        payment, order, passed_on = row
        return {
            "id": str(payment.id),
            "order_id": str(order.id),
            "txid": payment.txid,
            "vout": payment.vout,
            "amount_sats": payment.amount_sats,
            "credited_sats": payment.credited_sats,
            "refundable_sats": payment.refundable_sats,
            "block_height": payment.block_height,
            "block_hash": payment.block_hash,
            "status": payment.status,
            "orphaned_at": payment.orphaned_at,
            "created_at": created_at(payment.id),
            "passed_on_at": passed_on.noted_at if passed_on else None,
            **self.names_of(order),
        }

    def win_fields(self, row: WinOfRound) -> dict[str, Any]:
        """What every game answers of a win."""
        win = row.win
        return {
            "id": str(win.id),
            "round_number": win.round_number,
            "jackpot_sats": win.jackpot_sats,
            "payout_address": win.payout_address,
            "payout": payout_record(row.debt),
            "passed_on_at": row.passed_on.noted_at if row.passed_on else None,
            **self.names_of(win),
        }

    def names_of(self, row: WindowOrder | WindowWin) -> dict[str, Any]:
        """Whose it is, by each name."""
        return {name: getattr(row, name) for name in self.players}

    @property
    def shown_states(self) -> tuple[str, ...]:
        """An order's states as people read them."""
        return tuple(self.shown(name) for name in self.states.states.names)

    def shown(self, state: str) -> str:
        """A state of an order as people read it. Where it may end partly paid, the payments were not added up."""
        adds_up = not self.states.states.may_be(PARTLY_PAID, outside=SELLING)
        return BELOW_MINIMUM if state == PARTLY_PAID and not adds_up else state

    def _in_state(self, wanted: Narrowing) -> list[ColumnElement[bool]]:
        if wanted.state is None:
            return []
        is_too_little = wanted.as_shown and wanted.state == BELOW_MINIMUM
        return [self.states.is_in(PARTLY_PAID if is_too_little else wanted.state)]

    def _of_order(self, wanted: Narrowing) -> list[ColumnElement[bool]]:
        return [
            *self._named(self.game.order, wanted.players),
            *_equal(self.game.order.round_number, wanted.round_number),
            *self._found_orders(wanted.search),
        ]

    def _named(self, model: type[Any], players: Mapping[str, str]) -> list[ColumnElement[bool]]:
        """A name that the game's orders do not have is the name of none of them."""
        return [getattr(model, name) == text if name in self.players else false() for name, text in players.items()]

    def _part_of_name(self, model: type[Any], text: str) -> list[ColumnElement[bool]]:
        return [getattr(model, name).icontains(text, autoescape=True) for name in self.players]

    def _found_orders(self, text: str) -> list[ColumnElement[bool]]:
        """Part of a player's name, or the whole of an order's id, a deposit address or a transaction's id."""
        if not text:
            return []
        order, payment = self.game.order, self.game.payment
        address = select(DepositAddress.id).where(DepositAddress.address == text.lower())
        found = [*self._part_of_name(order, text), order.deposit_address_id.in_(address)]
        order_id = parse_id(text)
        if order_id is not None:
            found.append(order.id == order_id)
        if len(text) == _TXID_LENGTH:
            found.append(order.id.in_(select(payment.order_id).where(payment.txid == text.lower())))
        return [or_(*found)]

    def _found_wins(self, text: str) -> list[ColumnElement[bool]]:
        """Part of a player's name, or the whole of the id of the order that won, or of a payout address."""
        if not text:
            return []
        order_id = parse_id(text)
        return [
            or_(
                *self._part_of_name(self.win, text),
                self.win.payout_address == text,
                *_equal(self.won_order, order_id),
            )
        ]


def _made_between(column: InstrumentedAttribute[UUID], wanted: Narrowing) -> list[ColumnElement[bool]]:
    """Ids say when they were made, so a time is a bound of ids and needs no column or index of its own."""
    return [
        *([column >= earliest_id(wanted.since)] if wanted.since is not None else []),
        *([column < earliest_id(wanted.until)] if wanted.until is not None else []),
    ]


def _is_noted(column: InstrumentedAttribute[UUID], wanted: Narrowing) -> list[ColumnElement[bool]]:
    if wanted.passed_on is None:
        return []
    noted = passing.is_noted(column)
    return [noted if wanted.passed_on else ~noted]


def _equal(column: InstrumentedAttribute[Any], value: object) -> list[ColumnElement[bool]]:
    return [] if value is None else [column == value]
