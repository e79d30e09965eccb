"""Finding orders and the money that came for them: by transaction, address, order id or player."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from app.catalogue.console import Search
from app.catalogue.games import catalogue
from app.catalogue.parts import GameParts
from app.chain import queries as chain
from app.chain.models import Coin, DepositAddress, Sighting
from app.core.database.session import db
from app.core.errors import NotFound
from app.core.ids import parse_id
from app.core.money import Sats
from app.people.partners.models import PartnerSite
from app.selling.windows import queries
from app.selling.windows.games import AnyGame, window_games
from app.selling.windows.models import WindowOrder
from app.selling.windows.queries import PaymentView

_TXID: Final = re.compile(r"[0-9a-f]{64}")
LONGEST: Final = 200


@dataclass(frozen=True, slots=True)
class Found:
    """An order as operators see it; what only its partner knows of the player is not among it."""

    game: AnyGame
    order: Any
    player: str
    site: PartnerSite
    address: DepositAddress
    payments: list[PaymentView]

    @property
    def paid_sats(self) -> Sats:
        return sum(payment.amount_sats for payment in self.payments if payment.orphaned_at is None)


@dataclass(frozen=True, slots=True)
class Filters:
    """Beside the words: only this game's round, only this partner, only orders older than this one."""

    game: str | None = None
    number: int | None = None
    partner: str = ""
    before: UUID | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """An order of any game in a list. `states` are its payments' fates, or how it stands itself; `row` is the order as
    its game reads it."""

    game: GameParts
    id: UUID
    number: int
    player: str
    site: PartnerSite
    states: tuple[str, ...]
    paid_sats: Sats
    row: Any


def orders(words: str, filters: Filters, limit: int = 50) -> list[Line]:
    """Orders that match, the newest first. `words`: a transaction id, an address, an order's id, or a player's name.

    Raises:
        NotFound: the filters name no game that there is.
    """
    games = [catalogue().called(filters.game)] if filters.game is not None else catalogue().games
    found = [one for game in games for one in found_in(game, words.strip(), filters, limit)]
    return sorted(found, key=lambda one: one.id, reverse=True)[:limit]


def found_in(game: GameParts, words: str, filters: Filters, limit: int) -> list[Line]:
    """The same of one game."""
    if game.windows is not None:
        return [_line(game, one) for one in _of_game(game.windows, words, filters, limit)]
    listing = game.records.orders if game.records is not None else None
    if game.finding is None or listing is None:
        return []
    asked = Search(words=words, round_number=filters.number, partner=filters.partner, before=filters.before)
    lines = [(site, row, listing.line(row)) for site, row in game.finding(asked, limit)]
    return [
        Line(game, line.id, line.round_number, line.player, site, (line.state,), line.received_sats, row)
        for site, row, line in lines
    ]


def _line(game: GameParts, one: Found) -> Line:
    fates = tuple(payment.status for payment in one.payments)
    return Line(game, one.order.id, one.order.round_number, one.player, one.site, fates, one.paid_sats, one)


def order_of(game: AnyGame, text: str) -> Found:
    """Raises NotFound."""
    order_id = parse_id(text)
    if order_id is None:
        raise NotFound
    found = _read(game, [game.order.id == order_id], 1)
    if not found:
        raise NotFound
    return found[0]


def _of_game(game: AnyGame, words: str, filters: Filters, limit: int) -> list[Found]:
    order = game.order
    where: list[ColumnElement[bool]] = []
    if words:
        where.append(_matches(game, words))
    if filters.number is not None:
        where.append(order.round_number == filters.number)
    if filters.partner:
        site = select(PartnerSite.id).where(PartnerSite.name == filters.partner)
        where.append(order.partner_site_id.in_(site))
    if filters.before is not None:
        where.append(order.id < filters.before)
    return _read(game, where, limit)


def _matches(game: AnyGame, words: str) -> ColumnElement[bool]:
    order: type[WindowOrder] = game.order
    if _TXID.fullmatch(words):
        txid = bytes.fromhex(words)[::-1]
        coins = select(Coin.deposit_address_id).where(Coin.txid == txid, Coin.deposit_address_id.is_not(None))
        seen = select(Sighting.deposit_address_id).where(Sighting.txid == txid)
        return order.deposit_address_id.in_(coins) | order.deposit_address_id.in_(seen)
    order_id = parse_id(words)
    if order_id is not None:
        return order.id == order_id
    address = select(DepositAddress.id).where(DepositAddress.address == words)
    return order.deposit_address_id.in_(address) | (game.sale.player() == words)


def _read(game: AnyGame, where: Sequence[ColumnElement[bool]], limit: int) -> list[Found]:
    order = game.order
    rows = db.session.execute(
        select(order, PartnerSite, DepositAddress)
        .join(PartnerSite, PartnerSite.id == order.partner_site_id)
        .join(DepositAddress, DepositAddress.id == order.deposit_address_id)
        .where(*where)
        .order_by(order.id.desc())
        .limit(limit)
    ).all()
    payments = queries.payments_of(game, [row[0].id for row in rows])
    seen = queries.sightings_of([row[2].id for row in rows])
    return [
        Found(
            game,
            row[0],
            str(getattr(row[0], game.sale.player().key)),
            row[1],
            row[2],
            payments.get(row[0].id, []) + seen.get(row[2].id, []),
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class Suspended:
    """Payments of one round that bought nothing, by their fate."""

    game: AnyGame
    number: int
    round_status: str
    due: int
    due_sats: Sats
    waiting: int
    waiting_sats: Sats


def suspended() -> list[Suspended]:
    """Money without an owner's decision, by round; `due`: its refund may be decided now."""
    tip = chain.tip_height()
    return [one for game in window_games() for one in _suspended_of(game, tip)]


def _suspended_of(game: AnyGame, tip: int) -> list[Suspended]:
    payment, order, round_ = game.payment, game.order, game.round
    is_due = round_.status.in_(("settled", "void")) & (payment.block_height + round_.settlement_depth <= tip)
    sats = payment.refundable_sats
    rows = db.session.execute(
        select(
            round_.round_number,
            round_.status,
            func.count().filter(is_due),
            func.coalesce(func.sum(sats).filter(is_due), 0),
            func.count().filter(~is_due),
            func.coalesce(func.sum(sats).filter(~is_due), 0),
        )
        .join(order, order.id == payment.order_id)
        .join(round_, round_.round_number == order.round_number)
        .where(sats > 0, payment.refunded_at.is_(None), payment.orphaned_at.is_(None))
        .group_by(round_.round_number, round_.status)
        .order_by(round_.round_number)
    )
    return [Suspended(game, row[0], row[1], row[2], int(row[3]), row[4], int(row[5])) for row in rows]
