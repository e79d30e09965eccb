"""Finding orders and the money that came for them: by transaction, address, order id or player, or what one of them
begins with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, select, union

from app.catalogue.console import Search
from app.catalogue.games import catalogue
from app.catalogue.parts import GameParts
from app.chain.models import Coin, DepositAddress, Sighting
from app.core.database.session import db
from app.core.errors import NotFound
from app.core.ids import created_at, earliest_id, parse_id
from app.core.money import Sats
from app.faces.admin import pasted
from app.faces.admin.pasted import Pasted
from app.people.partners.models import PartnerSite
from app.selling.windows import queries
from app.selling.windows.games import AnyGame
from app.selling.windows.lists.conditions import UNPAID, came_to, unpaid_state
from app.selling.windows.queries import PaymentView

LONGEST: Final = 200
_ADDRESSES: Final = 50


@dataclass(frozen=True, slots=True)
class Found:
    """An order as operators see it; what only its partner knows of the player is not among it."""

    game: AnyGame
    order: Any
    player: str
    site: PartnerSite
    address: DepositAddress
    round_status: str
    payments: list[PaymentView]

    @property
    def paid_sats(self) -> Sats:
        return sum(payment.amount_sats for payment in self.payments if payment.orphaned_at is None)


@dataclass(frozen=True, slots=True)
class Filters:
    """Beside the words: only this game's round, only this partner, only what came to this (a payment's fate, or how an
    order stands that nothing came for), only what was made in this time; only orders older than this one."""

    game: str | None = None
    number: int | None = None
    partner: str = ""
    state: str | None = None
    since: datetime | None = None
    until: datetime | None = None
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

    @property
    def made_at(self) -> datetime:
        return created_at(self.id)


def states() -> list[str]:
    """What a list may be narrowed to: how orders stand that nothing came for, and the fates of payments."""
    listings = [game.records.payments for game in catalogue().games if game.records and game.records.payments]
    return list(dict.fromkeys([*UNPAID, "seen", *(state for listing in listings for state in listing.states)]))


def orders(words: str, filters: Filters, limit: int = 50, *, whole_first: bool = False) -> list[Line]:
    """Orders that match, the newest first. `words`: a transaction, an address, an order's id or a player's name, whole,
    shortened or begun. `whole_first`: those of a player who is called exactly so come before the others.

    Raises:
        NotFound: the filters name no game that there is.
    """
    games = [catalogue().called(filters.game)] if filters.game is not None else catalogue().games
    wanted = pasted.read(words)
    found = [one for game in games for one in found_in(game, wanted, filters, limit, whole_first)]
    name = wanted.text.lower()
    return sorted(found, key=lambda one: (whole_first and one.player.lower() == name, one.id), reverse=True)[:limit]


def found_in(game: GameParts, wanted: Pasted, filters: Filters, limit: int, whole_first: bool = False) -> list[Line]:
    """The same of one game."""
    if game.windows is not None:
        return [_line(game, one) for one in _of_game(game.windows, wanted, filters, limit, whole_first)]
    listing = game.records.orders if game.records is not None else None
    if game.finding is None or listing is None:
        return []
    asked = Search(words=wanted.text, round_number=filters.number, partner=filters.partner, before=filters.before)
    lines = [(site, row, listing.line(row)) for site, row in game.finding(asked, limit)]
    found = [
        Line(game, line.id, line.round_number, line.player, site, (line.state,), line.received_sats, row)
        for site, row, line in lines
    ]
    since, until = filters.since or datetime.min.replace(tzinfo=UTC), filters.until or datetime.max.replace(tzinfo=UTC)
    return [one for one in found if filters.state in (None, *one.states) and since <= one.made_at < until]


def _line(game: GameParts, one: Found) -> Line:
    fates = tuple(payment.status for payment in one.payments) or (unpaid_state(one.round_status),)
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


def _of_game(game: AnyGame, wanted: Pasted, filters: Filters, limit: int, whole_first: bool) -> list[Found]:
    where = _narrowed(game, filters)
    if wanted.text:
        where = [game.order.id.in_(_matching(game, wanted, where, limit, whole_first))]
    return _read(game, where, limit)


def _narrowed(game: AnyGame, filters: Filters) -> list[ColumnElement[bool]]:
    order = game.order
    where: list[ColumnElement[bool]] = []
    if filters.number is not None:
        where.append(order.round_number == filters.number)
    if filters.partner:
        site = select(PartnerSite.id).where(PartnerSite.name == filters.partner)
        where.append(order.partner_site_id.in_(site))
    if filters.before is not None:
        where.append(order.id < filters.before)
    if filters.state is not None:
        where.append(came_to(game, filters.state))
    if filters.since is not None:
        where.append(order.id >= earliest_id(filters.since))
    if filters.until is not None:
        where.append(order.id < earliest_id(filters.until))
    return where


def _matching(
    game: AnyGame, wanted: Pasted, where: Sequence[ColumnElement[bool]], limit: int, whole_first: bool
) -> set[UUID]:
    """The ids of orders that match, each way by its own index: within one condition on orders Postgres would read all
    of them."""
    order = game.order
    found = set(pasted.ids_of(order.id, wanted, limit, *where))
    addresses = {*_addresses(wanted), *_paid_by(wanted)}
    if addresses:
        query = select(order.id).where(order.deposit_address_id.in_(addresses), *where)
        found.update(db.session.scalars(query.order_by(order.id.desc()).limit(limit)))
    named = pasted.named(order.id, game.sale.player(), wanted.text, limit, *where, whole_first=whole_first)
    return found.union(named)


def _addresses(wanted: Pasted) -> Sequence[UUID]:
    """Deposit addresses that are meant by it."""
    condition = wanted.address(DepositAddress.address)
    if condition is None:
        return []
    return db.session.scalars(select(DepositAddress.id).where(condition).limit(_ADDRESSES)).all()


def _paid_by(wanted: Pasted) -> Sequence[UUID]:
    """The addresses that a transaction pays or paid."""
    of_coin, of_sighting = wanted.txid(Coin.txid), wanted.txid(Sighting.txid)
    if of_coin is None or of_sighting is None:
        return []
    live, lost = (
        select(Coin.deposit_address_id).where(of_coin, Coin.deposit_address_id.is_not(None), which)
        for which in (Coin.orphaned_at.is_(None), Coin.orphaned_at.is_not(None))
    )
    seen = select(Sighting.deposit_address_id).where(of_sighting)
    return db.session.scalars(union(live, lost, seen).limit(_ADDRESSES)).all()


def _read(game: AnyGame, where: Sequence[ColumnElement[bool]], limit: int) -> list[Found]:
    order = game.order
    rows = db.session.execute(
        select(order, PartnerSite, DepositAddress, game.round.status)
        .outerjoin(game.round, game.round.round_number == order.round_number)  # never what orders are found by
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
            row[3] or "",
            payments.get(row[0].id, []) + seen.get(row[2].id, []),
        )
        for row in rows
    ]
