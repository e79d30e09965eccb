"""Whether a seal was cosigned in time, as the public log has it: said once, as soon as the quorum is there. A draw that
has none in its time is void by rule: what nobody had seen may have been made when the outcome was known."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import exists, select

from app.core.database.session import db
from app.people.players.queries import read_now
from app.record.log import queries as log
from app.record.log import service as public_log
from app.record.log.models import Waiting
from app.record.log.witnesses import queries as witnesses
from app.record.log.witnesses.queries import FirstSeen, Wish

from ..calendar import promise
from ..calendar.making import subject_of
from ..calendar.service import locked
from ..models import BetDraw
from .service import SEALED, void

WITNESSED: Final = "bet.witnessed"
NOT_COSIGNED: Final = "not_cosigned_before_draw"
_BROUGHT: Final = timedelta(seconds=30)
"""So long a cosignature that was made in time may take to get here."""


def is_witnessed(draw: BetDraw) -> bool:
    """Whether a sealed draw may have a result: the log says that its quorum was there, or it promised none."""
    return not _rules(draw).quorum or _is_said(draw)


def due() -> Sequence[UUID]:
    """Sealed draws: few, and each is asked for until it has its result."""
    return db.session.scalars(select(BetDraw.id).where(BetDraw.state == "sealed").order_by(BetDraw.draws_at)).all()


def fix(draw_id: UUID) -> bool:
    """Say that a draw's quorum is there, or void it because its time is over; False if neither is so."""
    draw = locked(draw_id)
    if draw.state != "sealed" or is_witnessed(draw):
        return False
    rules = _rules(draw)
    by = promise.moment(promise.read(draw.promise), "cosignedBy")
    subject = subject_of(draw.game, draw.name)
    entry = log.numbers_of((SEALED,), [subject]).get((SEALED, subject))
    found = _cosigned(rules.witnesses, entry, by)
    if len(found) >= rules.quorum:
        public_log.tell(WITNESSED, subject, _told(rules, entry, found))
        return True
    if read_now() < by + _BROUGHT:
        return False
    void(draw, NOT_COSIGNED)
    return True


def _rules(draw: BetDraw) -> promise.Rules:
    return promise.rules_in(promise.read(draw.promise))


def _is_said(draw: BetDraw) -> bool:
    """In the log, or about to be."""
    subject = subject_of(draw.game, draw.name)
    waits = select(exists().where(Waiting.kind == WITNESSED, Waiting.subject == subject))
    return bool(log.numbers_of((WITNESSED,), [subject])) or bool(db.session.scalar(waits))


def _cosigned(keys: Sequence[str], entry: int | None, by: datetime) -> dict[str, FirstSeen]:
    if entry is None:
        return {}
    seen = witnesses.seen([Wish(entry, key, by) for key in keys])
    return {key: first for (_, key), first in seen.items()}


def _told(rules: promise.Rules, entry: int | None, found: Mapping[str, FirstSeen]) -> dict[str, object]:
    return {
        "sealEntry": entry,
        "quorum": rules.quorum,
        "cosigned": [
            {
                "verifierKey": key,
                "size": found[key].size,
                "time": int(found[key].at.timestamp()),
                "line": hashlib.sha256(found[key].line.encode()).hexdigest(),
            }
            for key in rules.witnesses
            if key in found
        ],
    }
