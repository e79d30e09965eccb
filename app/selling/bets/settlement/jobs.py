"""What runs in the background once draws have results. Any of it may run twice, late, or die half-way; what goes wrong
with one draw is an alarm, and stops no other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Final, Literal, TypeAlias
from uuid import UUID

import structlog
from sqlalchemy import select

from app.core.database.session import db, end_reading, transaction
from app.core.errors import DomainError
from app.core.faults import step
from app.core.jobs.queue import PeriodicJob, ring_by_name
from app.people.players.queries import read_now
from app.record.audit.service import close_alarm, raise_alarm

from ..calendar.making import subject_of
from ..models import BetDraw
from . import finality, listening, paying
from .refunds import service as refunds

Alarm: TypeAlias = Literal["bet_not_settled", "bet_not_paid", "bet_not_given_back"]
_RAISE: Final[Mapping[Alarm, Callable[[str, str], bool]]] = {
    "bet_not_settled": lambda subject, why: raise_alarm("bet_not_settled", subject, because=why),
    "bet_not_paid": lambda subject, why: raise_alarm("bet_not_paid", subject, because=why),
    "bet_not_given_back": lambda subject, why: raise_alarm("bet_not_given_back", subject, because=why),
}

log = structlog.get_logger()

PAY: Final = "bets.pay"
_UNSEALED: Final = timedelta(minutes=10)
"""After its draw a draw is sealed by then, or somebody has to look."""


def settle() -> int:
    """Do what official results say; how many draws that were."""
    done, found = 0, listening.due()
    end_reading()
    for one in found:
        with _alarmed("bet_not_settled", one.draw_id):
            with transaction():
                is_done = listening.do(one)
            done += is_done
            if not is_done:
                _watch_seal(one.draw_id)
    if done:
        ring_by_name(PAY)
    return done


def pay() -> int:
    """Move winnings to wallets; how many lines."""
    paid, found = 0, paying.due()
    end_reading()
    for one in found:
        with _alarmed("bet_not_paid", one.draw_id):
            paid += pay_all(one)
    return paid


def pay_all(one: paying.Due, most: int = paying.AT_ONCE) -> int:
    """Pay all of a settlement, a transaction for so many players; how many lines that were."""
    paid, after = 0, UUID(int=0)
    while user_ids := paying.unpaid(one.settlement_id, after, most):
        end_reading()
        with transaction():
            paid += paying.pay_players(one, user_ids)
            step("bets.paid")
        after = user_ids[-1]
    end_reading()
    with transaction():
        paying.finish(one.draw_id)
    return paid


def end_waiting() -> int:
    """Give back what draws have kept whose results are final; how many."""
    ended, found = 0, finality.due()
    end_reading()
    for draw_id in found:
        with _alarmed("bet_not_settled", draw_id), transaction():
            ended += finality.end(draw_id)
    return ended


def give_back() -> int:
    """Give back what was staked on draws that are not held; how many bets."""
    back, found = 0, refunds.due()
    end_reading()
    for draw_id in found:
        with _alarmed("bet_not_given_back", draw_id):
            back += give_back_all(draw_id)
    return back


def give_back_all(draw_id: UUID, most: int = refunds.AT_ONCE) -> int:
    """All of one draw, a transaction for so many tickets."""
    back = 0
    while found := refunds.still_in(draw_id, most):
        end_reading()
        with transaction():
            done = refunds.give_back(draw_id, found)
            step("bets.given_back")
        if not done:
            break
        back += done
    end_reading()
    return back


JOBS: Final[tuple[PeriodicJob, ...]] = (
    PeriodicJob(listening.JOB, settle, 5),
    PeriodicJob(PAY, pay, 5),
    PeriodicJob("bets.end_waiting", end_waiting, 60),
    PeriodicJob("bets.give_back", give_back, 10),
)


@contextmanager
def _alarmed(code: Alarm, draw_id: UUID) -> Iterator[None]:
    """One draw's part of a job: its trouble is rolled back and told, until it has gone well."""
    try:
        yield
    except Exception as error:
        log.exception(code, draw=str(draw_id))
        db.session.rollback()
        with transaction():
            _RAISE[code](_subject(draw_id), error.code if isinstance(error, DomainError) else type(error).__name__)
    else:
        with transaction():
            close_alarm(code, _subject(draw_id), reason="done")


def _watch_seal(draw_id: UUID) -> None:
    """Raises DomainError 409 `draw_not_sealed`: by now it should be."""
    draws_at = db.session.execute(select(BetDraw.draws_at).where(BetDraw.id == draw_id)).scalar_one()
    is_late = read_now() > draws_at + _UNSEALED
    end_reading()
    if is_late:
        raise DomainError("draw_not_sealed", status=409)


def _subject(draw_id: UUID) -> str:
    game, name = db.session.execute(select(BetDraw.game, BetDraw.name).where(BetDraw.id == draw_id)).one()
    return subject_of(game, name)
