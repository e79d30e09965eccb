"""Messages to people. A row is written with the fact it tells of; a job sends it afterwards."""

from __future__ import annotations

import re
from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, LargeBinary, func, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database.session import Model
from app.core.sealing.columns import DEVICE, MAIL, PHONE, Sealed, sealed_json, sealed_text

_PHONE = re.compile(r"\+[1-9][0-9]{6,14}")


def kind_of(recipient: str) -> str:
    """What a recipient is, as its hash is made: each is written in a form of its own."""
    if "@" in recipient:
        return MAIL
    return PHONE if _PHONE.fullmatch(recipient) else DEVICE


class Message(Model):
    """One message by one channel to one recipient: a mail address, a phone in E.164, or a device's token.

    `template` and `params` are rendered when it is sent. After `good_until` nobody sends it any more: it is late.
    """

    __tablename__ = "messages"
    __table_args__ = (
        CheckConstraint("channel IN ('email', 'sms', 'push')", name="channel"),
        CheckConstraint("state IN ('due', 'sent', 'failed', 'late', 'withheld')", name="state"),
        Index("messages_due_idx", "not_before", postgresql_where=text("state = 'due'")),
        # What a provider took is one message of ours, whoever asks for it at the same time.
        Index("messages_provider_id_key", "channel", "provider_id", unique=True),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(server_default="email")
    locale: Mapped[str] = mapped_column(server_default="en")
    recipient_sealed: Mapped[bytes] = mapped_column(Sealed(kind_of))
    recipient_hash: Mapped[bytes] = mapped_column(LargeBinary)
    recipient = sealed_text("recipient_sealed")
    template: Mapped[str]
    params_sealed: Mapped[bytes | None] = mapped_column(Sealed())  # null: sent, and forgotten
    params = sealed_json("params_sealed")
    state: Mapped[str] = mapped_column(server_default="due")
    attempts: Mapped[int] = mapped_column(server_default="0")
    not_before: Mapped[datetime] = mapped_column(server_default=func.now())
    good_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    last_error: Mapped[str | None]
    handed_at: Mapped[datetime | None]  # since when a provider may have it, while that is not known
    provider_id: Mapped[str | None]
    meant_for: Mapped[UUID | None]  # a person's notice: before it leaves it is asked whether it still may
