"""Devices that push reaches. A token is whose account had it registered last: phones are sold, and lent."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Delete, Update, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from app.core.database.session import db
from app.core.errors import DomainError, NotFound
from app.core.ids import new_id
from app.core.sealing.columns import DEVICE, lookup, sealed
from app.core.sealing.keyring import NotOpened
from app.people.accounts.models import User
from app.record.notifications.models import Message
from app.record.notifications.service import is_token

from .models import Device
from .rules import MOST_DEVICES, Platform


def register(user_id: UUID, token: str, platform: Platform) -> UUID:
    """Let push reach a device; the same id as before, if it is this person's already.

    A token that somebody else had registered is his no more, and nothing of his reaches it.

    Raises DomainError `recipient_invalid` (field `token`).
    """
    if not is_token(token):
        raise DomainError("recipient_invalid", field="token")
    db.session.execute(select(User.id).where(User.id == user_id).with_for_update(key_share=True))
    mark = lookup(DEVICE, token)
    own = (Device.token_hash == mark) & (Device.user_id == user_id)
    again = update(Device).where(own).values(platform=platform, registered_at=func.clock_timestamp())
    found = db.session.scalar(again.returning(Device.id).execution_options(synchronize_session=False))
    if found is not None:
        return found
    db.session.execute(delete(Device).where(Device.token_hash == mark, Device.user_id != user_id))
    device_id = new_id()
    row = {"id": device_id, "user_id": user_id, "platform": platform, **sealed(Device, device_id, token=token)}
    # Of two who register one token at once the second waits here, and then has it.
    taken = {name: row[name] for name in ("id", "user_id", "platform", "token_sealed")}
    db.session.execute(
        insert(Device)
        .values(row)
        .on_conflict_do_update(
            index_elements=["token_hash"], set_={**taken, "registered_at": func.clock_timestamp(), "last_ok_at": None}
        )
    )
    _drop_the_silent(user_id)
    return device_id


def drop(user_id: UUID, device_id: UUID) -> None:
    """Take a device off. Raises NotFound for any that is not this person's."""
    gone = delete(Device).where(Device.id == device_id, Device.user_id == user_id).returning(Device.id)
    if db.session.scalar(gone) is None:
        raise NotFound


def of_user(user_id: UUID) -> Sequence[Device]:
    """A person's devices, the newest first."""
    query = select(Device).where(Device.user_id == user_id).order_by(Device.registered_at.desc(), Device.id)
    return db.session.scalars(query.execution_options(populate_existing=True)).all()


def tokens_of(user_id: UUID) -> list[str]:
    """What push is sent to; a token that does not open reaches nobody, and stops nobody."""
    found = []
    for device in of_user(user_id):
        try:
            found.append(device.token)
        except NotOpened:
            continue
    return found


def is_still(user_id: UUID, token_hash: bytes) -> bool:
    """Whether a token is this person's, and stays so until the caller's transaction ends."""
    query = select(Device.id).where(Device.user_id == user_id, Device.token_hash == token_hash)
    return db.session.scalar(query.with_for_update(key_share=True)) is not None


def arrived(message: Message) -> None:
    """Remember that a push was taken for it."""
    own = (Device.token_hash == message.recipient_hash) & (Device.user_id == message.meant_for)
    _quietly(update(Device).where(own).values(last_ok_at=func.clock_timestamp()))


def has_gone(message: Message) -> None:
    """Forget a device that Firebase knows no more, unless it was registered again since the message was handed over."""
    handed = select(Message.handed_at).where(Message.id == message.id).scalar_subquery()
    _quietly(delete(Device).where(Device.token_hash == message.recipient_hash, Device.registered_at < handed))


def _drop_the_silent(user_id: UUID) -> None:
    heard = func.coalesce(Device.last_ok_at, Device.registered_at)
    kept = select(Device.id).where(Device.user_id == user_id).order_by(heard.desc(), Device.id.desc())
    silent = Device.id.not_in(kept.limit(MOST_DEVICES))
    _quietly(delete(Device).where(Device.user_id == user_id, silent))


def _quietly(statement: Delete | Update) -> None:
    """Nothing of it is in the session's memory that would have to know."""
    db.session.execute(statement.execution_options(synchronize_session=False))
