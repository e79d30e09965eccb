"""Export and erasure: all that is kept is told, what says who somebody is goes, and what happened stays whole."""

from __future__ import annotations

import base64
import json
from html import unescape
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, text

from app.core.database.session import db, transaction
from app.core.files.settings import files_dir
from app.money.wallets.postings import wallet
from app.people.accounts.models import User
from app.people.players import service
from app.people.players.leaving import erasure
from app.people.players.verification import reading
from app.people.players.verification import service as verification
from app.record.audit import checks as audit_checks
from app.record.ledger import checks as ledger_checks
from app.record.ledger.entries import AccountRef, Posting
from app.record.ledger.service import post
from app.record.log import checks as log_checks
from app.record.notifications.models import Message
from app.record.notifications.service import send_later
from app.record.notifications.telling.ports import tell
from tests.core.test_files import a_picture
from tests.factories.partners import make_site
from tests.people.accounts.mail import ask
from tests.people.accounts.test_at_rest import dump
from tests.people.accounts.ways import SMS, code_for, codes_to, wrong
from tests.personas import Persona, signed_in

from .test_registering import ADA, OTHERWISE, held, register, send
from .test_verification import PAPER, PDF

MAIL, PHONE = "ada@example.com", "+50934567890"
KEPT_WHOLE = ("audit_entries", "log_leaves", "player_exclusions", "player_timeouts")


@pytest.fixture
def house(committed_db: Flask, tmp_path: Path) -> Flask:
    own = {"files_dir": tmp_path / "files"}
    committed_db.config["SETTINGS"] = committed_db.config["SETTINGS"].model_copy(update=own)
    return committed_db


@pytest.fixture
def ada(house: Flask) -> Persona:
    """Somebody of whom there is something everywhere."""
    ada = signed_in(house, MAIL)
    assert ada.id is not None
    assert register(ada).status_code == 201
    shown = reading.picture(a_picture())
    with transaction():
        db.session.get_one(User, ada.id).phone = PHONE
        verification.add_document(ada.id, "identity", PAPER)
        verification.show_picture(ada.id, shown)
        service.set_limit(ada.id, "HTG", "stake", "day", 100)
        service.take_timeout(ada.id, 1)
        verification.move(ada.id, "submit", actor="test")
        verification.move(ada.id, "reject", actor="test", reason="a blurred picture")
        send_later("email", MAIL, "magic_link", "en", link="x", code="1", minutes=1)
    ask(house.test_client(), MAIL)
    return ada


def _back_from_all_breaks() -> None:
    """As if they were long over: whoever is off, or has limits, is kept out for a while."""
    db.session.execute(text("ALTER TABLE player_timeouts DISABLE TRIGGER USER"))
    for table in ("player_timeouts", "player_limits"):
        db.session.execute(text(f"DELETE FROM {table}"))


def rows(*tables: str) -> dict[str, list[Any]]:
    db.session.rollback()
    found = {
        one: [tuple(row) for row in db.session.execute(text(f"SELECT * FROM {one} ORDER BY id"))] for one in tables
    }
    db.session.rollback()
    return found


def messages() -> list[tuple[str, str, str]]:
    db.session.rollback()
    found = [(one.channel, one.recipient, one.template) for one in db.session.scalars(select(Message)).all()]
    db.session.rollback()
    return sorted(found)


def erase(user_id: UUID | None) -> None:
    assert user_id is not None
    with transaction():
        erasure.erase(user_id, actor=f"user:{user_id}")


def test_everything_that_is_kept_is_told(house: Flask, ada: Persona, nobody_here: Persona) -> None:
    answer = ada.get("/api/players/me/export")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    told = answer.get_json()
    kept = told["kept"]
    (profile,) = kept["player_profiles"]
    assert (profile["name"], profile["birth_date"]) == (ADA["name"], ADA["dateOfBirth"])
    assert (kept["users"][0]["email"], kept["users"][0]["phone"]) == (MAIL, PHONE)
    assert kept["player_limits"][0]["amount_minor"] == 100
    assert kept["player_verifications"][0]["reason"] == "a blurred picture"
    assert {"user_sessions", "player_timeouts", "player_files", "notices"} <= kept.keys()
    files = {one["kind"]: base64.b64decode(one["dataBase64"]) for one in told["files"]}
    assert files["identity"] == PDF
    assert files["picture"][8:12] == b"WEBP"
    assert {"player.registered", "player.timed_out"} <= {one["action"] for one in told["acts"]}
    for secret in ("token_hash", "key", "_hash", "_sealed"):
        assert not any(secret in column for found in kept.values() for row in found for column in row if column != "k")
    assert nobody_here.get("/api/players/me/export").status_code == 401


