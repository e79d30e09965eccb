"""Another mail address: confirmed in its mailbox by whoever is signed in, told to the old one before and after."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import select, text

from app.core.database.session import db, transaction
from app.people.accounts.models import EmailChange, User
from app.record.audit.models import AuditEntry
from app.record.notifications.models import Message
from tests.personas import Persona, form_token, signed_in

NEW = "new@example.com"


def ask(person: Persona, address: str = NEW) -> Any:
    return person.post("/account/email", {"email": address})


def mails(app: Flask, template: str) -> list[tuple[str, dict[str, Any]]]:
    with app.app_context():
        rows = db.session.scalars(select(Message).where(Message.template == template).order_by(Message.id)).all()
        return [(row.recipient, row.params) for row in rows]


def link(app: Flask) -> str:
    parts = urlsplit(mails(app, "email_change")[-1][1]["link"])
    return f"{parts.path}?{parts.query}"


def confirm(person: Persona, path: str) -> Any:
    return person.post("/account/email/confirm", {"token": path.partition("token=")[2]})


def address_of(app: Flask, person: Persona) -> str | None:
    with app.app_context():
        return db.session.get_one(User, person.id, populate_existing=True).email


def test_an_address_is_changed_by_a_click_in_its_mailbox(app: Flask, owner: Persona) -> None:
    other = signed_in(app, "owner@example.com")
    assert ask(owner).status_code == 303
    assert mails(app, "email_change")[0][0] == NEW
    warned, said = mails(app, "email_change_asked")[0]
    assert (warned, said["address"]) == ("owner@example.com", NEW)
    page = owner.get("/account").text
    assert f"{NEW} waits for your confirmation." in page
    path = link(app)
    assert NEW in owner.get(path).text
    assert address_of(app, owner) == "owner@example.com", "looking changes nothing"
    assert confirm(owner, path).status_code == 303
    assert address_of(app, owner) == NEW
    assert mails(app, "email_changed") == [("owner@example.com", {"address": NEW})]
    assert owner.get("/account").status_code == 200
    assert other.get("/account").status_code == 303, "every other session ends"
    assert confirm(owner, path).status_code == 410, "it works once"


def test_the_link_is_of_no_use_to_others(app: Flask, owner: Persona, stranger: Persona, nobody: Persona) -> None:
    ask(owner)
    path = link(app)
    assert stranger.get(path).status_code == 410
    assert confirm(stranger, path).status_code == 410
    assert nobody.get(path).headers["Location"].startswith("/login?next=")
    assert confirm(nobody, path).headers["Location"].startswith("/login")
    assert address_of(app, stranger) == "stranger@example.com"
    assert address_of(app, owner) == "owner@example.com"


def test_ending_the_session_that_asked_withdraws_it(app: Flask, owner: Persona) -> None:
    thief = signed_in(app, "owner@example.com")
    ask(thief, "thief@example.com")
    path = link(app)
    assert owner.post("/account/sessions/revoke").status_code == 303
    assert confirm(owner, path).status_code == 410
    assert confirm(thief, path).status_code == 303
    assert address_of(app, owner) == "owner@example.com"


def test_a_change_is_withdrawn_replaced_and_grows_old(app: Flask, owner: Persona) -> None:
    ask(owner)
    first = link(app)
    ask(owner, "newer@example.com")
    second = link(app)
    assert owner.get(first).status_code == 410
    assert owner.get(second).status_code == 200
    owner.post("/account/email/withdraw")
    assert owner.get(second).status_code == 410
    assert "waits for your confirmation" not in owner.get("/account").text
    ask(owner)
    with app.app_context(), transaction() as session:
        session.execute(text("UPDATE email_changes SET expires_at = expires_at - interval '30 minutes'"))
    assert owner.get(link(app)).status_code == 410


def test_an_address_of_somebody_else_is_refused_where_only_its_owner_sees_it(
    app: Flask, owner: Persona, stranger: Persona
) -> None:
    assert ask(owner, "stranger@example.com").status_code == 303
    answer = confirm(owner, link(app))
    assert answer.status_code == 409
    assert "belongs to another account" in answer.text
    assert address_of(app, owner) == "owner@example.com"
    assert mails(app, "email_changed") == []


@pytest.mark.parametrize(
    ("address", "words"),
    [("", "Enter the new address."), ("no address", "not one email address"), ("OWNER@example.com", "already")],
)
def test_what_cannot_be_an_address_is_refused_beside_its_field(
    app: Flask, owner: Persona, address: str, words: str
) -> None:
    answer = ask(owner, address)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert words in answer.text
    with app.app_context():
        assert db.session.scalars(select(EmailChange)).all() == []


def test_secrets_are_kept_as_hashes_and_steps_are_audited(app: Flask, owner: Persona) -> None:
    ask(owner)
    path = link(app)
    token = path.partition("token=")[2]
    assert len(token) >= 32
    with app.app_context():
        assert token.encode() not in db.session.scalars(select(EmailChange.token_hash)).all()
    confirm(owner, path)
    with app.app_context():
        codes = set(db.session.scalars(select(AuditEntry.action)))
    assert {"account.email_change_asked", "account.email_changed"} <= codes


def test_a_form_of_another_site_changes_nothing(app: Flask, owner: Persona) -> None:
    form_token(owner.browser)
    assert owner.browser.post("/account/email", data={"email": NEW}).status_code == 400
    assert mails(app, "email_change") == []


def test_its_mails_are_in_the_language_of_the_account(app: Flask, owner: Persona) -> None:
    with app.app_context(), transaction() as session:
        session.get_one(User, owner.id).locale = "ht"
    ask(owner)
    confirm(owner, link(app))
    with app.app_context():
        told = db.session.execute(select(Message.template, Message.locale).order_by(Message.id)).all()
    assert [tuple(one) for one in told] == [
        ("email_change", "ht"),
        ("email_change_asked", "ht"),
        ("email_changed", "ht"),
        ("notice", "ht"),
    ]
