"""People who are told things, on an application that is set up to use the providers' simulator."""

from __future__ import annotations

from itertools import count
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.core.database.session import db, transaction
from app.core.sealing.columns import sealed
from app.people.accounts import service as accounts
from app.people.accounts.models import User
from app.people.notices.models import Notice
from app.record.notifications.models import Message
from tests.factories.carriers import Simulator, use

_PHONES = count(60_000)


@pytest.fixture
def set_up(committed_db: Flask, simulator: Simulator) -> Flask:
    """Real commits, and somebody who carries SMS and push."""
    use(committed_db, simulator)
    return committed_db


@pytest.fixture
def phone() -> str:
    """One that no other test writes to."""
    return f"+509341{next(_PHONES)}"


def person(name: str, phone: str | None = None, locale: str = "en") -> UUID:
    """Somebody with a mailbox, and with a phone if one is named."""
    with transaction():
        user_id = accounts.user_with_email(f"{name}@example.com", locale=locale)
        if phone is not None:
            db.session.execute(update(User).where(User.id == user_id).values(sealed(User, user_id, phone=phone)))
    return user_id


def messages_of(user_id: UUID) -> list[tuple[str, str, str]]:
    """Channel, recipient and state of what is sent of somebody's notices, the oldest first."""
    with transaction() as session:
        rows = session.scalars(select(Message).where(Message.meant_for == user_id).order_by(Message.id)).all()
        return [(row.channel, row.recipient, row.state) for row in rows]


def kinds_of(user_id: UUID) -> list[str]:
    """What somebody was told, the oldest first, shown or not."""
    with transaction() as session:
        return list(session.scalars(select(Notice.kind).where(Notice.user_id == user_id).order_by(Notice.id)))