@pytest.fixture
def nobody_here(house: Flask) -> Persona:
    return Persona(house.test_client())


def test_an_export_is_ones_own_alone(house: Flask, ada: Persona) -> None:
    other = signed_in(house, "other@example.com")
    register(other, name="Somebody Else")
    told = other.get("/api/players/me/export").text
    for word in ("Lovelace", MAIL, PHONE, str(ada.id)):
        assert word not in told


def test_an_erased_person_is_nowhere_and_what_happened_is(house: Flask, ada: Persona) -> None:
    assert ada.id is not None
    with transaction():
        tell(ada.id, "player.excluded", endsAt="2027-01-01T00:00:00Z")
        _back_from_all_breaks()
    before = rows(*KEPT_WHOLE)
    erase(ada.id)
    after = rows(*KEPT_WHOLE)
    for table in KEPT_WHOLE:
        assert after[table][: len(before[table])] == before[table], table
    assert len(after["audit_entries"]) == len(before["audit_entries"]) + 1
    gone = ("player_files", "player_verifications", "notices", "devices", "user_sessions", "logins")
    left = rows(*gone, "email_magic_links", "player_marks")
    assert {table: found for table, found in left.items() if found} == {}
    assert messages() == [("email", MAIL, "account_erased")], "the last that is sent there"
    assert [one for one in files_dir().rglob("*") if one.is_file()] == []
    profile = db.session.execute(text("SELECT * FROM player_profiles")).mappings().one()
    assert {name for name, value in profile.items() if value is None} == {
        "name_sealed",
        "birth_date_sealed",
        "mark_sealed",
        "mark_hash",
        "mark_until",
    }
    assert b"Lovelace" not in dump(house)
    assert ada.get("/api/players/me").status_code == 401
    for check in (*audit_checks.CHECKS, *ledger_checks.CHECKS, *log_checks.CHECKS):
        assert check() == [], check.__name__
    db.session.rollback()
    again = signed_in(house, MAIL)
    assert again.id != ada.id
    assert not held(register(again)), "nothing kept him out"


def test_erased_twice_is_erased_once(house: Flask, ada: Persona) -> None:
    erase(ada.id)
    first = rows("player_profiles")
    erase(ada.id)
    assert rows("player_profiles") == first


def test_erasure_is_no_way_around_an_exclusion(house: Flask, ada: Persona) -> None:
    assert send(ada, "exclusion", {"months": 6}).status_code == 200
    with transaction():
        _back_from_all_breaks()
    erase(ada.id)
    kinds = db.session.scalars(text("SELECT kind FROM player_marks ORDER BY kind")).all()
    assert kinds == ["birth", "email", "phone"]
    found = dump(house)
    for word in (b"Lovelace", MAIL.encode(), PHONE.encode(), b"1990-12-10"):
        assert word not in found
    by_name, by_mail = signed_in(house, "new@example.com"), signed_in(house, MAIL)
    assert held(send(by_name, "register", OTHERWISE))
    assert held(register(by_mail, name="Somebody Else"))
    with transaction():
        db.session.execute(text("ALTER TABLE player_exclusions DISABLE TRIGGER USER"))
        back = "begins_at = begins_at - interval '2 years', ends_at = ends_at - interval '2 years'"
        db.session.execute(text(f"UPDATE player_exclusions SET {back}"))
        assert erasure.forget_marks() == 3
    assert by_name.get("/api/players/me").get_json()["verification"]["isNeeded"] is False


def test_who_has_a_site_hands_it_over_first(house: Flask, ada: Persona) -> None:
    assert ada.id is not None
    with transaction():
        make_site(ada.id)
    before = dump(house)
    with pytest.raises(erasure.DomainError) as refused:
        erase(ada.id)
    assert (refused.value.code, refused.value.status) == ("erasure_held", 409)
    assert dump(house) == before


