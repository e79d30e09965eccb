"""How many unpaid orders a site may have at a time, so that nobody fills the tables for nothing.

Three budgets, each of the site's whole limit: what its own server orders with a key, what its frame orders, and what
strangers order without either. So nobody who only knows the site's name can use up what its server needs. In the two
that are open to everybody each requester has a limit too, and a player's limit is that of one requester: nobody uses up
another's.

Counted are orders of rounds that still sell, younger than `open_orders_minutes`, of which no payment was seen. They go
out of the count by themselves; their addresses are good for ever.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import CursorResult, func, select, update

from app.core import clock
from app.core.config import current_settings
from app.core.database.session import db
from app.core.ids import earliest_id
from app.core.limits.requester import requester_mark
from app.people.partners.models import PartnerSite
from app.selling.windows.games import AnyGame, WindowGame, listed, window_games
from app.selling.windows.questions.draw import ResultT
from app.selling.windows.tables import OrderT, PaymentT, RoundT

from . import counting
from .counting import Place, Turn

REFUSALS: Final = "too_many_open_orders, too_many_open_orders_of_player"  # as the API's document names them
REFUSALS_OF_ANYONE: Final = f"{REFUSALS}, too_many_open_orders_of_requester"
_BUSIEST_SHOWN: Final = 5


class Way(StrEnum):
    """How an order comes in, and so whose budget it uses."""

    KEY = "key"
    FRAME = "frame"
    ANYONE = "anyone"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an order comes from. `requester`: the mark of who asked, where everybody may."""

    way: Way
    requester: bytes | None = None


BY_KEY: Final = Origin(Way.KEY)


def by_request(way: Way) -> Origin:
    """The request at hand, which came in that way."""
    return Origin(way, requester_mark("orders"))


@dataclass(frozen=True, slots=True)
class Budget:
    """How much of one of a site's budgets is used, and which players use most of it, each counted as limits count
    them: where everybody may order, those of one requester."""

    way: Way
    count: int
    most: int
    most_a_player: int
    busiest: tuple[tuple[str, int], ...]

    @property
    def is_full(self) -> bool:
        return self.count >= self.most

    @property
    def players_at_the_limit(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(player for player, count in self.busiest if count >= self.most_a_player))


@dataclass(frozen=True, slots=True)
class OpenOrders:
    """Where a site stands with its limits."""

    budgets: tuple[Budget, ...]
    minutes: int

    @property
    def full(self) -> tuple[Budget, ...]:
        return tuple(budget for budget in self.budgets if budget.is_full)


def limit_of(site: PartnerSite) -> int:
    """The site's limit: what operators gave it, or else the usual one, which is lower until its owner is verified."""
    settings = current_settings()
    if site.open_orders_limit is not None:
        return site.open_orders_limit
    if site.verification_status == "verified":
        return settings.open_orders_per_site
    return min(settings.open_orders_per_site, settings.open_orders_per_unverified_site)


def turn(game: WindowGame[RoundT, OrderT, PaymentT, ResultT], site: PartnerSite, player: str, origin: Origin) -> Turn:
    """One more order of a game, to be counted within its limits. `player` is the public identifier.

    Its check refuses (429): `too_many_open_orders_of_requester`, `too_many_open_orders_of_player` or
    `too_many_open_orders`, with `most`.
    """
    settings, place = current_settings(), f"{game.name}|{site.id}|{origin.way}"
    is_open, own = origin.requester is not None, place
    places = [Place(place, limit_of(site), "too_many_open_orders")]
    if origin.requester is not None:
        own = f"{place}|{origin.requester.hex()}"
        code = "too_many_open_orders_of_requester"
        places.insert(0, Place(own, settings.open_orders_per_requester, code, of_requester=True))
    code = "too_many_open_orders_of_player"
    named = Place(f"{own}|of {player}", settings.open_orders_per_player, code, of_requester=is_open, of_player=True)
    places.insert(len(places) - 1, named)
    return Turn(
        listed(game),
        places,
        settings.open_orders_minutes,
        site=site.id,
        way=origin.way.value,
        requester=origin.requester,
        player=player,
    )


def standing(game: AnyGame, site: PartnerSite, from_round: int) -> OpenOrders:
    """The same as a partner sees it."""
    budgets = tuple(_budget(game, site, from_round, way) for way in Way)
    return OpenOrders(budgets, current_settings().open_orders_minutes)


def forget_requesters() -> int:
    """Drop the marks of requesters whose orders no longer count; of how many. Repeats safely."""
    forgotten = 0
    for game in window_games():
        result = db.session.execute(
            update(game.order)
            .where(game.order.placed_from.is_not(None), game.order.id < _youngest_uncounted())
            .values(placed_from=None)
            .execution_options(synchronize_session=False)
        )
        forgotten += result.rowcount if isinstance(result, CursorResult) else 0
    return forgotten


def _budget(game: AnyGame, site: PartnerSite, from_round: int, way: Way) -> Budget:
    most, unpaid = limit_of(site), counting.unpaid(game)
    values = {"site": site.id, "youngest": _youngest_uncounted(), "from_round": from_round, "way": way.value}
    named = unpaid.with_only_columns(game.sale.player().label("player"), game.order.placed_from.label("requester"))
    rows = named.limit(most).subquery()
    busiest = db.session.execute(
        select(rows.c.player, func.count())
        .group_by(rows.c.player, rows.c.requester)
        .order_by(func.count().desc(), rows.c.player)
        .limit(_BUSIEST_SHOWN),
        values,
    ).all()
    players = tuple((str(player), int(count)) for player, count in busiest)
    count = db.session.scalar(select(func.count()).select_from(unpaid.limit(most).subquery()), values) or 0
    return Budget(way, count, most, current_settings().open_orders_per_player, players)


def _youngest_uncounted() -> UUID:
    """Ids below are of orders that have waited long enough."""
    return earliest_id(clock.now() - timedelta(minutes=current_settings().open_orders_minutes))
