"""How the game is configured: by an operator, from now on, and in public."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Final

from sqlalchemy import func, select

from app.core.database.session import db
from app.core.errors import DomainError
from app.outcomes.results import service as results
from app.record.audit.service import note
from app.record.log import service as public_log

from . import queries
from .models import SwertresConfiguration
from .rules import SLOTS, Configuration

SUBJECT: Final = "bet-game:swertres"
CONFIGURED: Final = "bet.configured"


def configure(changes: Mapping[str, object], *, actor: str, reason: str) -> Configuration:
    """Change these values for draws and cards to come; with none that is another, nothing happens.

    Raises DomainError: 422 `config_unknown`, `config_invalid`, such as for draws that the official lottery has not.
    """
    db.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(SUBJECT, 0))))
    row = queries.newest()
    before = queries.read(row)
    after = changed(before, changes)
    if after == before:
        return before
    version = (row.version if row is not None else 0) + 1
    values = asdict(after)
    db.session.add(SwertresConfiguration(version=version, **values))
    db.session.flush()
    public_log.tell(CONFIGURED, SUBJECT, {"version": version, **values})
    fields = sorted(name for name, value in asdict(before).items() if value != values[name])
    note(actor, "swertres.configured", SUBJECT, reason, version=version, fields=fields)
    return after


def changed(before: Configuration, changes: Mapping[str, object]) -> Configuration:
    """What it would be with these values in place of its own. Raises as `configure`."""
    after = before.with_changes(changes)
    if not all(results.is_drawn(slot.lottery, slot.at) for slot in SLOTS[after.slots] if slot.lottery):
        raise DomainError("config_invalid", field="slots")
    return after
