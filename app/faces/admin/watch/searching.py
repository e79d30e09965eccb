"""Finding orders and the money that came for them: by transaction, address, order id or player."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, select, union

from app.catalogue.console import Search
from app.catalogue.games import catalogue
from app.catalogue.parts import GameParts
from app.chain.models import Coin, DepositAddress, Sighting
from app.core.database.session import db
from app.core.errors import NotFound
from app.core.ids import parse_id
from app.core.money import Sats
from app.people.partners.models import PartnerSite
from app.selling.windows import queries
from app.selling.windows.games import AnyGame
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
        return order.deposit_address_id.in_(_paid_by(bytes.fromhex(words)[::-1]))
    order_id = parse_id(words)
    if order_id is not None:
        return order.id == order_id
    address_id = db.session.scalar(select(DepositAddress.id).where(DepositAddress.address == words))
    return game.sale.player() == words if address_id is None else order.deposit_address_id == address_id


def _paid_by(txid: bytes) -> list[UUID]:
    """The addresses that a transaction pays or paid, each by its own index; asked first, for within a condition on
    orders Postgres would read all of them."""
    live, lost = (
        select(Coin.deposit_address_id).where(Coin.txid == txid, Coin.deposit_address_id.is_not(None), which)
        for which in (Coin.orphaned_at.is_(None), Coin.orphaned_at.is_not(None))
    )
    seen = select(Sighting.deposit_address_id).where(Sighting.txid == txid)
    return list(db.session.scalars(union(live, lost, seen)))


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
