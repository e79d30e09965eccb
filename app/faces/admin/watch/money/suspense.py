"""Money that bought nothing, as a list of rounds: narrowed, added up, the newest first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select

from app.chain import queries as chain
from app.core.database.session import db
from app.core.money import Sats
from app.people.partners import queries as partners
from app.selling.windows.confirmed import refunding
from app.selling.windows.confirmed.refunding import Asked
from app.selling.windows.games import AnyGame, window_games

_OVER: Final = ("settled", "void")
_NAMED: Final = 3
"""So many partners are told by name."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which of it: of one game, of one fate, only what can be decided now. `below` is the place of the last round of
    the page before."""

    game: AnyGame | None = None
    fate: str | None = None
    only_due: bool = False
    below: tuple[int, str] | None = None


@dataclass(frozen=True, slots=True)
class Suspended:
    """Payments of one round that bought nothing. `due`: their refund may be decided now."""

    game: AnyGame
    number: int
    closing_height: int
    round_status: str
    fates: tuple[str, ...]
    due: int
    due_sats: Sats
    waiting: int
    waiting_sats: Sats

    @property
    def is_over(self) -> bool:
        """Whether the round has its end: what cannot be decided even so waits for its blocks."""
        return self.round_status in _OVER

    @property
    def place(self) -> tuple[int, str]:
        """Where it stands in the list of all games."""
        return (self.closing_height, self.game.name)

    @property
    def key(self) -> tuple[str, int]:
        """Which round it is."""
        return (self.game.name, self.number)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What can be decided now of some rounds: so much, of so many payments, to so many partners; `names` of theirs,
    where few are named."""

    rounds: int
    payments: int
    sats: Sats
    partners: int
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Totals:
    """All of what is wanted, on every page."""

    rounds: int
    due: int
    due_sats: Sats
    waiting: int
    waiting_sats: Sats

    def without(self, proposed: Chosen) -> Totals:
        """What is left to decide where this waits for a second person already."""
        return replace(self, due=self.due - proposed.payments, due_sats=self.due_sats - proposed.sats)


def undecided() -> Totals:
    """All of it, without what somebody has proposed to give away."""
    wanted = Wanted()
    return totals(wanted).without(proposed(refunding.asked(), wanted))


def rounds(wanted: Wanted, limit: int) -> list[Suspended]:
    """At most so many rounds, the newest first; one query a game."""
    tip = chain.tip_height()
    found = [one for game in _games(wanted) for one in _of_game(game, wanted, tip, limit)]
    return sorted(found, key=lambda one: one.place, reverse=True)[:limit]


def totals(wanted: Wanted) -> Totals:
    """What all of it adds up to; one query a game."""
    tip = chain.tip_height()
    sums = [0, 0, 0, 0, 0]
    for game in _games(wanted):
        query = _suspended(game, wanted, tip, func.count(game.round.round_number.distinct()), *_sums(game, tip))
        sums = [before + int(more) for before, more in zip(sums, db.session.execute(query).one(), strict=True)]
    return Totals(*sums)


def chosen(picked: Iterable[tuple[AnyGame, int]], fate: str | None) -> Chosen:
    """What would be given to partners of these rounds; one query a game."""
    tip, numbers = chain.tip_height(), defaultdict[str, list[int]](list)
    for game, number in picked:
        numbers[game.name].append(number)
    sites: set[UUID] = set()
    rounds_, payments, sats = 0, 0, 0
    for game in (one for one in window_games() if one.name in numbers):
        site, round_, amount = game.order.partner_site_id, game.round.round_number, game.payment.refundable_sats
        columns = (site, func.array_agg(round_.distinct()), func.count(), func.sum(amount))
        query = _suspended(game, Wanted(game, fate, only_due=True), tip, *columns)
        found = db.session.execute(query.where(round_.in_(numbers[game.name])).group_by(site)).all()
        sites.update(row[0] for row in found)
        rounds_ += len({number for row in found for number in row[1]})
        payments += sum(row[2] for row in found)
        sats += sum(int(row[3]) for row in found)
    names = partners.names_of(sites) if len(sites) <= _NAMED else {}
    return Chosen(rounds_, payments, sats, len(sites), tuple(sorted(names.values())))


def proposed(waiting: Iterable[Asked], wanted: Wanted) -> Chosen:
    """What of all that is wanted lies in rounds in which something waits for a second person."""
    picked = {
        (game, number)
        for one in waiting
        for game in _games(wanted)
        for name, number in one.rounds
        if name == game.name and one.covers(name, number, wanted.fate)
    }
    return chosen(picked, wanted.fate)


def fates() -> list[str]:
    """Why money is suspended at present; one query a game."""
    found: set[str] = set()
    for game in window_games():
        found.update(db.session.scalars(select(game.payment.status).where(*_waits(game)).distinct()))
    return sorted(found)


def _games(wanted: Wanted) -> Iterable[AnyGame]:
    return (wanted.game,) if wanted.game is not None else window_games()


def _of_game(game: AnyGame, wanted: Wanted, tip: int, limit: int) -> list[Suspended]:
    round_ = game.round
    columns = (round_.round_number, round_.closing_height, round_.status)
    query = _suspended(game, wanted, tip, *columns, func.array_agg(game.payment.status.distinct()), *_sums(game, tip))
    if wanted.below is not None:
        height, name = wanted.below
        before = round_.closing_height <= height if game.name < name else round_.closing_height < height
        query = query.where(before)
    query = query.group_by(*columns).order_by(round_.closing_height.desc()).limit(limit)
    return [
        Suspended(game, row[0], row[1], row[2], tuple(sorted(row[3])), row[4], int(row[5]), row[6], int(row[7]))
        for row in db.session.execute(query)
    ]


def _suspended(game: AnyGame, wanted: Wanted, tip: int, *columns: Any) -> Select[Any]:
    payment, order, round_ = game.payment, game.order, game.round
    query = (
        select(*columns)
        .select_from(payment)
        .join(order, order.id == payment.order_id)
        .join(round_, round_.round_number == order.round_number)
        .where(*_waits(game))
    )
    if wanted.fate is not None:
        query = query.where(payment.status == wanted.fate)
    return query.where(_is_due(game, tip)) if wanted.only_due else query


def _waits(game: AnyGame) -> Sequence[ColumnElement[bool]]:
    payment = game.payment
    return (payment.refundable_sats > 0, payment.refunded_at.is_(None), payment.orphaned_at.is_(None))


def _is_due(game: AnyGame, tip: int) -> ColumnElement[bool]:
    over: ColumnElement[bool] = game.round.status.in_(_OVER)
    return over & (game.payment.block_height + game.round.settlement_depth <= tip)


def _sums(game: AnyGame, tip: int) -> tuple[Any, ...]:
    is_due, sats = _is_due(game, tip), game.payment.refundable_sats
    return (
        func.count().filter(is_due),
        func.coalesce(func.sum(sats).filter(is_due), 0),
        func.count().filter(~is_due),
        func.coalesce(func.sum(sats).filter(~is_due), 0),
    )
