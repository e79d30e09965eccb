"""What the audit log says of rounds: of one, or of many at once, as the audit asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias
from uuid import UUID

from sqlalchemy import ARRAY, Text, any_, bindparam, func, select

from app.core.database.session import db
from app.record.audit.models import AuditEntry
from app.selling.windows.models import WindowRound
from app.selling.windows.tables import AnyTables

MADE: Final = "round.created"
SEALED: Final = "round.sealed"
SETTLED: Final = "round.settled"

Details: TypeAlias = Sequence[Mapping[str, Any]]
"""What entries say beside their act, as they came."""

_BEFORE_ALL: Final = UUID(int=0)


def noted(game: AnyTables, round_: WindowRound, action: str) -> Details:
    """The details of a round's audit entries. A development reset begins the numbers anew and keeps the audit."""
    return noted_of(game, [round_], action)[round_.round_number]


def noted_of(game: AnyTables, rounds: Sequence[WindowRound], action: str) -> dict[int, Details]:
    """The same of each of these rounds, by their numbers."""
    of = {game.subject(round_.round_number): round_.round_number for round_ in rounds}
    found: dict[int, list[dict[str, Any]]] = {number: [] for number in of.values()}
    for subject, detail in db.session.execute(_NOTED, {"subjects": list(of), "action": action}):
        found[of[subject]].append(detail)
    return {**found}


_RESETS: Final = select(AuditEntry.id).where(AuditEntry.subject == "games", AuditEntry.action == "database.reset")

_NOTED: Final = (
    select(AuditEntry.subject, AuditEntry.detail)
    .where(
        AuditEntry.subject == any_(bindparam("subjects", type_=ARRAY(Text))),
        AuditEntry.action == bindparam("action"),
        AuditEntry.id > func.coalesce(_RESETS.order_by(AuditEntry.id.desc()).limit(1).scalar_subquery(), _BEFORE_ALL),
    )
    .order_by(AuditEntry.id)
)
"""Written once: every step of a payout asks, of each round that it pays."""
