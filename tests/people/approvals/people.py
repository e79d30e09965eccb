"""Operators who decide together, in a database of their own, and a kind of decision whose deed is a real one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from argon2 import PasswordHasher
from flask import Flask
from flask_babel import lazy_gettext as _l
from sqlalchemy import select, text

from app.core.database.session import db, transaction
from app.people.approvals import service
from app.people.approvals.kinds import KINDS
from app.people.approvals.models import Approval
from app.people.approvals.second import confirming
from app.people.approvals.second.people import Decider
from app.people.operators import queries as operators
from app.people.operators import service as operators_service
from app.people.operators.models import Operator, OperatorSession
from app.record.audit import switches
from app.record.audit.approving import Agreed, ApprovalKind, Described, Payload
from app.record.audit.models import AuditEntry
from tests.settings import OPERATOR_PASSWORD

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
WHY = "the node has to be looked at"
PASSWORDS = {"operator": OPERATOR_PASSWORD, "bea": "bea-password", "cid": "cid-password"}
OPERATORS = " ".join(f"{name}:{CHEAP.hash(PASSWORDS[name])}" for name in ("bea", "cid"))


@dataclass
class Stopping:
    """Stopping sales by two people: `concerned` are the accounts that it is about, `over` why it makes no sense."""

    concerned: tuple[UUID, ...] = ()
    over: str | None = None
    waits: timedelta = timedelta(0)
    trouble: Exception | None = None
    done: list[Agreed] = field(default_factory=list)

    def kind(self) -> ApprovalKind:
        return ApprovalKind(
            name="test.stop",
            module="system",
            title=_l("Stop sales"),
            describe=lambda payload: Described(f"{payload['name']} stop", (("What", str(payload["name"])),)),
            execute=self._stop,
            still_valid=lambda _: self.over,
            concerns=lambda _: self.concerned,
            wait=lambda: self.waits,
        )

    def _stop(self, payload: Payload, agreed: Agreed) -> None:
        switches.stop(payload["name"], actor=agreed.actor, reason=agreed.why)
        self.done.append(agreed)
        if self.trouble is not None:
            raise self.trouble

    def into(self, app: Flask) -> Stopping:
        KINDS.fill(app, {**KINDS.get(app), "test.stop": self.kind()})
        return self


def session_of(name: str) -> Decider:
    """An operator who has signed in by the form."""
    with transaction():
        known = operators.known(name)
        assert known is not None
        operators_service.open_session(known, agent="a test")
    query = select(OperatorSession.id).join(Operator).where(Operator.name == name).order_by(OperatorSession.id.desc())
    found = db.session.scalars(query.limit(1)).one()
    db.session.rollback()
    return Decider(name, found)


def propose(actor: str = "operator", subject: str = "sales", what: str = "sales") -> UUID:
    with transaction():
        return service.propose("test.stop", subject, {"name": what}, WHY, actor=f"operator:{actor}").id


def confirm(approval_id: UUID, by: Decider, reason: str = "seen it") -> None:
    confirming.confirm(approval_id, by, reason)


def in_transaction(act: Callable[[], object]) -> None:
    with transaction():
        act()


def state_of(approval_id: UUID) -> str:
    db.session.rollback()
    found = db.session.scalar(select(Approval.state).where(Approval.id == approval_id))
    db.session.rollback()
    assert found is not None
    return found


def sales_stopped() -> bool:
    db.session.rollback()
    found = switches.is_stopped("sales")
    db.session.rollback()
    return found


def acts(approval_id: UUID) -> list[tuple[str, str]]:
    db.session.rollback()
    rows = db.session.execute(
        select(AuditEntry.actor, AuditEntry.action)
        .where(AuditEntry.subject == f"approval:{approval_id}")
        .order_by(AuditEntry.id)
    )
    return [(row.actor, row.action) for row in rows]


def forge(sql: str, **values: object) -> None:
    """Somebody who writes to the database beside us, with its owner's rights: no trigger stops them."""
    with transaction() as session:
        session.execute(text("SET LOCAL session_replication_role = replica"))
        session.execute(text(sql), values)


def change(sql: str, **values: object) -> None:
    with transaction() as session:
        session.execute(text(sql), values)
