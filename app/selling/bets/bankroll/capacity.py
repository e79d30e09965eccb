"""How much of a bankroll each draw may cost: taken in slices, so that not every sale asks for it, and given back.

What a draw has is a hold on its game's bankroll, which no withdrawal and no other draw can touch, and a part of the
currency's free money, which all games share. The locks: the draw's row, which the caller has; then the row of the
currency's capacity, which settles everything here; then the bankroll's account. Whoever moves a bankroll and wallets in
one transaction comes here first, since a sale that needs a slice has both, in this order.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from app.core.database.session import db
from app.record.ledger import queries as ledger_queries
from app.record.ledger import service as ledger

from .. import postings, rules
from ..games import GAMES
from ..models import BetCapacity, BetDraw

SLICES: Final = 256
"""A slice is this part of what is left: few draws together keep little from the others, and each asks some hundred
times at most."""


def widen(draw_id: UUID, worst: int) -> bool:
    """See that a draw may cost `worst`; under its lock. False, and nothing is taken, where bankroll or free money have
    no more. Whole slices, or the last of what is left."""
    draw = _draw(draw_id)
    if worst <= draw.allotted_minor:
        return True
    capacity = _locked(draw.currency)
    there = _left(draw.game, capacity)
    if draw.allotted_minor + there < worst:
        return False
    step = rules.step(worst, draw.allotted_minor, max(1, there // SLICES))
    _allot(draw, capacity, draw.allotted_minor + min(step, there))
    return True


def narrow(draw_id: UUID, keep: int) -> None:
    """Take from a draw what it has beyond `keep`; under its lock. Before: what it could cost at worst is lowered, for
    the database refuses a draw that could cost more than it has. After: winnings are taken out of the bankroll, for
    what is held there cannot be."""
    draw = _draw(draw_id)
    if keep < draw.allotted_minor:
        _allot(draw, _locked(draw.currency), keep)


def lost(currency: str, amount: int) -> None:
    """So much of the free money is gone, in this transaction: winnings beyond what was staked. Nothing is sold on it
    from now on; `count` would see it as well, but later."""
    capacity = _locked(currency)
    _set_free(capacity, capacity.free_minor - amount)


def left(draw: BetDraw) -> int:
    """What a draw may cost at most, with all that its game's bankroll and the free money have left. Read without a
    lock: `widen` decides."""
    capacity = db.session.get(BetCapacity, draw.currency, populate_existing=True)
    return draw.allotted_minor + (_left(draw.game, capacity) if capacity is not None else 0)


def unallotted(currency: str) -> int:
    """What of the free money no draw has, as it was counted last; below zero where draws have more than there is."""
    capacity = db.session.get(BetCapacity, currency, populate_existing=True)
    return capacity.free_minor - capacity.allotted_minor if capacity is not None else 0


def count() -> None:
    """Ask the ledger how much is free of each currency that is bet."""
    for currency in sorted({game.currency for game in GAMES.get().values()}):
        count_in(currency)


def count_in(currency: str) -> None:
    """The same of one currency, whose row stays locked. Whoever has moved money and not said yet that it is lost waits
    for that, and says so on top of what is counted here."""
    _set_free(_locked(currency), ledger_queries.standing(currency).free)


def _draw(draw_id: UUID) -> BetDraw:
    return db.session.scalars(
        select(BetDraw).where(BetDraw.id == draw_id).execution_options(populate_existing=True)
    ).one()


def _locked(currency: str) -> BetCapacity:
    """The currency's row, made where it is missing: nothing is free before it is counted."""
    query = select(BetCapacity).where(BetCapacity.currency == currency).with_for_update(key_share=True)
    query = query.execution_options(populate_existing=True)
    found = db.session.scalar(query)
    if found is None:
        db.session.execute(insert(BetCapacity).values(currency=currency).on_conflict_do_nothing())
        found = db.session.scalars(query).one()
    return found


def _left(game: str, capacity: BetCapacity) -> int:
    in_bankroll = ledger_queries.available(postings.bankroll(game, capacity.currency))
    return max(0, min(in_bankroll, capacity.free_minor - capacity.allotted_minor))


def _allot(draw: BetDraw, capacity: BetCapacity, amount: int) -> None:
    more = amount - draw.allotted_minor
    ledger.resize_hold(postings.bankroll(draw.game, draw.currency), amount, postings.DRAW, str(draw.id))
    db.session.execute(update(BetDraw).where(BetDraw.id == draw.id).values(allotted_minor=amount))
    db.session.execute(
        update(BetCapacity)
        .where(BetCapacity.currency == capacity.currency)
        .values(allotted_minor=BetCapacity.allotted_minor + more)
    )


def _set_free(capacity: BetCapacity, amount: int) -> None:
    db.session.execute(
        update(BetCapacity)
        .where(BetCapacity.currency == capacity.currency)
        .values(free_minor=max(0, amount), counted_at=func.clock_timestamp())
    )
