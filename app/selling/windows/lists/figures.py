"""What a site sold, day by day or month by month: addresses given out, those that were paid, players, sats that count.

However many games there are, it is two statements; the ledger has the earnings, in a third.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Select,
    Text,
    cast,
    func,
    literal_column,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.dialects.postgresql import BIT
from sqlalchemy.orm import InstrumentedAttribute

from app.core.database.session import db
from app.core.ids import earliest_id
from app.core.money import Sats
from app.selling.windows.tables import AnyTables

Step = Literal["day", "month"]


@dataclass(frozen=True, slots=True)
class Sold:
    """A game, and the column of its orders with the name that all games of the partner know their player by."""

    game: AnyTables
    player: str


@dataclass(frozen=True, slots=True)
class Span:
    """From a moment on, and before another; counted by `step` (UTC)."""

    since: datetime
    until: datetime
    step: Step


@dataclass(frozen=True, slots=True)
class Addresses:
    """Orders that were made in a step of time, each with an address of its own. `game` None: of all games, `begins`
    None: of the whole span. `players` are those who paid; one who plays twice counts once."""

    game: str | None
    begins: date | None
    given: int
    paid: int
    players: int


@dataclass(frozen=True, slots=True)
class Sales:
    """What arrived in a step of time for tickets of one game."""

    game: str
    begins: date
    sats: Sats


def addresses(site_id: UUID, sold: Sequence[Sold], span: Span) -> list[Addresses]:
    """By game and step, by game, by step, and in all: players are counted anew in each. Nothing made: nothing said."""
    if not sold:
        return []
    made = union_all(*(_orders(site_id, one, span) for one in sold)).subquery()
    game, begins, is_paid = made.c.game, made.c.begins, made.c.is_paid
    rows = db.session.execute(
        select(
            game,
            begins,
            func.count(),
            func.count().filter(is_paid),
            func.count(made.c.player.distinct()).filter(is_paid),
        ).group_by(func.grouping_sets(tuple_(game, begins), tuple_(game), tuple_(begins), tuple_()))
    )
    return [Addresses(row[0], row[1], row[2], row[3], row[4]) for row in rows if row[2]]


def sales(site_id: UUID, sold: Sequence[Sold], span: Span) -> list[Sales]:
    """What was credited, by game and step of the block's recording."""
    if not sold:
        return []
    paid = union_all(*(_payments(site_id, one, span) for one in sold)).subquery()
    rows = db.session.execute(
        select(paid.c.game, paid.c.begins, func.sum(paid.c.sats)).group_by(paid.c.game, paid.c.begins)
    )
    return [Sales(row[0], row[1], int(row[2])) for row in rows]


def _orders(site_id: UUID, sold: Sold, span: Span) -> Select[Any]:
    order, payment = sold.game.order, sold.game.payment
    counts = select(payment.id).where(
        payment.order_id == order.id, payment.credited_sats > 0, payment.orphaned_at.is_(None)
    )
    return select(
        _quoted(sold.game.name).label("game"),
        _begin(order.id, span.step).label("begins"),
        getattr(order, sold.player).label("player"),
        counts.exists().label("is_paid"),
    ).where(order.partner_site_id == site_id, *_between(order.id, span))


def _payments(site_id: UUID, sold: Sold, span: Span) -> Select[str, date, Sats]:
    order, payment = sold.game.order, sold.game.payment
    return (
        select(
            _quoted(sold.game.name).label("game"),
            _begin(payment.id, span.step).label("begins"),
            payment.credited_sats.label("sats"),
        )
        .join(order, order.id == payment.order_id)
        .where(
            order.partner_site_id == site_id,
            payment.credited_sats > 0,
            payment.orphaned_at.is_(None),
            *_between(payment.id, span),
        )
    )


def _between(identifier: InstrumentedAttribute[UUID], span: Span) -> tuple[ColumnElement[bool], ...]:
    return (identifier >= earliest_id(span.since), identifier < earliest_id(span.until))


def _begin(identifier: InstrumentedAttribute[UUID], step: Step) -> ColumnElement[date]:
    """The day or month in which a UUIDv7 was made: its first 48 bits are milliseconds."""
    text = func.replace(cast(identifier, Text), "-", "")
    milliseconds = cast(cast(func.concat("x", func.left(text, 12)), BIT(48)), BigInteger)
    moment = func.timezone("UTC", func.to_timestamp(milliseconds / 1000.0))
    return cast(func.date_trunc(_quoted(step), moment), Date)


def _quoted(word: str) -> ColumnElement[str]:
    """A word of our own as a constant: one that is bound would have no type in a union."""
    return literal_column(f"'{word}'", Text)
