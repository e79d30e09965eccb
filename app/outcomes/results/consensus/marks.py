"""What binds reads and outcomes to a process of ours: whoever writes to the database alone decides no result."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from app.core.marks import is_ours, mark
from app.outcomes.results.models import ResultObservation, ResultOutcome

_READ: Final = "tiraj/result read/1"
_OUTCOME: Final = "tiraj/result outcome/1"


def mark_of_read(row: ResultObservation) -> str:
    """Of an answered look: what was read, where, when and by what."""
    return mark(_READ, _read(row))


def is_read_here(row: ResultObservation) -> bool:
    """Whether a process of ours has read that, and nobody wrote it since."""
    return is_ours(row.mark, _READ, _read(row))


def mark_of_outcome(row: ResultOutcome) -> str:
    """Of what was confirmed."""
    return mark(_OUTCOME, _outcome(row))


def is_confirmed_here(row: ResultOutcome) -> bool:
    """Whether a process of ours has confirmed that, and nobody wrote it since."""
    return is_ours(row.mark, _OUTCOME, _outcome(row))


def _read(row: ResultObservation) -> list[Any]:
    return [
        *(str(row.id), str(row.awaited_id), row.source, row.host, row.parser, row.origin),
        *(_time(row.asked_at), _time(row.answered_at), row.status),
        *(row.body_sha256.hex() if row.body_sha256 is not None else None, row.numbers, row.reason),
    ]


def _outcome(row: ResultOutcome) -> list[Any]:
    return [
        *(str(row.awaited_id), row.version, row.numbers, row.how, row.evidence),
        *(str(row.approval_id) if row.approval_id is not None else None, _time(row.confirmed_at), _time(row.final_at)),
    ]


def _time(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat() if moment is not None else None
