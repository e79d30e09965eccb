"""One draw is made: its row, its promise, and the leaf that tells everybody. Each day's slot is made once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy.dialects.postgresql import insert

from app.core.config import current_settings
from app.core.database.session import db
from app.core.ids import new_id
from app.outcomes.results.sources.in_force import promised
from app.record.log import service as public_log
from app.record.log.settings import log_settings

from ..games import BetGame, Schedule, Slot
from ..models import BetDraw
from ..settings import bet_settings
from . import official, promise
from .times import Times, days, times_of

LEAF: Final = "bet.promised"


def subject_of(game: str, name: str) -> str:
    """What leaves and acts about a draw are about."""
    return f"bet-draw:{game}:{name}"


def planned(schedule: Schedule, first: date, last: date, now: datetime) -> Iterator[tuple[date, Slot, Times]]:
    """What could still be sold of these days."""
    for day in days(first, last):
        for slot in schedule.slots:
            times = times_of(schedule, day, slot, now)
            is_near = slot.ahead is None or times.draws_at - now <= slot.ahead
            if is_near and times.opens_at < times.closes_at:
                yield day, slot, times


def write(game: BetGame, schedule: Schedule, day: date, slot: Slot, times: Times) -> bool:
    """The draw's row, its promise where everybody can read it, and its result, which is waited for; False if somebody
    else was first."""
    columns: dict[str, Any] = {
        "game": game.name,
        "name": f"{day}-{slot.number}",
        "day": day,
        "slot": slot.number,
        "currency": game.currency,
        "source": "official" if slot.lottery else "sealed_draw",
        "lottery": slot.lottery,
        "classes": game.classes,
    }
    rules = _rules(is_official=bool(slot.lottery))
    sources = promised(slot.lottery) if slot.lottery else {}
    common = {**columns, "day": day.isoformat(), "zone": schedule.zone.key, "sources": sources, **_told(times)}
    text = promise.text_of(common, rules, game.terms(day, slot))
    hashed = promise.hash_of(text)
    made = insert(BetDraw).values(
        **columns,
        id=new_id(),
        opens_at=times.opens_at,
        closes_at=times.closes_at,
        seals_at=times.seals_at,
        draws_at=times.draws_at,
        promise=text,
        promise_hash=hashed,
        tip=hashed,
    )
    draw = db.session.scalar(made.on_conflict_do_nothing().returning(BetDraw))
    if draw is None:
        return False
    public_log.tell(LEAF, subject_of(game.name, columns["name"]), {"promise": text, "promiseHash": hashed.hex()})
    official.expect(draw)
    return True


def _told(times: Times) -> dict[str, datetime]:
    return {
        "opensAt": times.opens_at,
        "closesAt": times.closes_at,
        "sealsAt": times.seals_at,
        "cosignedBy": times.cosigned_by,
        "drawsAt": times.draws_at,
    }


def _rules(*, is_official: bool) -> promise.Rules:
    settings, log = bet_settings(), log_settings()
    return promise.Rules(
        round(settings.bet_final_hours * 3600),
        settings.bet_void_hours * 3600,
        tuple(sorted(str(one.key) for one in log.witnesses)),
        log.quorum,
        0 if is_official else settings.bet_draw_hashes,
        0 if is_official else current_settings().settlement_depth,
    )
