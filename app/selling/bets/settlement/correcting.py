"""A result was another one. Before it is final, what was won by the first comes back: out of wallets as far as they
go, and the rest is owed to us. Once it was final, whoever won keeps it, and the house pays who wins now as well.

All of it is one transaction: nobody sees a draw that has half of two results. Players are locked before the draw, as
everywhere; then the capacity's row, before any account.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import func, select, update

from app.core.database.session import db
from app.core.errors import DomainError
from app.people.players.queries import read_now
from app.record.audit.service import note, raise_alarm
from app.record.ledger import service as ledger
from app.record.ledger.entries import Posting
from app.record.log import service as public_log

from ..bankroll import capacity
from ..calendar.making import subject_of
from ..calendar.service import locked
from ..models import BetDraw, BetSettlement, BetWinning
from . import postings, telling
from .paying import lock_players, spendables
from .result import Won, told, win

CORRECTED: Final = "bet.corrected"


class Paid(NamedTuple):
    """What a ticket got by a result that was another one."""

    ticket_id: UUID
    user_id: UUID
    amount: int


def correct(draw_id: UUID, outcome: int, *, known_at: datetime, final_at: datetime) -> bool:
    """A draw has another result than it had, as was known at a moment; False if it is the same. `final_at` counts if
    the first was not final by then.

    Raises:
        NotFound: `draw_not_found`.
        DomainError: 409 `draw_not_resulted`; 409 `insufficient_funds`: the bankroll has less than the house now bears.
        ValueError: the draw has no such outcome.
    """
    users = select(BetWinning.user_id).join(BetSettlement).where(BetSettlement.draw_id == draw_id)
    lock_players(db.session.scalars(users.distinct()).all())
    draw = locked(draw_id)
    if draw.state != "resulted" or draw.final_at is None:
        raise DomainError("draw_not_resulted", status=409)
    if draw.outcome == outcome:
        return False
    old = _live(draw_id)
    if known_at < draw.final_at:
        took, won = _reverse(draw, old, outcome, final_at)
    else:
        took, won = 0, _bear(draw, old, outcome)
    draw.settled_at = None
    db.session.flush()
    said = {**told(draw, won), "was": old.outcome, "wasWon": old.won_minor, "takenBack": took}
    said["isBorne"] = known_at >= draw.final_at
    public_log.tell(CORRECTED, subject_of(draw.game, draw.name), said)
    note("system", "bet.corrected", subject_of(draw.game, draw.name), "", currency=draw.currency, amount_minor=took)
    return True


def _reverse(draw: BetDraw, old: BetSettlement, outcome: int, final_at: datetime) -> tuple[int, Won]:
    """As if the first result had never been; how much came back, and what the other one comes to."""
    paid = _paid_by(old.id)
    back = _split(paid, draw.currency)
    from_wallets, took = sum(back.values()), sum(one.amount for one in paid)
    _end(old, is_borne=False)
    won, worst = win(draw, outcome), draw.worst_minor + old.won_minor
    keep = max(0, worst - won.amount)
    draw.outcome, draw.won_minor, draw.resulted_at, draw.final_at = outcome, won.amount, read_now(), final_at
    draw.worst_minor = min(keep, draw.allotted_minor)
    db.session.flush()
    capacity.lost(draw.currency, max(0, won.amount - (old.won_minor - took) - from_wallets))
    capacity.narrow(draw.id, draw.worst_minor)
    ledger.post([one for each in paid for one in _taken_back(draw, old.id, each, back[each.ticket_id])])
    ledger.post(
        [
            *postings.undone(old.id, draw.id, draw.game, draw.currency, old.won_minor),
            *postings.drawn_anew(won.settlement_id, draw.id, draw.game, draw.currency, won.amount),
        ]
    )
    _keep(draw, keep)
    by_player: Counter[UUID] = Counter()
    for each in paid:
        by_player[each.user_id] += each.amount
    for user_id, amount in by_player.items():
        telling.corrected(user_id, draw, old.id, amount)
    return took, won


def _bear(draw: BetDraw, old: BetSettlement, outcome: int) -> Won:
    """What the first result won stays, and the bankroll owes what the other one wins beside it."""
    _end(old, is_borne=True)
    won = win(draw, outcome)
    draw.outcome, draw.won_minor, draw.resulted_at = outcome, draw.won_minor + won.amount, read_now()
    db.session.flush()
    capacity.lost(draw.currency, won.amount)
    ledger.post(postings.drawn_anew(won.settlement_id, draw.id, draw.game, draw.currency, won.amount))
    return won


def _live(draw_id: UUID) -> BetSettlement:
    """The settlement in force; who pays by it waits, or is waited for."""
    query = select(BetSettlement).where(BetSettlement.draw_id == draw_id, BetSettlement.reversed_at.is_(None))
    return db.session.scalars(query.with_for_update(key_share=True).execution_options(populate_existing=True)).one()


def _end(old: BetSettlement, *, is_borne: bool) -> None:
    its = update(BetSettlement).where(BetSettlement.id == old.id)
    db.session.execute(its.values(reversed_at=func.clock_timestamp(), is_borne=is_borne))


def _paid_by(settlement_id: UUID) -> Sequence[Paid]:
    rows = db.session.execute(
        select(BetWinning.ticket_id, BetWinning.user_id, func.sum(BetWinning.amount_minor))
        .where(BetWinning.settlement_id == settlement_id, BetWinning.paid_at.is_not(None))
        .group_by(BetWinning.ticket_id, BetWinning.user_id)
        .order_by(BetWinning.user_id, BetWinning.ticket_id)
    )
    return [Paid(ticket_id, user_id, int(amount)) for ticket_id, user_id, amount in rows]


def _split(paid: Sequence[Paid], currency: str) -> Mapping[UUID, int]:
    """What of each ticket's winnings is still in its player's wallet."""
    left = dict(spendables({one.user_id for one in paid}, currency))
    found: dict[UUID, int] = {}
    for one in paid:
        (found[one.ticket_id],) = postings.split([one.amount], left.get(one.user_id, 0))
        left[one.user_id] = left.get(one.user_id, 0) - found[one.ticket_id]
    return found


def _taken_back(draw: BetDraw, settlement_id: UUID, one: Paid, in_wallet: int) -> list[Posting]:
    win_key = postings.key(one.ticket_id, settlement_id)
    return postings.taken_back(win_key, draw.id, draw.currency, one.user_id, one.amount, in_wallet)


def _keep(draw: BetDraw, keep: int) -> None:
    """A smaller win leaves more to be kept for the next correction, as far as the bankroll has it."""
    if keep <= draw.worst_minor:
        return
    if capacity.widen(draw.id, keep):
        draw.worst_minor = keep
        db.session.flush()
    else:
        raise_alarm(
            "bet_correction_uncovered",
            subject_of(draw.game, draw.name),
            missing_minor=keep - draw.worst_minor,
            currency=draw.currency,
        )
