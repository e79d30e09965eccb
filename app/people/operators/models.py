"""Operators of the console, and their sessions. Passwords and tokens are stored as hashes."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, LargeBinary, Text, func, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database.session import Model
from app.core.sealing.columns import Sealed, sealed_text_or_none
from app.people.accounts.models import User
from app.people.accounts.tokens.models import Rotating


class Operator(Model):
    """Somebody with a name in the audit log. Without a password of their own they have the settings', while these
    name them. `user_id` is their own account as a person, if they have told one."""

    __tablename__ = "operators"
    __table_args__ = (CheckConstraint("totp_last_step IS NULL OR totp_sealed IS NOT NULL", name="totp"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str | None]
    privileges: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    disabled_at: Mapped[datetime | None]
    totp_sealed: Mapped[bytes | None] = mapped_column(Sealed())
    totp = sealed_text_or_none("totp_sealed")
    totp_last_step: Mapped[int | None] = mapped_column(BigInteger)
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey(User.id), index=True)


class OperatorSession(Model):
    """An operator's browser that has signed in by the form."""

    __tablename__ = "operator_sessions"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    operator_id: Mapped[UUID] = mapped_column(ForeignKey("operators.id"), index=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    user_agent: Mapped[str] = mapped_column(server_default="")
    last_seen_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class OperatorRefreshToken(Rotating, Model):
    """A refresh token of a program that an operator has signed in to. They go with their session."""

    __tablename__ = "operator_refresh_tokens"

    session_id: Mapped[UUID] = mapped_column(ForeignKey("operator_sessions.id", ondelete="CASCADE"), index=True)
