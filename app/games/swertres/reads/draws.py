"""Draws as players see them: those to come, those that are over, one with what was sold."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, cast
from uuid import UUID

from sqlalchemy import String, func, select
from sqlalchemy import cast as as_type

from app.core.config import current_settings
from app.core.database.session import db
from app.core.errors import NotFound
from app.core.ports import Once
from app.games.swertres.game import SWERTRES, ZONE, multiple_of
from app.people.players.queries import read_now
from app.selling.bets import states as rail
from app.selling.bets.models import BetDraw, BetSettlement

from . import states
from .states import GameStatus


@dataclass(frozen=True, slots=True)
class Game:
    """One draw. `id` is its day and slot, as addresses and JSON call it; `key` its row. Amounts in centavos."""

    id: str
    key: UUID
    day: date
    slot: int
    status: GameStatus
    opens_at: datetime
    closes_at: datetime
    draws_at: datetime
    is_official: bool
    multiple: int
    promise_hash: str
    seal_root: str | None
    sold: int
    sales: int
    worst: int
    won: int
    outcome: int | None
    resulted_at: datetime | None
    final_at: datetime | None
    settled_at: datetime | None
    because: str

    @property
    def number(self) -> str | None:
        """The winning one, with its zeros."""
        return None if self.outcome is None else SWERTRES.told(self.outcome)

    @property
    def is_open(self) -> bool:
        """Whether it takes bets."""
        return self.status == "betting_open"

    @property
    def local(self) -> datetime:
        """When it is drawn, by the clock of where it is held."""
        return self.draws_at.astimezone(ZONE)

    @property
    def closes_local(self) -> datetime:
        """When bets end, by the same clock."""
        return self.closes_at.astimezone(ZONE)

    @property
    def returns(self) -> int:
        """What comes back on average of what is staked, in percent."""
        return SWERTRES.return_percent({"multiple": self.multiple})


def game_of(row: BetDraw, now: datetime) -> Game:
    """A draw's row, as it stands at a moment of the database's clock."""
    told = rail.told(cast(rail.State, row.state), row.opens_at, row.closes_at, now)
    return Game(
        id=row.name,
        key=row.id,
        day=row.day,
        slot=row.slot,
        status=states.of_game(told),
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        draws_at=row.draws_at,
        is_official=row.source == "official",
        multiple=multiple_of(json.loads(row.promise)),
        promise_hash=row.promise_hash.hex(),
        seal_root=row.seal_root.hex() if row.seal_root else None,
        sold=row.sold_minor,
        sales=row.sales,
        worst=row.worst_minor,
        won=row.won_minor,
        outcome=row.outcome,
        resulted_at=row.resulted_at,
        final_at=row.final_at,
        settled_at=row.settled_at,
        because=row.cancelled_because,
    )


_OWN: Final = select(BetDraw).where(BetDraw.game == SWERTRES.name)
_OF_NUMBER: Final = func.lpad(as_type(BetDraw.outcome, String), 3, "0")


def named(name: str) -> Game:
    """One draw. Raises NotFound `game_not_found`."""
    return game_of(row_named(name), read_now())


def row_named(name: str) -> BetDraw:
    """Its row, as it is now. Raises NotFound `game_not_found`."""
    query = _OWN.where(BetDraw.name == name).execution_options(populate_existing=True)
    found = db.session.scalars(query).first()
    if found is None:
        raise NotFound("game_not_found")
    return found


def promise_of(name: str) -> str:
    """The text that a draw's promise is. Raises NotFound `game_not_found`."""
    return row_named(name).promise


def upcoming(limit: int = 60) -> list[Game]:
    """What is not drawn yet, skipped ones among them, the next first."""
    wanted = _OWN.where(
        BetDraw.draws_at > func.clock_timestamp(), BetDraw.state.in_(("selling", "cancelled", "sealed"))
    )
    return _all(wanted.order_by(BetDraw.draws_at).limit(limit))


def open_now() -> list[Game]:
    """What can be bet on, the next first."""
    return [one for one in upcoming() if one.status == "betting_open"]


def awaited() -> list[Game]:
    """What bets are over on and no number is told of, the first one drawn first."""
    wanted = _OWN.where(BetDraw.closes_at <= func.clock_timestamp(), BetDraw.state.in_(("selling", "sealed")))
    return _all(wanted.order_by(BetDraw.draws_at))


def between(first: date, last: date) -> list[Game]:
    """All of some days, in their order."""
    return _all(_OWN.where(BetDraw.day.between(first, last)).order_by(BetDraw.draws_at))


def results(number: str = "", day: date | None = None, before: str | None = None, limit: int = 30) -> list[Game]:
    """What was drawn, the newest first: with this number, or digits of one; on this day; older than that draw.

    Raises NotFound `game_not_found` for an unknown draw.
    """
    wanted = _OWN.where(BetDraw.state == "resulted")
    if number:
        wanted = wanted.where(_OF_NUMBER.contains(number, autoescape=True))
    if day is not None:
        wanted = wanted.where(BetDraw.day == day)
    if before is not None:
        wanted = wanted.where(BetDraw.draws_at < row_named(before).draws_at)
    return _all(wanted.order_by(BetDraw.draws_at.desc()).limit(limit))


def before(name: str | None, limit: int) -> list[Game]:
    """All draws, the last one first; older than that one. Raises NotFound `game_not_found` for an unknown one."""
    wanted = _OWN if name is None else _OWN.where(BetDraw.draws_at < row_named(name).draws_at)
    return _all(wanted.order_by(BetDraw.draws_at.desc()).limit(limit))


def by_keys(keys: Iterable[UUID]) -> dict[UUID, Game]:
    """Those of these rows."""
    return {one.key: one for one in _all(_OWN.where(BetDraw.id.in_(set(keys))))}


def by_names(names: Iterable[str]) -> dict[str, Game]:
    """Those that there are of these names."""
    return {one.id: one for one in _all(_OWN.where(BetDraw.name.in_(set(names))))}


def keys_of(names: Iterable[str]) -> dict[str, UUID]:
    """The rows of those that there are of these names; which row a name has never changes, and what was asked a moment
    ago is remembered."""
    wanted, memory, now = set(names), _KEYS.get(), time.monotonic()
    if memory.until < now:
        memory.known, memory.until = {}, now + current_settings().known_seconds
    unknown = wanted - memory.known.keys()
    if unknown:
        query = select(BetDraw.name, BetDraw.id).where(BetDraw.game == SWERTRES.name, BetDraw.name.in_(unknown))
        memory.known |= {row.name: row.id for row in db.session.execute(query)}
    return {name: key for name in wanted if (key := memory.known.get(name)) is not None}


@dataclass(slots=True)
class _Keys:
    known: dict[str, UUID] = field(default_factory=dict)
    until: float = 0.0


_KEYS: Final = Once(_Keys)


def _all(wanted: object) -> list[Game]:
    now = read_now()
    rows: Sequence[BetDraw] = db.session.scalars(wanted.execution_options(populate_existing=True)).all()  # type: ignore[attr-defined]
    return [game_of(row, now) for row in rows]


def winners(game: Game) -> int:
    """How many bets have won on a draw."""
    live = select(BetSettlement.winners).where(BetSettlement.draw_id == game.key, BetSettlement.reversed_at.is_(None))
    return db.session.scalar(live) or 0
