"""What was written to an address is forgotten with it: whoever is erased leaves nothing in the outbox."""

from __future__ import annotations

from sqlalchemy import delete

from app.core.database.session import db
from app.core.sealing.columns import lookup

from .models import Message, kind_of


def forget_recipient(address: str) -> None:
    """Remove every message to this address or phone, sent or not."""
    db.session.execute(delete(Message).where(Message.recipient_hash == lookup(kind_of(address), address)))
