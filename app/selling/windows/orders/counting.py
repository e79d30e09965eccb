"""Counting unpaid orders before one more is made: exactly near a limit, and without a look at the rows far from it.

Near a limit whoever counts in the same place waits for those who counted before, by a lock that ends with their
transaction. Limits that are always near take their locks while the round is read, so that counting is one statement.

Far from it the last count of this process does. Since then it can only have grown by orders, each of which took a
number from the events' sequence: that count, and the numbers given since, and all who may be at work at once together
are never fewer than there are.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, Select, bindparam, func, select

from app.chain.models import Sighting
from app.core import clock
from app.core.database.session import db
from app.core.errors import TooMany
from app.core.ids import earliest_id
from app.record.events.order import last_given
from app.selling.windows.games import AnyGame

RETRY_SECONDS: Final = 300
AT_ONCE: Final = 256
"""More requests than all processes together work on."""

_REMEMBERED_SECONDS: Final = 10.0  # a payment that leaves the mempool lets its order count again
_REMEMBERED: Final = 4_096  # places


@dataclass(frozen=True, slots=True)
class Place:
    """Where an order counts. `name` is known to all processes; `code` says that it is full."""

    name: str
    most: int
    code: str
    of_requester: bool = False
    of_player: bool = False

    def encloses(self, other: Place) -> bool:
        """Whether all that counts in the other place counts here, too; of the places of one order."""
        return self.of_requester <= other.of_requester and self.of_player <= other.of_player


@dataclass(frozen=True, slots=True)
class _Known:
    """A count of orders from a round on, made once the events' sequence had given `seq`."""

    count: int
    seq: int
    from_round: int
    at: float

    def at_most(self, from_round: int, seq: int) -> int | None:
        """What the count can be now; None if this says nothing of it."""
        is_of_use = from_round >= self.from_round and seq >= self.seq
        if not is_of_use or time.monotonic() - self.at > _REMEMBERED_SECONDS:
            return None
        return self.count + seq - self.seq


_KNOWN: Final[dict[str, _Known]] = {}  # names have the site's id in them, which no two databases share


class Turn:
    """One more order of a game, about to be made: counted in `places`, which refuse in this order."""

    def __init__(self, game: AnyGame, places: Sequence[Place], minutes: int, **values: Any) -> None:
        """`values` are those that conditions ask for: site, way, requester, player."""
        self._game, self._places = game, places
        self._values = values | {"youngest": earliest_id(clock.now() - timedelta(minutes=minutes))}
        self._locked = tuple(place for place in places if _is_near(place))

    @property
    def locks(self) -> int:
        """How many locks it takes while its round is read; see `columns`."""
        return len(self._locked)

    def values(self) -> dict[str, Any]:
        """What those locks are called."""
        return {f"place_{at}": f"open orders {place.name}" for at, place in enumerate(self._locked)}

    def check(self, from_round: int, seq: int) -> None:
        """Refuse one order too many, `from_round` being its round and `seq` how far the events were.

        Raises:
            TooMany: the code of the first place that is full, with `most`.
        """
        places = [place for place in self._places if not self._has_room(place, from_round, seq)]
        for place, count in zip(places, self._count(places, from_round), strict=True):
            is_near = count < place.most < count + AT_ONCE
            if is_near and place not in self._locked:
                _wait_for_turn(place)
                (count,) = self._count([place], from_round)
            if count >= place.most:
                raise TooMany(place.code, retry_after=RETRY_SECONDS, most=place.most)
            _remember(place, _Known(count, seq, from_round, time.monotonic()))

    def _has_room(self, place: Place, from_round: int, seq: int) -> bool:
        """Whether there is room for sure: for those at work when it was counted, there or around it, and for those at
        work now."""
        known = (_KNOWN.get(around.name) for around in self._places if around.encloses(place))
        counts = (one.at_most(from_round, seq) for one in known if one is not None)
        return any(count is not None and count + 2 * AT_ONCE <= place.most for count in counts)

    def _count(self, places: Sequence[Place], from_round: int) -> Sequence[int]:
        if not places:
            return ()
        values = self._values | {"from_round": from_round} | {f"most_{at}": one.most for at, one in enumerate(places)}
        kinds = tuple((place.of_requester, place.of_player) for place in places)
        return tuple(db.session.execute(_counting(self._game, kinds), values).one())


@lru_cache(maxsize=64)
def unpaid(game: AnyGame, of_requester: bool = False, of_player: bool = False) -> Select[UUID]:
    """Unpaid orders of a :site that came in by a :way, not before the :youngest id, of rounds :from_round on; those of
    one :requester or :player."""
    order, payment = game.order, game.payment
    found = select(order.id).where(
        order.partner_site_id == bindparam("site"),
        order.id >= bindparam("youngest"),
        order.round_number >= bindparam("from_round"),
        order.placed_by == bindparam("way"),
        ~select(payment.id).where(payment.order_id == order.id).exists(),
        ~select(Sighting.id).where(Sighting.deposit_address_id == order.deposit_address_id).exists(),
    )
    if of_requester:
        found = found.where(order.placed_from == bindparam("requester"))
    return found.where(game.sale.player() == bindparam("player")) if of_player else found


@lru_cache(maxsize=64)
def _counting(game: AnyGame, kinds: tuple[tuple[bool, bool], ...]) -> Select[Any]:
    def count(at: int, of_requester: bool, of_player: bool) -> ScalarSelect[int]:
        rows = unpaid(game, of_requester, of_player).limit(bindparam(f"most_{at}")).subquery()
        return select(func.count()).select_from(rows).scalar_subquery()

    counts: list[ColumnElement[Any]] = [count(at, *kind) for at, kind in enumerate(kinds)]
    return select(*counts)


def columns(locks: int) -> tuple[ColumnElement[Any], ...]:
    """What is to be selected before anything is counted: how far the events are, which a turn's check is told, and the
    turn's locks."""
    return (last_given(), *(_lock(f"place_{at}") for at in range(locks)))


def _lock(name: str) -> ColumnElement[Any]:
    return func.pg_advisory_xact_lock(func.hashtextextended(bindparam(name), 0))


def _wait_for_turn(place: Place) -> None:
    """Until the transactions that counted there before have ended; what they wrote is counted then."""
    db.session.execute(select(_lock("place")), {"place": f"open orders {place.name}"})


def _is_near(place: Place) -> bool:
    """Whether an order has to wait for its turn there, as far as this process knows."""
    known = _KNOWN.get(place.name)
    return place.most <= AT_ONCE or (known is not None and known.count + AT_ONCE > place.most)


def _remember(place: Place, known: _Known) -> None:
    if len(_KNOWN) >= _REMEMBERED:
        _KNOWN.clear()
    _KNOWN[place.name] = known
