"""An operator configures the game: what was made keeps what it was made with, and the log has each change."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from app.core.database.session import db, transaction
from app.core.errors import DomainError
from app.games.swertres.game import SWERTRES
from app.games.swertres.operating.configuring import CONFIGURED
from app.record.audit.models import AuditEntry
from app.record.log.models import Waiting


def test_what_is_changed_holds_from_then_on_and_is_in_the_log(session: Any) -> None:
    before = SWERTRES.terms(date(2026, 11, 30), SWERTRES.schedule().slots[0])
    with transaction():
        CONFIGURED.configure({"multiple": 500, "slots": "document"}, actor="operator:ada", reason="as agreed")
        CONFIGURED.configure({"most_lines": 5}, actor="operator:ada", reason="fewer")
        CONFIGURED.configure({"most_lines": 5}, actor="operator:bob", reason="again, which is nothing")
        with pytest.raises(DomainError, match="config_invalid"):  # no official lottery draws every few minutes
            CONFIGURED.configure({"slots": "minutes"}, actor="operator:ada", reason="faster")
    schedule = SWERTRES.schedule()
    assert [(slot.at.hour, bool(slot.lottery)) for slot in schedule.slots] == [(11, False), (16, False), (21, True)]
    assert SWERTRES.limits().most_lines == 5
    assert SWERTRES.terms(date(2026, 12, 1), schedule.slots[0]) == {"multiple": 500}
    assert SWERTRES.price(before, "straight", "047").odds == (450, 1), "a draw that was promised keeps its odds"
    assert [(one.number, one.values["multiple"], one.values["most_lines"]) for one in CONFIGURED.history(9)] == [
        (2, 500, 5),
        (1, 500, 10),
    ]
    leaves = db.session.scalars(select(Waiting).where(Waiting.kind == "bet.configured")).all()
    assert len(leaves) == 2
    noted = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "swertres.configured").order_by(AuditEntry.id)
    ).all()
    assert [(one.actor, one.detail["fields"]) for one in noted] == [
        ("operator:ada", ["multiple", "slots"]),
        ("operator:ada", ["most_lines"]),
    ]
