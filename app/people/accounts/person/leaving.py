"""A person who goes: as if he had never signed in, wherever nothing else holds on to him, or erased."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, Table, delete, false, or_, select, update
from sqlalchemy.exc import IntegrityError

from app.core.config import current_settings
from app.core.database.session import Base, db
from app.core.errors import DomainError
from app.people.accounts.models import EmailMagicLink, LoginCode, User
from app.record.answers import service as answers
from app.record.notifications.channels.ways import way_of
from app.record.notifications.forgetting import forget_recipient
from app.record.notifications.service import send_later

_ERASED: Final = "account_erased"
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
            _forget_asking(user)
    except IntegrityError:
        return False
    for address in addresses:
        forget_recipient(address)
    return True


def erase(user_id: UUID, now: datetime) -> None:
    """Forget how somebody is reached, and all that would go with the account, sessions among it. The account's id
    stays, for what happened names it. Each of the ways to its person is told, as the last that we send there."""
    user = db.session.scalars(select(User).where(User.id == user_id).execution_options(populate_existing=True)).one()
    addresses = [one for one in (user.email, user.phone) if one]
    for table in _rows_first():
        db.session.execute(delete(table).where(_of(table, user_id)))
    for key in _going_along():
        db.session.execute(delete(key.parent.table).where(key.parent == user_id))
    _forget_asking(user)
    for address in addresses:
        forget_recipient(address)
    _say_good_bye(user)
    user.erased_at = user.erased_at or now
    user.email = user.phone = None
    user.roles = []
    db.session.flush()


def _say_good_bye(user: User) -> None:
    link = f"{current_settings().base_url}/house/complaints"
    if user.email is not None:
        send_later("email", user.email, _ERASED, user.locale, link=link)
    if user.phone is not None and way_of("sms") is not None:
        with suppress(DomainError):  # a phone that gets no SMS
            send_later("sms", user.phone, _ERASED, user.locale, link=link)


def _forget_asking(user: User) -> None:
    """Links and codes that somebody asked for with these addresses, and what was answered to requests of theirs."""
    answers.forget(answers.Owner.player(user.id))
    hashes = [one for one in (user.email_hash, user.phone_hash) if one is not None]
    db.session.execute(delete(EmailMagicLink).where(EmailMagicLink.email_hash.in_(hashes)))
    db.session.execute(delete(LoginCode).where(LoginCode.contact_hash.in_(hashes)))


def _going_along() -> list[ForeignKey]:
    """What the database itself would remove with an account."""
    every = (key for table in Base.metadata.sorted_tables for key in table.foreign_keys)
    return [key for key in every if key.column.table is User.__table__ and key.ondelete == "CASCADE"]


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
