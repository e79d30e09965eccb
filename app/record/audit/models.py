"""Who did what to what, and why; and the chain that one sealer makes of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database.append_only import append_only
from app.core.database.session import Model


class AuditEntry(Model):
    """One act, written in the act's own transaction. `actor` is `system`, `user:<id>`, `operator:<name>`, …"""

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index("audit_entries_subject_idx", "subject", "id"),
        Index("audit_entries_actor_idx", "actor", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    recorded_at: Mapped[datetime] = mapped_column(server_default=func.now())
    actor: Mapped[str]
    action: Mapped[str]
    subject: Mapped[str]
    reason: Mapped[str] = mapped_column(server_default="")
    detail: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")


class AuditSeal(Model):
    """An entry's place in the chain: hash = sha256(previous hash ‖ row hash)."""

    __tablename__ = "audit_seals"

    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("audit_entries.id"), unique=True)
    row_hash: Mapped[bytes] = mapped_column(LargeBinary)
    previous_hash: Mapped[bytes] = mapped_column(LargeBinary)
    hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)


class Alarm(Model):
    """Something that needs a person. Open until somebody says it is understood."""

    __tablename__ = "alarms"
    __table_args__ = (
        Index("alarms_open_idx", "code", "subject", unique=True, postgresql_where=text("closed_at IS NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str]
    subject: Mapped[str]
    detail: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    raised_at: Mapped[datetime] = mapped_column(server_default=func.now())
    closed_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]  # when operators were mailed, or would have been


class Switch(Model):
    """Something that operators have stopped. No row: it runs. Who, when and why are in the audit log as well."""

    __tablename__ = "operator_switches"
    __table_args__ = (CheckConstraint("name IN ('sales', 'settlement', 'writes')", name="name"),)

    name: Mapped[str] = mapped_column(primary_key=True)
    stopped_at: Mapped[datetime] = mapped_column(server_default=func.now())
    stopped_by: Mapped[str]
    reason: Mapped[str]


append_only(AuditEntry.__table__)
append_only(AuditSeal.__table__)
