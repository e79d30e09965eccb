"""Reads: what a player has limited himself to, what he has spent of it, and which break he is in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol, cast
from uuid import UUID

from sqlalchemy import Select, func, select

from app.core.database.session import db
from app.core.ports import Port
from app.people.accounts.queries import database_now

from .models import PlayerExclusion, PlayerLimit, PlayerTimeout
from .rules import KINDS, WINDOWS, Kind, Movement, Period, Standing, Wish


class Book(Protocol):
    """Who keeps players' money says what was spent of it. Asked within the transaction that spends more.

    A deposit counts from the moment its payment begins, and no more once that has failed; a stake from the moment it is
    placed, unless it was given back; a loss is a stake less what it brought, and a stake that is still open is a loss.
    """

    def total(self, user_id: UUID, currency: str, kind: Kind, since: datetime) -> int:
        """What was spent after `since`, in minor units; below zero if more came back."""

    def totals(self, user_ids: Collection[UUID], currency: str, kind: Kind, since: datetime) -> Mapping[UUID, int]:
        """The same of many; who has spent nothing may be left out."""

    def movements(self, user_id: UUID, currency: str, kind: Kind, since: datetime) -> Sequence[Movement]:
        """What one has spent, one by one."""


class Books:
    """What several keep, together; without any, nothing was spent."""

    def __init__(self, *books: Book) -> None:
        self._books = books

    def total(self, user_id: UUID, currency: str, kind: Kind, since: datetime) -> int:
        """The sum of theirs."""
        return sum(book.total(user_id, currency, kind, since) for book in self._books)

    def totals(self, user_ids: Collection[UUID], currency: str, kind: Kind, since: datetime) -> Mapping[UUID, int]:
        """The sums of theirs."""
        found: Counter[UUID] = Counter()
        for book in self._books:
            found.update(book.totals(user_ids, currency, kind, since))
        return found

    def movements(self, user_id: UUID, currency: str, kind: Kind, since: datetime) -> Sequence[Movement]:
        """All of them, the oldest first."""
        found = (one for book in self._books for one in book.movements(user_id, currency, kind, since))
        return sorted(found, key=lambda one: one.at)


SPENT: Final = Port[Book]("what players have spent", Books())


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit in force, with its wish if that still waits, and what was spent of it."""

    currency: str
    kind: Kind
    period: Period
    amount: int
    since: datetime
    wish: Wish | None
    spent: int

    @property
    def left(self) -> int:
        """What may still be spent now."""
        return max(self.amount - max(self.spent, 0), 0)


@dataclass(frozen=True, slots=True)
class Breaks:
    """Until when somebody is off; None where that is over or never was."""

    timeout_until: datetime | None
    excluded_until: datetime | None

    @property
    def is_on(self) -> bool:
        """Whether he is."""
        return self.timeout_until is not None or self.excluded_until is not None


def read_now() -> datetime:
    """The moment, by the database's clock."""
    return db.session.scalars(select(database_now())).one()


def limits_of(user_id: UUID) -> list[Limit]:
    """Every limit of a player: by currency, then deposits, stakes and losses, the shortest period first."""
    now, book = read_now(), SPENT.get()
    found = [_limit(row, now, book) for row in rows_of(user_id)]
    periods = tuple(WINDOWS)
    return sorted(found, key=lambda one: (one.currency, KINDS.index(one.kind), periods.index(one.period)))


def limit_of(user_id: UUID, currency: str, kind: Kind, period: Period) -> Limit | None:
    """One of them."""
    wanted = (currency, kind, period)
    return next((one for one in limits_of(user_id) if (one.currency, one.kind, one.period) == wanted), None)


def rows_of(user_id: UUID) -> Sequence[PlayerLimit]:
    """As they are kept, whatever this session has read before."""
    asked = select(PlayerLimit).where(PlayerLimit.user_id == user_id).execution_options(populate_existing=True)
    return db.session.scalars(asked).all()


def standing_of(row: PlayerLimit | None) -> Standing:
    """A row as the rules read it; without one nothing is limited."""
    if row is None:
        return Standing()
    return Standing(row.amount_minor, Wish(row.wished_minor, row.wished_at) if row.wished_at else None)


def breaks_of(user_id: UUID) -> Breaks:
    """Which breaks are on."""
    timeout, exclusion = (_latest_end(table, user_id).scalar_subquery() for table in (PlayerTimeout, PlayerExclusion))
    row = db.session.execute(select(timeout, exclusion)).one()
    return Breaks(timeout_until=row[0], excluded_until=row[1])


def _latest_end(table: type[PlayerTimeout | PlayerExclusion], user_id: UUID) -> Select[datetime | None]:
    return select(func.max(table.ends_at)).where(table.user_id == user_id, table.ends_at > database_now())


def _limit(row: PlayerLimit, now: datetime, book: Book) -> Limit:
    kind, period, wish = cast(Kind, row.kind), cast(Period, row.period), standing_of(row).wish
    return Limit(
        currency=row.currency,
        kind=kind,
        period=period,
        amount=row.amount_minor,
        since=row.since,
        wish=wish if wish is not None and wish.waits(now) else None,
        spent=book.total(row.user_id, row.currency, kind, now - WINDOWS[period]),
    )
