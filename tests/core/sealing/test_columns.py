"""Sealed columns of models: open where they are read, sealed where they are written, and for their row alone."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.orm import Session, scoped_session

from app.core.database.session import db, transaction
from app.core.ids import new_id
from app.core.sealing.columns import MAIL, lookup, sealed
from app.core.sealing.keyring import NotOpened
from app.people.accounts import queries, service
from app.people.accounts.models import User
from app.record.notifications.models import Message
from app.record.notifications.service import send_later

ADA, BEA = "ada@example.com", "bea@example.com"


def made(address: str) -> Any:
    with transaction():
        return service.user_with_email(address)


def test_an_address_is_found_by_its_hash_and_never_by_a_part(session: scoped_session[Session]) -> None:
    ada = made(ADA)
    assert queries.find_by_email(" Ada@EXAMPLE.com ") == ada
    assert [queries.find_by_email(one) for one in ("ada", "@example.com", "", "ada@example.co", "\0")] == [None] * 5
    assert db.session.get_one(User, ada).email == ADA
    assert db.session.scalars(select(User.email)).all() == [ADA]
    assert made(ADA) == ada


def test_the_row_holds_nothing_that_can_be_read(session: scoped_session[Session]) -> None:
    ada = made(ADA)
    with transaction():
        send_later("email", ADA, "magic_link", "en", link="https://x.example/l", code="123456", minutes=10)
    query = "SELECT to_jsonb(u)::text FROM users u UNION ALL SELECT to_jsonb(m)::text FROM messages m"
    for row in db.session.scalars(text(query)).all():
        assert not any(word in row for word in ("ada@", b"ada@".hex(), "example", b"example".hex(), "123456"))
    assert db.session.scalars(select(Message.params)).one()["code"] == "123456"
    assert db.session.get_one(User, ada).email_hash == lookup(MAIL, ADA)


def test_a_value_of_another_row_or_column_does_not_open(session: scoped_session[Session]) -> None:
    ada, bea = made(ADA), made(BEA)
    with transaction():
        session.execute(
            text("UPDATE users SET email_sealed = (SELECT email_sealed FROM users WHERE id = :a) WHERE id = :b"),
            {"a": ada, "b": bea},
        )
        copied = "UPDATE users SET phone_sealed = email_sealed, phone_hash = email_hash WHERE id = :a"
        session.execute(text(copied), {"a": ada})
    session.expire_all()
    with pytest.raises(NotOpened, match=rf"users.email_sealed of {bea}: the key test1 does not open it"):
        _ = db.session.get_one(User, bea).email
    with pytest.raises(NotOpened, match=r"users.phone_sealed"):
        db.session.scalars(select(User.phone).where(User.id == ada)).one()


def test_a_hash_carried_to_another_row_signs_nobody_in_there(session: scoped_session[Session]) -> None:
    ada, bea = made(ADA), made(BEA)
    with transaction():
        session.execute(update(User).where(User.id == bea).values(email_hash=b"away"))
        session.execute(update(User).where(User.id == ada).values(email_hash=lookup(MAIL, BEA)))
    with pytest.raises(NotOpened, match=f"the hash of user {ada}"):
        made(BEA)


def test_nothing_plain_is_written(session: scoped_session[Session]) -> None:
    for plain in (ADA.encode(), b"", b"\x05test1"):
        with pytest.raises(StatementError, match="never sealed"), transaction():
            session.add(User(id=new_id(), email_sealed=plain, email_hash=b"1"))
    with pytest.raises(ValueError, match="set the id first"):
        User(email=ADA, id=new_id())
    with pytest.raises(StatementError, match="is sealed: compare its hash"):
        session.scalars(select(User.id).where(User.email == ADA)).all()


def test_an_address_has_one_account_whoever_writes(session: scoped_session[Session]) -> None:
    made(ADA)
    other = new_id()
    with pytest.raises(IntegrityError, match="users_email_hash_key"), transaction():
        session.add(User(id=other, email=ADA))


def test_what_is_erased_is_gone(session: scoped_session[Session]) -> None:
    """A person who keeps one way in can have the other erased; neither address without its hash stays."""
    ada = made(ADA)
    with transaction():
        session.execute(update(User).where(User.id == ada).values(sealed(User, ada, phone="+50934000001")))
        session.execute(update(User).where(User.id == ada).values(sealed(User, ada, email=None)))
    row = session.execute(text("SELECT email_sealed, email_hash FROM users")).one()
    assert tuple(row) == (None, None)
    assert queries.find_by_email(ADA) is None
    session.expire_all()
    user = db.session.get_one(User, ada)
    assert (user.email, user.phone) == (None, "+50934000001")
    for half in ("phone_hash = NULL", "phone_sealed = NULL"):
        with pytest.raises(IntegrityError), session.begin_nested():
            session.execute(text(f"UPDATE users SET {half}"))