def test_the_page_says_what_stands_in_the_way_before_any_code(house: Flask, ada: Persona) -> None:
    assert ada.id is not None
    assert ada.post("/play/erase").headers["Location"] == "/play/erase/code"
    sent = codes_to(house, MAIL, "proof_code")
    with transaction():
        make_site(ada.id)
        post([Posting(AccountRef("clearing", "moncash", "HTG"), wallet(ada.id, "HTG"), 5_000, "test", "7", "given")])
    for answer in (
        ada.get("/play/erase?lang=en"),
        ada.post("/play/erase?lang=en"),
        ada.post("/play/erase/code?lang=en", {"code": sent[-1]}),
    ):
        assert "50.00 HTG are in your wallet." in unescape(answer.text).replace("\u00a0", " ")
        assert "/play/wallet/draw?currency=HTG" in answer.text
        assert 'href="/partners' in answer.text
        assert "You are an operator" not in answer.text
        assert "<form" not in answer.text.partition("held-title")[2].partition("</section>")[0]
    assert codes_to(house, MAIL, "proof_code") == sent


def test_the_page_asks_before(house: Flask, ada: Persona) -> None:
    question = ada.get("/play/erase?lang=en").text
    assert "Erase what we know of you?" in question
    assert "This cannot be undone." in question
    assert "You have excluded yourself" not in question
    assert ada.browser.post("/play/erase").status_code == 400, "another site's form"
    assert ada.post("/play/erase/code", {"code": "123456"}).status_code == 422, "no code was sent"
    assert ada.post("/play/erase").headers["Location"] == "/play/erase/code"
    assert MAIL in ada.get("/play/erase/code?lang=en").text
    answer = ada.post("/play/erase/code", {"code": codes_to(house, MAIL, "proof_code")[-1]})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/play/erase/done?lang=fr")
    assert "Ce qui reste, et pourquoi" in ada.get("/play/erase/done?lang=fr").text
    assert ada.get("/play").headers["Location"].startswith("/")
    assert ada.get("/api/players/me").status_code == 401


def test_a_session_by_sms_erases_nobody_who_has_a_mailbox(house: Flask, ada: Persona) -> None:
    """Whoever has the phone, and codes to it, has not the mailbox; both hear of it once it is done."""
    own = house.config["SETTINGS"]
    house.config["SETTINGS"] = own.model_copy(update=SMS)
    with transaction():
        _back_from_all_breaks()
        db.session.execute(text("UPDATE user_sessions SET strength = 'sms'"))
    phone = code_for(house.test_client(), PHONE)
    assert ada.post("/play/erase").status_code == 303
    assert codes_to(house, PHONE, "proof_code") == [], "it goes to the stronger way"
    (right,) = codes_to(house, MAIL, "proof_code")
    for guess in (phone, wrong(right)):
        assert ada.post("/play/erase/code", {"code": guess}).status_code == 422
    to_join = ada.browser.post("/api/players/ways/verify", json={"email": MAIL, "code": right, "proof": right})
    assert to_join.status_code == 422, "it does nothing else"
    assert ada.get("/api/players/me").get_json()["name"] == ADA["name"]
    assert ada.post("/play/erase/code", {"code": right}).status_code == 303
    assert [one for one in messages() if one[2] == "account_erased"] == [
        ("email", MAIL, "account_erased"),
        ("sms", PHONE, "account_erased"),
    ]


def test_an_exclusion_is_told_at_every_way_and_needs_no_proof(house: Flask, ada: Persona) -> None:
    house.config["SETTINGS"] = house.config["SETTINGS"].model_copy(update=SMS)
    with transaction():
        db.session.execute(text("UPDATE user_sessions SET strength = 'sms'"))
        db.session.execute(text("DELETE FROM messages"))
    assert send(ada, "exclusion", {"months": 6}).status_code == 200
    assert [(channel, where) for channel, where, _ in messages()] == [("email", MAIL), ("sms", PHONE)]


def test_operators_do_it_for_who_writes_to_them(house: Flask, ada: Persona) -> None:
    runner = house.test_cli_runner()
    told = json.loads(runner.invoke(args=["people", "export", PHONE]).output)
    assert told["kept"]["player_profiles"][0]["name"] == ADA["name"]
    erasing = ["people", "erase", MAIL, "--operator", "bea", "--reason", "asked by letter"]
    assert runner.invoke(args=erasing, input="n\n").exit_code == 1
    assert runner.invoke(args=erasing, input="y\n").output.endswith("erased\n")
    assert runner.invoke(args=["people", "show", MAIL]).exit_code == 1
    noted = db.session.execute(text("SELECT actor, reason FROM audit_entries WHERE action = 'player.erased'")).one()
    assert tuple(noted) == ("operator:bea", "asked by letter")
