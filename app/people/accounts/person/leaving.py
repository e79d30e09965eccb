"""A person who goes as if he had never signed in, wherever nothing else holds on to him."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Table, delete, false, or_, select, update
from sqlalchemy.exc import IntegrityError

from app.core.database.session import Base, db
from app.people.accounts.models import EmailMagicLink, LoginCode, User
from app.record.notifications.forgetting import forget_recipient

_OWN = __name__.removesuffix(".person.leaving")


def speak(user_id: UUID, locale: str) -> None:
    """The language in which we write to a person from now on."""
    db.session.execute(update(User).where(User.id == user_id).values(locale=locale))


def forget(user_id: UUID) -> bool:
    """Remove a person who has done nothing but sign in, with sessions, codes and messages; False where something else
    refers to them, such as a site: then nothing is changed. What the audit log says of an id stays."""
    user = db.session.get(User, user_id)
    if user is None:
        return False
    addresses = [one for one in (user.email, user.phone) if one]
    try:
        with db.session.begin_nested():
            for table in _rows_first():
                db.session.execute(delete(table).where(_of(table, user_id)))
            db.session.expunge(user)
            db.session.execute(delete(User).where(User.id == user_id))
            db.session.execute(delete(EmailMagicLink).where(EmailMagicLink.email_hash == user.email_hash))
            contacts = [one for one in (user.email_hash, user.phone_hash) if one is not None]
            db.session.execute(delete(LoginCode).where(LoginCode.contact_hash.in_(contacts)))
    except IntegrityError:
        return False
    for address in addresses:
        forget_recipient(address)
    return True


def _rows_first() -> list[Table]:
    """The tables of signing in, each before those that it refers to; the person's own is none of them."""
    own = {mapper.local_table for mapper in Base.registry.mappers if mapper.class_.__module__.startswith(_OWN)}
    return [table for table in reversed(db.metadata.sorted_tables) if table in own and table is not User.__table__]


def _of(table: Table, user_id: UUID) -> ColumnElement[bool]:
    """Which rows of a table are a person's, however many tables lie between."""
    own = set(_rows_first())
    found: list[ColumnElement[bool]] = []
    for key in table.foreign_keys:
        target, column = key.column, key.parent
        if target.table is User.__table__:
            found.append(column == user_id)
        elif target.table in own and target.table is not table:
            parent: Any = select(target).where(_of(target.table, user_id))
            found.append(column.in_(parent))
    return or_(*found) if found else false()
