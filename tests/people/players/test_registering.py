"""Registering by JSON: who is let in, who is forgotten, and who is known again."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from werkzeug.test import TestResponse

from app.core.database.session import db, transaction
from app.core.errors import DomainError
from app.core.sealing import resealing
from app.core.sealing.keyring import Key, key_name
from app.people.accounts.models import User
from app.people.players import service
from app.people.players.leaving import erasure
from app.people.players.profile import rules
from tests.core.sealing.test_resealing import keys
from tests.factories.partners import make_site
from tests.people.accounts.test_at_rest import dump
from tests.personas import Persona, signed_in
from tests.settings import SEALING

from .money import Takings

ADA = {"name": "Ada Lovelace", "dateOfBirth": "1990-12-10", "locale": "fr"}
OTHERWISE = {"name": "lovelace, ADÁ".replace(",", ""), "dateOfBirth": "1990-12-10", "locale": "en"}


def send(who: Persona, what: str, body: object, method: str = "POST", **headers: str) -> TestResponse:
    return who.browser.open(
        f"/api/players/{what}", method=method, data=json.dumps(body), content_type="application/json", headers=headers
    )


def register(who: Persona, **other: str) -> TestResponse:
    return send(who, "register", {**ADA, **other})


def born_years_ago(years: int, days: int = 0) -> str:
    today = date.today()  # noqa: DTZ011  (a day more or less is given by who asks)
    is_leap_day = (today.month, today.day) == (2, 29)
    birthday = today.replace(year=today.year - years, day=28 if is_leap_day else today.day)
    return (birthday + timedelta(days=days)).isoformat()


def held(answer: TestResponse) -> bool:
    """Registered, and whether papers come before anything that costs money."""
    assert answer.status_code == 201, answer.text
    needed: bool = answer.get_json()["verification"]["isNeeded"]
    return needed


def code(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["code"]


def test_who_registers_is_who_he_says(app: Flask, owner: Persona) -> None:
    before = owner.get("/api/players/me").get_json()
    assert (before["isRegistered"], before["name"], before["email"]) == (False, None, "owner@example.com")
    answer = register(owner)
    assert answer.status_code == 201, answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    me = owner.get("/api/players/me").get_json()
    assert me == answer.get_json()
    assert {name: me[name] for name in ("name", "dateOfBirth", "locale", "jurisdiction", "currency")} == {
        **ADA,
        "jurisdiction": "HT",
        "currency": "HTG",
    }
    assert code(register(owner)) == (409, "already_registered")
    with app.app_context():
        rows = db.session.execute(text("SELECT detail::text FROM audit_entries WHERE action = 'player.registered'"))
        assert all("Ada" not in row for row in rows.scalars())


def test_nothing_of_a_profile_lies_open(committed_db: Flask) -> None:
    ada = signed_in(committed_db, "a@b.example")
    assert register(ada, name="Zyxwvu Qponml").status_code == 201
    found = dump(committed_db)
    assert b"player.registered" in found, "a dump that misses tables proves nothing"
    for word in (
        b"Zyxwvu",
        b"zyxwvu",
        b"Qponml",
        b"1990-12-10",
        b"zyxwvu".hex().encode(),
        b"1990-12-10".hex().encode(),
    ):
        assert word not in found


def test_who_is_too_young_leaves_nothing(committed_db: Flask) -> None:
    before = dump(committed_db)
    child = signed_in(committed_db, "child@example.com")
    answer = register(child, dateOfBirth=born_years_ago(17), name="Very Young")
    assert code(answer) == (422, "too_young")
    assert answer.get_json()["params"] == {"years": 18}
    assert child.get("/api/players/me").status_code == 401, "the session is gone"
    assert dump(committed_db) == before


def test_who_is_too_young_and_has_a_site_keeps_the_site_alone(committed_db: Flask) -> None:
    child = signed_in(committed_db, "owner@example.com")
    assert child.id is not None
    with transaction():
        make_site(child.id)
    before = dump(committed_db)
    assert code(register(child, dateOfBirth=born_years_ago(17))) == (422, "too_young")
    assert dump(committed_db) == before
    assert child.get("/api/players/me").get_json()["isRegistered"] is False


@pytest.mark.parametrize(("where", "years"), [("HT", 18), ("US", 18), ("PH", 21)])
def test_each_jurisdiction_has_its_age(committed_db: Flask, where: str, years: int) -> None:
    young, old = (signed_in(committed_db, f"{name}@example.com") for name in ("young", "old"))
    assert code(register(young, jurisdiction=where, dateOfBirth=born_years_ago(years, 3))) == (422, "too_young")
    assert register(old, jurisdiction=where, dateOfBirth=born_years_ago(years, -3)).status_code == 201


@pytest.mark.parametrize(
    ("body", "field", "what"),
    [
        ({**ADA, "name": "Ada 2"}, "name", "person_name_invalid"),
        ({**ADA, "dateOfBirth": "1990-02-30"}, "dateOfBirth", "birth_date_invalid"),
        ({**ADA, "dateOfBirth": "2990-02-03"}, "dateOfBirth", "birth_date_invalid"),
        ({**ADA, "jurisdiction": "FR"}, "jurisdiction", "jurisdiction_unknown"),
    ],
)
def test_what_cannot_be_names_its_field(owner: Persona, body: object, field: str, what: str) -> None:
    answer = send(owner, "register", body)
    assert (*code(answer), answer.get_json()["field"]) == (422, what, field)
    assert owner.get("/api/players/me").get_json()["isRegistered"] is False


@pytest.mark.parametrize(
    "body",
    [
        {},
        {**ADA, "name": 1},
        {**ADA, "dateOfBirth": 19901210},
        {**ADA, "locale": "de"},
        {**ADA, "currency": "EUR"},
        {**ADA, "verified": True},
        {**ADA, "name": None},
        {"name": "Ada", "dateOfBirth": "1990-12-10"},
    ],
)
def test_bodies_that_are_none(owner: Persona, body: object) -> None:
    assert send(owner, "register", body).status_code == 422
    assert owner.get("/api/players/me").get_json()["isRegistered"] is False


@pytest.mark.parametrize(("method", "what"), [("POST", "register"), ("PATCH", "me")])
def test_nobody_else_does_it(owner: Persona, nobody: Persona, method: str, what: str) -> None:
    assert code(send(nobody, what, ADA, method)) == (401, "not_signed_in")
    assert code(send(owner, what, ADA, method, Origin="https://evil.example")) == (403, "origin_refused")
    assert owner.browser.open(f"/api/players/{what}", method=method, data=ADA).status_code == 415
    assert nobody.get("/api/players/me").status_code == 401


CHANGES: list[tuple[dict[str, Any], int]] = [
    ({}, 200),
    ({"name": "Augusta King"}, 200),
    ({"dateOfBirth": "1991-01-01"}, 200),
    ({"locale": "ht"}, 200),
    ({"currency": "sat"}, 200),
    ({"jurisdiction": "PH"}, 200),
    ({"name": "Augusta King", "locale": "en", "currency": "USD"}, 200),
    ({"name": ""}, 422),
    ({"name": None}, 422),
    ({"locale": "de"}, 422),
    ({"currency": "EUR"}, 422),
    ({"jurisdiction": "FR"}, 422),
    ({"dateOfBirth": "yesterday!"}, 422),
    ({"currency": "sat", "name": "A 1"}, 422),
    ({"id": "x"}, 422),
    ({"email": "other@example.com"}, 422),
    ({"isRegistered": False}, 422),
]


@pytest.mark.parametrize(("changes", "status"), CHANGES)
def test_a_change_changes_what_it_names(
    owner: Persona, stranger: Persona, changes: dict[str, Any], status: int
) -> None:
    before = register(owner).get_json()
    others = register(stranger, name="Somebody Else").get_json()
    answer = send(owner, "me", changes, "PATCH")
    assert answer.status_code == status, answer.text
    after = owner.get("/api/players/me").get_json()
    assert after == ({**before, **changes} if status == 200 else before)
    assert stranger.get("/api/players/me").get_json() == others


def test_nobody_becomes_too_young_by_a_change(owner: Persona) -> None:
    before = register(owner, dateOfBirth=born_years_ago(19)).get_json()
    assert code(send(owner, "me", {"dateOfBirth": born_years_ago(10)}, "PATCH")) == (422, "too_young")
    assert code(send(owner, "me", {"jurisdiction": "PH"}, "PATCH")) == (422, "too_young")
    assert owner.get("/api/players/me").get_json() == before


def test_without_a_profile_there_is_nothing_to_change(owner: Persona) -> None:
    assert code(send(owner, "me", {"currency": "sat"}, "PATCH")) == (409, "not_registered")


@pytest.fixture
def excluded(owner: Persona) -> Persona:
    """Ada, who has registered and then excluded herself."""
    assert register(owner).status_code == 201
    assert send(owner, "exclusion", {"months": 6}).status_code == 200
    return owner


def test_an_excluded_person_is_known_under_another_address(app: Flask, excluded: Persona, stranger: Persona) -> None:
    answer = send(stranger, "register", OTHERWISE)
    assert held(answer)
    assert "exclu" not in answer.text.lower(), "nobody is told of another's exclusion"
    with app.app_context():
        done = db.session.execute(text("SELECT subject FROM audit_entries WHERE action = 'player.held'"))
        assert done.scalars().all() == [f"user:{stranger.id}"]


def test_nor_by_a_change_of_name(excluded: Persona, stranger: Persona) -> None:
    assert register(stranger, name="Somebody Else").status_code == 201
    assert send(stranger, "me", {"name": "Lovelace Ada"}, "PATCH").get_json()["verification"]["isNeeded"]
    assert code(send(stranger, "me", {"name": "Somebody Else"}, "PATCH")) == (409, "profile_checked"), "nor back"


def test_who_is_excluded_changes_no_name_and_may_change_the_language(excluded: Persona) -> None:
    assert code(send(excluded, "me", {"name": "Somebody Else"}, "PATCH")) == (403, "player_excluded")
    assert send(excluded, "me", {"locale": "ht"}, "PATCH").status_code == 200


def test_who_excludes_himself_before_he_registers_does_not_register(owner: Persona) -> None:
    send(owner, "exclusion", {"months": 6})
    assert code(register(owner)) == (403, "player_excluded")


def test_two_accounts_of_one_person_are_both_kept_away(committed_db: Flask) -> None:
    money = Takings(committed_db)
    first, second, other = (signed_in(committed_db, f"{name}@example.com") for name in ("one", "two", "other"))
    assert [register(one).status_code for one in (first, second)] == [201, 201]
    assert register(other, name="Somebody Else").status_code == 201
    assert send(first, "exclusion", {"months": 6}).status_code == 200
    assert second.id is not None
    assert other.id is not None
    for kind in ("stake", "deposit"):
        with pytest.raises(DomainError) as refused, transaction():
            money.take(second.id, 1, kind)
        assert (refused.value.status, refused.value.code) == (403, "verification_needed")
    with transaction():
        money.take(other.id, 1)


def test_the_mail_address_of_an_excluded_person_stays_his(committed_db: Flask) -> None:
    """He gives it up and somebody signs in with it: that is he."""
    first = signed_in(committed_db, "mine@example.com")
    register(first)
    send(first, "exclusion", {"months": 6})
    with transaction():
        db.session.get_one(User, first.id).email = "elsewhere@example.com"
    again = signed_in(committed_db, "mine@example.com")
    assert again.id != first.id
    assert held(register(again, name="Somebody Else"))


def test_once_the_exclusion_is_over_everybody_may_come(committed_db: Flask) -> None:
    first, second = (signed_in(committed_db, f"{name}@example.com") for name in ("one", "two"))
    register(first)
    assert first.id is not None
    with transaction():
        service.exclude(first.id, 6)
        db.session.execute(text("ALTER TABLE player_exclusions DISABLE TRIGGER USER"))
        db.session.execute(
            text(
                "UPDATE player_exclusions"
                " SET begins_at = begins_at - interval '2 years', ends_at = ends_at - interval '2 years'"
            )
        )
    assert not held(register(second))


def test_who_has_not_registered_pays_nothing(committed_db: Flask) -> None:
    money, who = Takings(committed_db), signed_in(committed_db, "new@example.com")
    assert who.id is not None
    with pytest.raises(DomainError) as refused, transaction():
        money.take(who.id, 1)
    assert (refused.value.status, refused.value.code) == (403, "not_registered")


def test_an_age_that_is_raised_later_is_asked_at_every_stake(
    committed_db: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    money, who = Takings(committed_db), signed_in(committed_db, "new@example.com")
    assert who.id is not None
    assert register(who, dateOfBirth=born_years_ago(19)).status_code == 201
    with transaction():
        money.take(who.id, 1)
    raised = committed_db.config["SETTINGS"].model_copy(update={"age_limits": "HT=21"})
    monkeypatch.setitem(committed_db.config, "SETTINGS", raised)
    with pytest.raises(DomainError) as refused, transaction():
        money.take(who.id, 1)
    assert (refused.value.status, refused.value.code) == (403, "too_young")


def test_marks_are_found_after_both_keys_are_others(committed_db: Flask) -> None:
    first, second = (signed_in(committed_db, f"{name}@example.com") for name in ("one", "two"))
    register(first)
    send(first, "exclusion", {"months": 6})
    keys(committed_db, data_keys=f"{Key.make('k2').text},{SEALING['DATA_KEYS']}", lookup_key=Key.make("other").text)
    assert resealing.reseal(transaction).left == 0
    assert resealing.rehash(transaction) > 0
    with committed_db.app_context(), transaction():
        stored = db.session.execute(text("SELECT mark_sealed FROM player_marks")).scalars().all()
    assert len(stored) == 2
    assert {key_name(one) for one in stored} == {"k2"}
    assert held(send(second, "register", OTHERWISE))


@pytest.mark.parametrize("name", ["J\u1d07an Bel", "\u0237ean Bel", "Je\u0250n Bel", "Jean\ua78cBel", "Jean \u01c0Bel"])
def test_a_letter_that_only_looks_like_one_stands_in_no_name(name: str) -> None:
    with pytest.raises(DomainError, match="person_name_invalid"):
        rules.check_name(name)


@pytest.mark.parametrize(
    "name", ["Zoë Ægir", "Đặng Thị Łucja", "José Pierre-Jean", "Åse Strauß", "Иван Петров", "Ñandú Müller"]
)
def test_letters_of_papers_stand_in_names(name: str) -> None:
    assert rules.check_name(name) == name


def test_days_off_and_limits_are_ended_neither_by_a_second_account_nor_by_an_erasure(app: Flask, session: Any) -> None:
    first, second, third = (signed_in(app, f"{name}@example.com") for name in ("first", "second", "third"))
    assert register(first).status_code == 201
    assert first.id is not None
    with transaction():
        service.take_timeout(first.id, 7)
    assert held(register(second, **OTHERWISE))
    with transaction():
        erasure.erase(first.id, actor="user:test")
    assert second.get("/api/players/me").get_json()["verification"]["isNeeded"]

    grace = {"name": "Grace Hopper", "dateOfBirth": "1980-12-09"}
    assert register(third, **grace).status_code == 201
    assert third.id is not None
    with transaction():
        service.set_limit(third.id, "HTG", "deposit", "day", 100)
        erasure.erase(third.id, actor="user:test")
    again = signed_in(app, "third@example.com")
    assert held(register(again, **grace)), "for a day, as any raise waits"
