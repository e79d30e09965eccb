"""Another mail address in the place of one's own: by two codes at once, or from a phone after three days."""

from __future__ import annotations

from html import unescape
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.core.database.session import db, transaction
from app.people.accounts.models import User
from app.people.players.models import PlayerVerification
from app.people.players.spending import hold
from app.record.notifications.models import Message
from tests.factories.partners import make_site
from tests.people.accounts.ways import PHONE, SMS, codes_to, run, wrong
from tests.personas import Persona, signed_in

OLD, NEW = "owner@example.com", "new@example.com"
WAYS, MAIL = "/play/ways", "/play/ways/mail"


@pytest.fixture(autouse=True)
def _sms(app: Flask, session: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = app.config["SETTINGS"]
    monkeypatch.setitem(app.config, "SETTINGS", settings.model_copy(update=SMS))


def asked(person: Persona, address: str = NEW, **fields: str) -> Any:
    answer = person.post(MAIL, {"email": address, **fields})
    assert (answer.status_code, answer.location.partition("?")[0]) == (303, f"{MAIL}/code")
    return answer.location


def address_of(app: Flask, person: Persona) -> str | None:
    with app.app_context():
        return db.session.get_one(User, person.id, populate_existing=True).email


def told(app: Flask, template: str) -> list[tuple[str, dict[str, Any]]]:
    with app.app_context():
        rows = db.session.scalars(select(Message).where(Message.template == template).order_by(Message.id)).all()
        return [(row.recipient, row.params) for row in rows]


def reached_by_phone(app: Flask, person: Persona, *, verified: bool = True) -> None:
    """Whose account has a phone, and papers that were verified."""
    with app.app_context(), transaction():
        db.session.get_one(User, person.id, populate_existing=True).phone = PHONE
        if verified:
            hold(person.id)
            db.session.add(PlayerVerification(id=person.id, state="verified"))


def test_two_codes_replace_it_at_once_and_end_the_other_sessions(app: Flask, owner: Persona) -> None:
    other = signed_in(app, OLD)
    where = asked(owner)
    own, new = codes_to(app, OLD, "mail_change_code")[-1], codes_to(app, NEW, "joining_code")[-1]
    page = unescape(owner.get(where).text)
    assert f"Code sent to {OLD}" in page
    assert f"Code sent to {NEW}" in page
    half = owner.post(where, {"own": own, "new": wrong(new)})
    assert (half.status_code, half.text.count('aria-invalid="true"')) == (422, 1)
    assert address_of(app, owner) == OLD
    assert owner.post(where, {"own": wrong(own), "new": new}).status_code == 422
    assert address_of(app, owner) == OLD, "a code that was right is still good beside the other one"
    assert owner.post(where, {"own": own, "new": new}).location == WAYS
    assert address_of(app, owner) == NEW
    assert told(app, "email_changed") == [(OLD, {"address": NEW})]
    assert other.get(WAYS).status_code == 303, "every other session ends"
    assert f"You sign in as {NEW} from now on." in unescape(owner.get(WAYS).text)
    assert owner.post(where, {"own": own, "new": new}).location == WAYS, "they work once"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fr", "Utiliser une autre adresse e-mail"),
        ("ht", "Sèvi ak yon lòt adrès imel"),
        ("fil", "Gumamit ng ibang email address"),
    ],
)
def test_the_form_stands_among_the_ways_in_the_readers_language(owner: Persona, language: str, said: str) -> None:
    page = unescape(owner.get(f"{WAYS}?lang={language}").text)
    assert f'<h2 id="mail-title">{said}</h2>' in page
    assert "/account" not in page.partition('id="mail-form"')[2].partition("</section>")[0]


def test_from_a_phone_it_waits_for_three_days_and_a_second_yes(app: Flask, owner: Persona) -> None:
    reached_by_phone(app, owner)
    where = asked(owner, by="phone")
    assert codes_to(app, OLD, "mail_change_code") == [], "who cannot read it is sent none there"
    given = {"own": codes_to(app, PHONE, "mail_change_code")[-1], "new": codes_to(app, NEW, "joining_code")[-1]}
    assert owner.post(where, given).location == WAYS
    ((warned, said),) = told(app, "mail_change_waits")
    assert (warned, said["address"], said["hours"]) == (OLD, NEW, 72)
    assert f"{NEW} is to become your mail address" in unescape(owner.get(WAYS).text)
    owner.post(f"{MAIL}/now")
    owner.post("/account/email/confirm", {"token": said["link"].partition("token=")[2]})
    assert address_of(app, owner) == OLD, "neither too soon, nor by what stops it"
    run(app, "UPDATE email_changes SET opens_at = opens_at - interval '72 hours'")
    assert "Use the new address" in owner.get(WAYS).text
    owner.post(f"{MAIL}/now")
    assert address_of(app, owner) == NEW
    assert told(app, "email_changed") == [(OLD, {"address": NEW})]


def test_the_old_mailbox_stops_it_without_signing_in_and_ends_the_session_that_asked(
    app: Flask, owner: Persona, nobody: Persona
) -> None:
    reached_by_phone(app, owner)
    thief = signed_in(app, OLD)
    where = asked(thief, by="phone")
    given = {"own": codes_to(app, PHONE, "mail_change_code")[-1], "new": codes_to(app, NEW, "joining_code")[-1]}
    thief.post(where, given)
    link = told(app, "mail_change_waits")[0][1]["link"].partition("/play/")[2]
    assert NEW in nobody.get(f"/play/{link}").text
    assert nobody.post(f"{MAIL}/stop?token=guessed").status_code == 303
    run(app, "UPDATE email_changes SET opens_at = now()")
    assert nobody.post(f"/play/{link}").status_code == 303
    assert thief.get(WAYS).status_code == 303
    owner.post(f"{MAIL}/now")
    assert address_of(app, owner) == OLD
    assert nobody.post(f"/play/{link}").status_code == 303, "nothing waits there any more"


def test_what_is_not_enough_is_said_before_any_code_is_sent(app: Flask, owner: Persona) -> None:
    assert owner.post(MAIL, {"email": NEW, "by": "phone"}).status_code == 403
    assert owner.get(MAIL).status_code == 200, "the address that a refusal leaves"
    reached_by_phone(app, owner, verified=False)
    refused = owner.post(MAIL, {"email": NEW, "by": "phone"})
    assert (refused.status_code, "papers of yours" in refused.text) == (403, True)
    assert owner.post(MAIL, {"email": OLD}).status_code == 422
    with app.app_context(), transaction():
        make_site(owner.id)
    refused = owner.post(MAIL, {"email": NEW})
    assert (refused.status_code, "Your account has sites." in refused.text) == (403, True)
    assert "Your account has sites." in owner.get(WAYS).text
    assert told(app, "mail_change_code") == told(app, "joining_code") == []


def test_an_address_of_another_account_is_not_taken(app: Flask, owner: Persona, stranger: Persona) -> None:
    where = asked(owner, stranger.email or "")
    given = {
        "own": codes_to(app, OLD, "mail_change_code")[-1],
        "new": codes_to(app, stranger.email or "", "joining_code")[-1],
    }
    refused = owner.post(where, given)
    assert (refused.status_code, "belongs to another account" in refused.text) == (409, True)
    assert address_of(app, owner) == OLD
