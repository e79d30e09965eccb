"""The draws that are bet on: as they are known, and locked as they stand."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import lru_cache
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, bindparam, select

from app.core.database.session import db
from app.core.ports import Once
from app.people.accounts.queries import database_now
from app.people.players.queries import read_now
from app.selling.bets.calendar import promise as promises
from app.selling.bets.games import Terms
from app.selling.bets.models import BetDraw
from app.selling.bets.states import State


class Draw(NamedTuple):
    """A draw's row, as far as a sale asks for it. Amounts in minor units; `tip` is the last leaf's hash."""

    id: UUID
    game: str
    name: str
    currency: str
    promise: str
    promise_hash: bytes
    opens_at: datetime
    closes_at: datetime
    state: State
    allotted: int
    worst: int
    sales: int
    tip: bytes

    @property
    def terms(self) -> Terms:
        return _read(self.promise)


_MOST_REMEMBERED: Final = 512
_REMEMBERED: Final = Once(dict[UUID, Draw])
_QUERY = select(
    BetDraw.id,
    BetDraw.game,
    BetDraw.name,
    BetDraw.currency,
    BetDraw.promise,
    BetDraw.promise_hash,
    BetDraw.opens_at,
    BetDraw.closes_at,
    BetDraw.state,
    BetDraw.allotted_minor,
    BetDraw.worst_minor,
    BetDraw.sales,
    BetDraw.tip,
)


def known(ids: Collection[UUID]) -> dict[UUID, Draw]:
    """Those that there are."""
    return {row.id: Draw._make(row) for row in db.session.execute(_QUERY.where(BetDraw.id.in_(ids)))}


def promised(ids: Collection[UUID]) -> dict[UUID, Draw]:
    """The same for whoever asks for no more than what they have promised, which never changes: what was read once may
    be remembered."""
    remembered = _REMEMBERED.get()
    found = {draw_id: draw for draw_id in ids if (draw := remembered.get(draw_id)) is not None}
    if len(found) < len(ids):
        read = known([draw_id for draw_id in ids if draw_id not in found])
        if len(remembered) + len(read) > _MOST_REMEMBERED:
            remembered.clear()
        remembered.update(read)
        found |= read
    return found


def locked(ids: Collection[UUID]) -> tuple[dict[UUID, Draw], datetime]:
    """The same, in the order of their ids, and nobody else changes them until the transaction ends; the moment since
    when."""
    rows = db.session.execute(_LOCKED, {"draws": list(ids)}).all()
    return {row.id: Draw._make(row[:-1]) for row in rows}, rows[-1].now if rows else read_now()


_HELD: Final = (
    _QUERY.where(BetDraw.id == any_(bindparam("draws", type_=ARRAY(Uuid()))))
    .order_by(BetDraw.id)
    .with_for_update(key_share=True)
    .cte("held")
    .prefix_with("MATERIALIZED")
)
# Each row's moment is read when that row is locked: the last one's, when all are.
_LOCKED: Final = select(_HELD, database_now().label("now"))


@lru_cache(maxsize=256)
def _read(promise: str) -> Terms:
    return promises.read(promise)
