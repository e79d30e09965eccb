"""Moves winnings to wallets, some players at a time, each line once. A run that dies has paid whole players or nobody;
two that run at once pay no line twice: a line is claimed with its player's row locked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, func, or_, select, text

from app.core.database.session import db
from app.core.ports import Port
from app.money.wallets.origins import service as origins
from app.money.wallets.origins.lost import clip
from app.people.players.models import Player
from app.people.players.queries import read_now
from app.record.ledger import service as ledger
from app.record.ledger.entries import Posting
from app.record.ledger.models import Account

from ..calendar.service import locked
from ..models import BetDraw, BetResult, BetSettlement, BetWinning
from . import postings, telling

AT_ONCE: Final = 200
"""Players of one transaction; their wallets wait for it."""

COUNTS: Final = or_(BetSettlement.reversed_at.is_(None), BetSettlement.is_borne)
"""Settlements whose winnings are owed: the one in force, and those whose result was final before it was another one."""


SETTLED: Final = Port[Callable[[str, str, int], None]](
    "whom to tell that a draw's result is paid out", lambda game, name, version: None
)
"""By game, the draw's name and the version of its result."""


@dataclass(frozen=True, slots=True)
class Due:
    """Whose winnings are paid: one settlement's of a draw."""

    settlement_id: UUID
    draw_id: UUID
    currency: str


def due() -> list[Due]:
    """What is not paid yet, of the oldest draw first."""
    query = (
        select(BetSettlement.id, BetDraw.id, BetDraw.currency)
        .join(BetDraw, BetDraw.id == BetSettlement.draw_id)
        .where(BetDraw.state == "resulted", BetDraw.settled_at.is_(None), COUNTS)
        .order_by(BetDraw.draws_at, BetSettlement.id)
    )
    return [Due(*row) for row in db.session.execute(query)]


def pay_players(one: Due, user_ids: Sequence[UUID]) -> int:
    """What these have won and not got, in the caller's transaction; how many lines."""
    lock_players(user_ids)
    still = select(BetSettlement.id).where(BetSettlement.id == one.settlement_id, COUNTS)
    if db.session.scalar(still.with_for_update(key_share=True)) is None:
        return 0
    clip(user_ids, one.currency)
    rows = _claim(one.settlement_id, user_ids)
    won = _by_ticket(rows)
    ledger.post(list(_paid(one, won, receivables(won, one.currency))))
    draw = db.session.get_one(BetDraw, one.draw_id)
    waiting = origins.waits_until(won)
    for user_id, tickets in won.items():
        telling.won(user_id, draw, one.settlement_id, sum(tickets.values()), waiting.get(user_id))
    return len(rows)


def lock_players(user_ids: Collection[UUID]) -> None:
    """Nobody takes or gives these players' money until the transaction ends. In one order for everybody."""
    rows = select(Player.user_id).where(Player.user_id.in_(user_ids)).order_by(Player.user_id)
    db.session.scalars(rows.with_for_update(key_share=True)).all()


def receivables(user_ids: Collection[UUID], currency: str) -> Mapping[UUID, int]:
    """What each of these owes; who owes nothing may be left out."""
    return _balances("receivable", user_ids, currency)


def spendables(user_ids: Collection[UUID], currency: str) -> Mapping[UUID, int]:
    """What is in each one's wallet and not on its way out."""
    return _balances("wallet", user_ids, currency)


def _balances(kind: str, user_ids: Collection[UUID], currency: str) -> Mapping[UUID, int]:
    owners = [str(user_id) for user_id in user_ids]
    rows = db.session.execute(
        select(Account.owner, Account.balance - Account.held).where(
            Account.kind == kind, Account.owner.in_(owners), Account.currency == currency
        )
    )
    return {UUID(owner): amount for owner, amount in rows}


def unpaid(settlement_id: UUID, after: UUID, most: int) -> Sequence[UUID]:
    """The next players, after one, who have something to get."""
    query = select(BetWinning.user_id).where(
        BetWinning.settlement_id == settlement_id, BetWinning.paid_at.is_(None), BetWinning.user_id > after
    )
    return db.session.scalars(query.distinct().order_by(BetWinning.user_id).limit(most)).all()


def _claim(settlement_id: UUID, user_ids: Sequence[UUID]) -> Sequence[Row[Any]]:
    return db.session.execute(text(_CLAIM), {"settlement": settlement_id, "users": list(user_ids)}).all()


_CLAIM: Final = """
    UPDATE bet_winnings SET paid_at = clock_timestamp()
    WHERE settlement_id = :settlement AND user_id = ANY(:users) AND paid_at IS NULL
    RETURNING user_id, ticket_id, amount_minor
"""


def _by_ticket(rows: Iterable[Row[Any]]) -> dict[UUID, dict[UUID, int]]:
    """What each player won, by ticket."""
    won: dict[UUID, dict[UUID, int]] = defaultdict(lambda: defaultdict(int))
    for user_id, ticket_id, amount in sorted(tuple(row) for row in rows):
        won[user_id][ticket_id] += amount
    return won


def _paid(one: Due, won: Mapping[UUID, Mapping[UUID, int]], owing: Mapping[UUID, int]) -> Iterable[Posting]:
    for user_id, tickets in won.items():
        set_off = postings.split(list(tickets.values()), owing.get(user_id, 0))
        for (ticket_id, amount), part in zip(tickets.items(), set_off, strict=True):
            win = postings.key(ticket_id, one.settlement_id)
            yield from postings.paid(win, one.draw_id, one.currency, user_id, amount, part)


def finish(draw_id: UUID) -> bool:
    """A draw whose winnings are all in wallets is settled; whether it is now."""
    draw = locked(draw_id)
    waits = (
        select(BetWinning.user_id)
        .join(BetSettlement, BetSettlement.id == BetWinning.settlement_id)
        .where(BetSettlement.draw_id == draw_id, COUNTS, BetWinning.paid_at.is_(None))
    )
    if draw.settled_at is not None or db.session.scalar(waits.limit(1)) is not None:
        return False
    draw.settled_at = read_now()
    db.session.flush()
    done = select(func.max(BetResult.version)).where(BetResult.draw_id == draw_id, BetResult.done_at.is_not(None))
    version = db.session.scalar(done)
    if version is not None:
        SETTLED.get()(draw.game, draw.name, version)
    return True
