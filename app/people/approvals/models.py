"""What somebody has proposed, and what an operator who is somebody else has made of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database.frozen import freeze
from app.core.database.session import Model
from app.people.accounts.models import User
from app.people.operators.models import Operator
from app.record.audit.approving import Kept

from .rules import BY_ANOTHER, STATES


def _words(names: tuple[str, ...]) -> str:
    return ", ".join(f"'{name}'" for name in names)


class Approval(Model):
    """A decision that is one person's proposal until another confirms it. What was proposed never changes: `payload`
    is kept with its hash, and `mark` binds both to who proposed them and when, with a key that is not in the database.

    It was proposed by an operator (`proposed_by`) or by an account whose matter it is (`proposed_by_user`).
    `decided_by` is the second person, always an operator; nobody, if it was withdrawn or ran out.

    `shown` is what it said to people when it was proposed, `shown_since` the facts among it that were others when the
    second person looked; None of proposals from before these were kept.
    """

    __tablename__ = "approvals"
    __table_args__ = (
        CheckConstraint(f"state IN ({_words(STATES)})", name="state"),
        CheckConstraint("decided_by <> proposed_by", name="two_people"),
        CheckConstraint("num_nonnulls(proposed_by, proposed_by_user) = 1", name="proposer"),
        CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decided"),
        CheckConstraint(f"(decided_by IS NOT NULL) = (state IN ({_words(BY_ANOTHER)}))", name="by_another"),
        CheckConstraint("octet_length(payload_sha256) = 32", name="hashed"),
        CheckConstraint("expires_at > not_before", name="time_to_decide"),
        Index("approvals_open_key", "kind", "subject", unique=True, postgresql_where=text("state = 'open'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    subject: Mapped[str]
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)
    payload_sha256: Mapped[bytes] = mapped_column(LargeBinary)
    mark: Mapped[str]
    why: Mapped[str]
    shown: Mapped[Kept | None] = mapped_column(JSONB(none_as_null=True))
    shown_since: Mapped[dict[str, str] | None] = mapped_column(JSONB(none_as_null=True))
    proposed_by: Mapped[UUID | None] = mapped_column(ForeignKey(Operator.id))
    proposed_by_user: Mapped[UUID | None] = mapped_column(ForeignKey(User.id))
    not_before: Mapped[datetime]
    expires_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(server_default="open")
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey(Operator.id))
    decided_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(server_default="")
    error: Mapped[str] = mapped_column(server_default="")


PROPOSED: Final = (
    *("id", "kind", "subject", "payload", "payload_sha256", "mark"),
    *("why", "shown", "proposed_by", "proposed_by_user", "not_before", "expires_at"),
)

freeze(Approval.__table__, PROPOSED)
