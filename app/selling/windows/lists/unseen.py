"""A round that is void for want of witnesses, as it is known now: who had not cosigned its seal when its closing block
came, whether and how long after that block each of them has, and when it was last heard of. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.core.clock import now
from app.core.database.session import db
from app.record.audit.models import AuditEntry
from app.record.log import queries as log
from app.record.log.witnesses import lines
from app.record.log.witnesses import queries as witnesses
from app.record.log.witnesses.models import KEPT_WHOLE
from app.selling.windows.games import window_games
from app.selling.windows.models import WindowRound
from app.selling.windows.proof import entries, fixed
from app.selling.windows.tables import AnyTables


@dataclass(frozen=True, slots=True)
class Missing:
    """A promised witness that had not cosigned in time.

    `at`: when, by its own clock, it first cosigned the log over the seal, and `kept_at` when that was here; both None
    while it has not. `heard_at` is by our clock.
    """

    key: str
    at: datetime | None
    kept_at: datetime | None
    heard_at: datetime | None
    is_silent: bool

    @property
    def name(self) -> str:
        """What it calls itself."""
        return self.key.partition("+")[0]


@dataclass(frozen=True, slots=True)
class Unseen:
    """Such a round. `signed_at`: when our log first signed over its seal; `closed_at` the time in its closing block's
    header, and `applied_at` when that block was applied here and so fixed who was missing.

    `is_thinned`: it is so old that of each witness's cosignatures since only the first of an hour is kept.
    """

    round_number: int
    sealed_at: datetime
    signed_at: datetime | None
    closed_at: datetime
    applied_at: datetime
    blocks_late: int
    blocks_left: int
    quorum: int
    promised: int
    missing: tuple[Missing, ...]
    is_thinned: bool

    @property
    def ended_at(self) -> datetime:
        """Until when a cosignature could count: made by the block's own time, and here when it was applied."""
        return min(self.closed_at, self.applied_at)

    @property
    def seconds_to_cosign(self) -> float:
        """From our log's signature until then; none, where it came after that."""
        return (self.ended_at - self.signed_at).total_seconds() if self.signed_at is not None else 0

    @property
    def silent(self) -> tuple[Missing, ...]:
        """Those that are silent now, whatever they had cosigned since."""
        return tuple(one for one in self.missing if one.is_silent)

    @property
    def late(self) -> tuple[Missing, ...]:
        """Those that answer, and cosigned the seal after its closing block."""
        return tuple(
            one for one in self.missing if not one.is_silent and one.at is not None and one.at > self.closed_at
        )

    @property
    def delayed(self) -> tuple[Missing, ...]:
        """Those that answer, and cosigned it in time by their own clock, but what they said was here too late."""
        return tuple(
            one for one in self.missing if not one.is_silent and one.at is not None and one.at <= self.closed_at
        )

    @property
    def is_quorum_silent(self) -> bool:
        """Whether so many are silent that no round like this one can have its quorum."""
        return self.promised - len(self.silent) < self.quorum


def about(subject: str) -> Unseen | None:
    """The same of a subject of audit and alarms; None if that is no round with witnesses that were missed."""
    kind, _, number = subject.partition(":")
    game = next((one for one in window_games() if one.round_kind == kind), None)
    round_ = db.session.get(game.round, int(number)) if game is not None and number.isdecimal() else None
    return of(game, round_) if game is not None and round_ is not None else None


def of(game: AnyTables, round_: WindowRound) -> Unseen | None:
    """None where nothing was said of its witnesses for a closing block, or it has no seal."""
    subject = game.subject(round_.round_number)
    said = _said(subject)
    if said is None or round_.sealed_at is None or round_.sealed_at_height is None:
        return None
    detail, applied_at = said
    entry = log.numbers_of((entries.SEALED,), [subject]).get((entries.SEALED, subject))
    over = log.checkpoint_over(entry) if entry is not None else None
    due = round_.sales_end_height - 1 + round_.settlement_depth
    return Unseen(
        round_number=round_.round_number,
        sealed_at=round_.sealed_at,
        signed_at=over.signed_at if over is not None else None,
        closed_at=datetime.fromtimestamp(int(detail["closingBlock"]["time"]), applied_at.tzinfo),
        applied_at=applied_at,
        blocks_late=max(0, round_.sealed_at_height - due),
        blocks_left=round_.closing_height - round_.sealed_at_height,
        quorum=int(detail["quorum"]),
        promised=len(detail["missing"]) + len(detail["cosigned"]),
        missing=_missing(entry, detail["missing"]),
        is_thinned=round_.sealed_at < now() - KEPT_WHOLE,
    )


def _said(subject: str) -> tuple[dict[str, Any], datetime] | None:
    """The last entry about its witnesses that names a closing block, and when it was made."""
    told = select(AuditEntry.detail, AuditEntry.recorded_at).where(
        AuditEntry.subject == subject, AuditEntry.action == fixed.SAID
    )
    row = db.session.execute(told.order_by(AuditEntry.id.desc()).limit(1)).first()
    return (row.detail, row.recorded_at) if row is not None and row.detail["closingBlock"] is not None else None


def _missing(entry: int | None, keys: Sequence[str]) -> tuple[Missing, ...]:
    found = lines.first_over(entry, keys) if entry is not None else {}
    known = witnesses.called(keys)
    silent_before = now() - witnesses.SILENT_AFTER

    def told(key: str) -> Missing:
        first, witness = found.get(key), known.get(key)
        heard_at = witness.heard_at if witness is not None else None
        since = heard_at or (witness.known_since if witness is not None else None)
        is_silent = since is None or since < silent_before
        at, kept_at = (first.cosigned_at, first.seen_at) if first is not None else (None, None)
        return Missing(key, at, kept_at, heard_at, is_silent)

    return tuple(told(key) for key in keys)
