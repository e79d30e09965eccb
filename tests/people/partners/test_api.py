"""JSON of partner sites: document 001's fields and rules, one field at a time, and who may do what."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.core.database.session import db, transaction
from app.people.accounts import service as accounts
from app.people.partners.keys import service as keys
from app.people.partners.models import ApiKey, PartnerSite, TeamMember
from app.record.audit.models import AuditEntry
from tests.cases import by_field
from tests.factories.partners import OTHER_ADDRESS, PAYOUT_ADDRESS, make_site
from tests.personas import Persona, signed_in

from .test_rules import BAD_NAMES, BAD_ORIGINS, BAD_TITLES, RESERVED
from .test_service import BAD_ADDRESSES

NEW: dict[str, Any] = {
    "slug": "lotto",
    "siteTitle": "Lotto",
    "houseEdge": 0.1,
    "payoutAddress": PAYOUT_ADDRESS,
    "payoutAddressAcknowledged": True,
}


def send(who: Persona, method: str, path: str, body: object = None, **headers: str) -> TestResponse:
    data = body if isinstance(body, str | bytes) else json.dumps(body)
    return who.browser.open(path, method=method, data=data, content_type="application/json", headers=headers)


def answer_of(response: TestResponse) -> dict[str, Any]:
    assert isinstance(response.json, dict)
    return response.json


def refused_fields(response: TestResponse) -> list[str]:
    assert response.mimetype == "application/problem+json"
    body = answer_of(response)
    return [part["field"] for part in body.get("errors", [body])]


def sites(app: Flask) -> int:
    with app.app_context():
        return db.session.scalars(select(func.count()).select_from(PartnerSite)).one()


@pytest.fixture
def site(app: Flask, owner: Persona) -> str:
    with app.app_context(), transaction():
        return make_site(owner.id, name="lotto", display_name="Lotto").name


def test_a_site_is_made_with_its_first_key(app: Flask, owner: Persona) -> None:
    wanted = NEW | {
        "theme": {"accentColor": "#AABBCC", "font": "Comic Sans"},
        "embedOrigins": ["https://Shop.example"],
        "status": "live",
    }
    response = send(owner, "POST", "/api/partners", wanted)
    made = answer_of(response)
    assert response.status_code == 201
    assert response.headers["Location"] == "/api/partners/lotto"
    assert response.headers["Cache-Control"] == "no-store"
    with app.app_context():
        found = keys.authenticate(made.pop("apiKey"))
        kept = db.session.scalars(select(PartnerSite)).one()
        assert found is not None
        assert (found.site_id, found.access) == (kept.id, "write")
    assert made == {
        "id": str(kept.id),
        "slug": "lotto",
        "siteTitle": "Lotto",
        "status": "live",
        "houseEdge": 0.1,
        "payoutAddress": PAYOUT_ADDRESS,
        "payoutAddressNetwork": "regtest",
        "payoutAddressChangedAt": made["payoutAddressChangedAt"],
        "payoutAddressWaiting": None,
        "theme": {"accentColor": "#aabbcc"},
        "embedOrigins": ["https://shop.example"],
        "games": None,
        "verificationStatus": "unverified",
        "verificationReason": "",
        "access": "owner",
        "createdAt": made["createdAt"],
    }
    again = owner.get("/api/partners/lotto")
    assert answer_of(again) == made
    assert again.headers["ETag"] == response.headers["ETag"]


@pytest.mark.parametrize("edge", [0, 0.0, 0.01, 0.07, 0.1, 0.15, "1e-1", "0.10"])
def test_every_whole_percentage_is_an_edge(owner: Persona, edge: Any) -> None:
    body = json.dumps(NEW | {"houseEdge": 0}).replace('"houseEdge": 0', f'"houseEdge": {edge}')
    assert send(owner, "POST", "/api/partners", body).status_code == 201


BAD: list[tuple[str, Any]] = [
    *(("slug", name) for name in [*BAD_NAMES, *RESERVED]),
    *(("siteTitle", title) for title in BAD_TITLES),
    *(("houseEdge", edge) for edge in [-0.01, 0.151, 0.155, 0.16, 1, 15, 1e-9, "0.1", "", None, True, [], {}]),
    *(("payoutAddress", address) for address in BAD_ADDRESSES),
    *(("payoutAddressAcknowledged", value) for value in [False, None, "true", 1]),
    *(("theme.accentColor", accent) for accent in ["red", "#abc", "red;}</style>", "url(x)", None, 5]),
    ("theme", "red"),
    ("theme", []),
    ("theme", None),
    *(("embedOrigins", [origin]) for origin in [*BAD_ORIGINS, 5, None, ["https://a.example"]]),
    ("embedOrigins", "https://a.example"),
    ("embedOrigins", [f"https://s{n}.example" for n in range(1000)]),
    ("status", "deleted"),
    ("status", "paused"),
    ("status", ""),
    ("slug", None),
    ("slug", 5),
    ("siteTitle", None),
    ("status", None),
    ("status", []),
    ("owner_user_id", "x"),
    ("houseedge", 0.1),
    ("verificationStatus", "verified"),
    ("id", "018f58d2-2802-7000-8000-000000000002"),
    ("__proto__", {}),
    ("site_title", "x"),
]


@pytest.mark.parametrize(("field", "values"), by_field(BAD))
def test_what_is_not_accepted_names_its_field_and_makes_nothing(
    app: Flask, owner: Persona, field: str, values: list[Any]
) -> None:
    for value in values:
        body = NEW | ({"theme": {"accentColor": value}} if field == "theme.accentColor" else {field: value})
        response = send(owner, "POST", "/api/partners", body)
        assert response.status_code in (409, 422), value
        assert refused_fields(response) == [field], value
        assert "tiraj_" not in response.text, value
        assert sites(app) == 0, value


@pytest.mark.parametrize("field", sorted(NEW))
def test_what_is_missing_is_named(app: Flask, owner: Persona, field: str) -> None:
    response = send(owner, "POST", "/api/partners", {name: NEW[name] for name in NEW if name != field})
    assert (response.status_code, refused_fields(response)) == (422, [field])
    assert sites(app) == 0


def test_several_faults_are_told_at_once(owner: Persona) -> None:
    body = NEW | {"slug": "A", "houseEdge": 1, "theme": {"accentColor": "red"}, "embedOrigins": ["*"]}
    response = send(owner, "POST", "/api/partners", body)
    assert set(refused_fields(response)) == {"slug", "houseEdge", "theme.accentColor", "embedOrigins"}
    assert all(part["title"] for part in answer_of(response)["errors"])


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ('{"slug": "a", "slug": "b"}', 400),
        ("{", 400),
        ("", 400),
        ("\ufeff{}", 400),
        ("[" * 10_000, 400),
        ('{"houseEdge": NaN}', 400),
        ('{"houseEdge": 1e400}', 400),
        ('"\\ud800"', 400),
        ("[]", 422),
        ("null", 422),
        ('{"siteTitle": "' + "x" * 70_000 + '"}', 413),
    ],
)
def test_the_body_is_strict_json(owner: Persona, body: str, status: int) -> None:
    assert send(owner, "POST", "/api/partners", body).status_code == status


def test_a_name_in_use_is_a_conflict(site: str, owner: Persona) -> None:
    response = send(owner, "POST", "/api/partners", NEW | {"slug": "l0tto"})
    assert (response.status_code, refused_fields(response)) == (409, ["slug"])


def test_settings_change_one_by_one(app: Flask, site: str, owner: Persona) -> None:
    changes: list[dict[str, Any]] = [
        {"siteTitle": "New"},
        {"houseEdge": 0.03},
        {"theme": {"accentColor": "#000000"}},
        {"embedOrigins": ["https://a.example"]},
        {"status": "live"},
    ]
    for change in changes:
        before = answer_of(owner.get("/api/partners/lotto"))
        response = send(owner, "PATCH", "/api/partners/lotto", change | {"slug": "lotto"})
        assert response.status_code == 200
        assert answer_of(response) == before | change
    response = send(
        owner, "PATCH", "/api/partners/lotto", {"payoutAddress": OTHER_ADDRESS, "payoutAddressAcknowledged": True}
    )
    assert answer_of(response)["payoutAddress"] == OTHER_ADDRESS
    with app.app_context():
        noted = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "partner.changed")).all()
    assert {entry.actor for entry in noted} == {f"user:{owner.id}"}
    assert len(noted) == len(changes) + 1


@pytest.mark.parametrize(("field", "values"), by_field(bad for bad in BAD if bad[0] != "payoutAddressAcknowledged"))
def test_a_bad_change_changes_nothing(site: str, owner: Persona, field: str, values: list[Any]) -> None:
    before = answer_of(owner.get("/api/partners/lotto"))
    for value in values:
        body = {"theme": {"accentColor": value}} if field == "theme.accentColor" else {field: value}
        if field == "payoutAddress":
            body["payoutAddressAcknowledged"] = True
        response = send(owner, "PATCH", "/api/partners/lotto", body | {"siteTitle": body.get("siteTitle", "Changed")})
        assert response.status_code in (409, 422), value
        assert refused_fields(response) == [field], value
    assert answer_of(owner.get("/api/partners/lotto")) == before


def test_a_changed_address_has_to_be_acknowledged(site: str, owner: Persona) -> None:
    response = send(owner, "PATCH", "/api/partners/lotto", {"payoutAddress": OTHER_ADDRESS})
    assert (response.status_code, refused_fields(response)) == (422, ["payoutAddressAcknowledged"])


def test_a_slug_never_changes(site: str, owner: Persona) -> None:
    response = send(owner, "PATCH", "/api/partners/lotto", {"slug": "other"})
    assert answer_of(response)["code"] == "slug_never_changes"


def test_two_who_change_at_once(site: str, owner: Persona) -> None:
    tag = owner.get("/api/partners/lotto").headers["ETag"]
    first = send(owner, "PATCH", "/api/partners/lotto", {"siteTitle": "First"}, **{"If-Match": tag})
    assert first.status_code == 200
    second = send(owner, "PATCH", "/api/partners/lotto", {"siteTitle": "Second"}, **{"If-Match": tag})
    assert (second.status_code, answer_of(second)["code"]) == (412, "changed_meanwhile")
    assert answer_of(owner.get("/api/partners/lotto"))["siteTitle"] == "First"
    fresh = first.headers["ETag"]
    assert fresh != tag
    for number, match in enumerate(("{}", '"other", {}', "*")):
        change = {"houseEdge": number / 100}
        answer = send(owner, "PATCH", "/api/partners/lotto", change, **{"If-Match": match.format(fresh)})
        assert answer.status_code == 200
        fresh = answer.headers["ETag"]
    empty = send(owner, "PATCH", "/api/partners/lotto", {"houseEdge": 0.05}, **{"If-Match": ""})
    assert empty.status_code == 412
    weak = send(owner, "PATCH", "/api/partners/lotto", {"houseEdge": 0.05}, **{"If-Match": f"W/{fresh}"})
    assert weak.status_code == 412
    assert owner.get("/api/partners/lotto", headers={"If-None-Match": fresh}).status_code == 304


def test_a_list_has_ones_own_and_ones_teams(app: Flask, site: str, owner: Persona, stranger: Persona) -> None:
    assert [one["slug"] for one in answer_of(owner.get("/api/partners"))["partners"]] == ["lotto"]
    assert answer_of(stranger.get("/api/partners")) == {"partners": [], "next": None}
    with app.app_context(), transaction():
        found = db.session.scalars(select(PartnerSite)).one()
        db.session.add(TeamMember(partner_site_id=found.id, user_id=stranger.id, access="read"))
        for _ in range(101):
            make_site(stranger.id)
    page = answer_of(stranger.get("/api/partners"))
    rest = answer_of(stranger.get(f"/api/partners?after={page['next']}"))
    assert (page["partners"][0]["slug"], page["partners"][0]["access"]) == ("lotto", "read")
    slugs = [one["slug"] for one in page["partners"] + rest["partners"]]
    assert len(slugs) == len(set(slugs)) == 102
    assert rest["next"] is None
    assert stranger.get("/api/partners?after=x").status_code == 422


def test_a_session_opens_it_by_cookie_or_as_bearer(app: Flask, site: str, owner: Persona, nobody: Persona) -> None:
    assert owner.id is not None
    with app.app_context(), transaction():
        token = accounts.open_session(owner.id, agent="a program")
    bearer = {"Authorization": f"Bearer {token}"}
    assert nobody.get("/api/partners/lotto", headers=bearer).status_code == 200
    foreign = bearer | {"Origin": "https://evil.example"}
    changed = send(nobody, "PATCH", "/api/partners/lotto", {"houseEdge": 0.02}, **foreign)
    assert changed.status_code == 200, "a token is never sent by accident, as a cookie is"
    for refused in ("Bearer x", "Bearer ", "Basic x", "", "Bearer " + "x" * 500, "Bearer é"):
        answer = owner.get("/api/partners/lotto", headers={"Authorization": refused.encode().decode("latin-1")})
        assert (answer.status_code, answer_of(answer)["code"]) == (401, "not_signed_in")
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_another_pages_request_changes_nothing(site: str, owner: Persona, headers: dict[str, str]) -> None:
    for method, path, body in (
        ("POST", "/api/partners", NEW | {"slug": "second"}),
        ("PATCH", "/api/partners/lotto", {"houseEdge": 0.02}),
    ):
        answer = send(owner, method, path, body, **headers)
        assert (answer.status_code, answer_of(answer)["code"]) == (403, "origin_refused")
        form = owner.browser.open(path, method=method, data=body)
        assert form.status_code == 415


def test_an_api_key_is_no_session(app: Flask, site: str, nobody: Persona) -> None:
    with app.app_context(), transaction():
        found = db.session.scalars(select(PartnerSite)).one()
        key = keys.issue(found, name="x", access="write", actor="user:test").text
    bearer = {"Authorization": f"Bearer {key}"}
    for path in ("/api/partners", "/api/partners/lotto"):
        assert nobody.get(path, headers=bearer).status_code == 401
    assert send(nobody, "PATCH", "/api/partners/lotto", {"houseEdge": 0.02}, **bearer).status_code == 401
    with app.app_context():
        assert db.session.scalars(select(ApiKey.last_used_at)).one() is None


def test_teammates_change_what_they_may(app: Flask, site: str, owner: Persona) -> None:
    reader, manager = signed_in(app, "reader@example.com"), signed_in(app, "manager@example.com")
    with app.app_context(), transaction():
        found = db.session.scalars(select(PartnerSite)).one()
        for person, access in ((reader, "read"), (manager, "manage")):
            db.session.add(TeamMember(partner_site_id=found.id, user_id=person.id, access=access))
    assert answer_of(reader.get("/api/partners/lotto"))["access"] == "read"
    assert send(reader, "PATCH", "/api/partners/lotto", {"houseEdge": 0.02}).status_code == 403
    assert send(manager, "PATCH", "/api/partners/lotto", {"houseEdge": 0.02}).status_code == 200
    moved = {"payoutAddress": OTHER_ADDRESS, "payoutAddressAcknowledged": True}
    assert send(manager, "PATCH", "/api/partners/lotto", moved).status_code == 403
    assert answer_of(owner.get("/api/partners/lotto"))["payoutAddress"] == PAYOUT_ADDRESS


@pytest.mark.parametrize("method", ["GET", "PATCH"])
def test_strangers_and_nobody(site: str, stranger: Persona, nobody: Persona, method: str) -> None:
    theirs = send(stranger, method, "/api/partners/lotto", {"houseEdge": 0.02})
    none = send(stranger, method, "/api/partners/nothing", {"houseEdge": 0.02})
    assert theirs.status_code == none.status_code == 404
    assert theirs.data == none.data
    assert send(nobody, method, "/api/partners/lotto", {"houseEdge": 0.02}).status_code == 401
