"""API keys: their text, their life, and the door they open."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, func, select, update

from app.core.database.session import db, transaction
from app.core.errors import DomainError, NotFound, Unauthorised
from app.core.ids import hash_secret, new_id
from app.people.partners.keys import service as keys
from app.people.partners.keys import text as key_text
from app.people.partners.keys.door import require_key
from app.people.partners.keys.service import Access, IssuedKey
from app.people.partners.models import ApiKey, PartnerSite
from app.record.audit.models import AuditEntry
from tests.factories.partners import make_site

ACTOR = "user:test"


@pytest.fixture
def site(app: Flask, session: Any) -> PartnerSite:
    with transaction():
        return make_site()


def issued(site: PartnerSite, access: Access = "write", name: str = "Shop server") -> IssuedKey:
    with transaction():
        return keys.issue(site, name=name, access=access, actor=ACTOR)


@pytest.fixture
def statements(session: Any) -> Iterator[list[str]]:
    seen: list[str] = []

    def listen(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        seen.append(statement)

    event.listen(session.get_bind(), "before_cursor_execute", listen)
    yield seen
    event.remove(session.get_bind(), "before_cursor_execute", listen)


def test_a_key_says_what_it_is() -> None:
    text = key_text.make("live", secrets.choice)
    assert text.startswith("tiraj_live_")
    assert len(text) == len("tiraj_live_") + 32 + 6
    assert key_text.mode_of(text) == "live"
    assert key_text.hint(text) == f"tiraj_live_…{text[-4:]}"
    assert key_text.make("test", secrets.choice) != key_text.make("test", secrets.choice)


def test_the_checksum_is_crc_32_in_base_62() -> None:
    body = "tiraj_test_" + "A" * 32
    assert key_text.checksum("") == "000000"
    assert key_text.mode_of(body + key_text.checksum(body)) == "test"


def test_a_typo_is_seen_and_costs_no_query(site: PartnerSite, statements: list[str]) -> None:
    text = issued(site).text
    statements.clear()
    for place in range(len(text)):
        wrong = text[:place] + ("b" if text[place] == "a" else "a") + text[place + 1 :]
        assert keys.authenticate(wrong) is None
    swapped = text[:15] + text[16] + text[15] + text[17:]
    for wrong in (text[:-1], text + "a", " " + text, text.upper(), "", "\0", "tiraj_test_", "é" * 49):
        assert keys.authenticate(wrong) is None
    assert keys.authenticate(swapped) is None or swapped == text
    assert statements == []


def test_a_key_opens_its_own_site(site: PartnerSite) -> None:
    made = issued(site, "read")
    found = keys.authenticate(made.text)
    assert found is not None
    assert (found.site_id, found.key_id, found.access, found.mode) == (site.id, made.row.id, "read", "test")


def test_only_a_hash_is_kept(site: PartnerSite) -> None:
    made = issued(site)
    row = db.session.scalars(select(ApiKey)).one()
    assert row.secret_hash == hash_secret(made.text)
    kept = str({column.name: getattr(row, column.name) for column in ApiKey.__table__.columns})
    secret = made.text.removeprefix("tiraj_test_")[:32]
    assert secret not in kept
    audited = db.session.scalars(select(AuditEntry).where(AuditEntry.subject == f"key:{row.id}")).all()
    assert [entry.action for entry in audited] == ["key.issued"]
    assert secret not in str([entry.detail for entry in audited])


def test_a_well_formed_key_of_nobody_or_of_another_network(site: PartnerSite) -> None:
    assert keys.authenticate(key_text.make("test", secrets.choice)) is None
    with transaction():
        other = keys.issue(site, name="x", access="read", actor=ACTOR, mode="live")
    assert keys.authenticate(other.text) is None


def test_revoking_ends_it_at_once(site: PartnerSite) -> None:
    made = issued(site)
    for _ in range(2):
        with transaction():
            keys.revoke(made.row, actor=ACTOR)
    assert keys.authenticate(made.text) is None
    assert [state for _, state in keys.keys_of(site)] == ["revoked"]
    revoked = select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "key.revoked")
    assert db.session.scalar(revoked) == 1


@pytest.mark.parametrize("hours", keys.GRACE_HOURS)
def test_rolling_leaves_the_old_key_its_grace(site: PartnerSite, hours: int) -> None:
    old = issued(site, "read")
    with transaction():
        new = keys.roll(old.row, hours, actor=ACTOR)
    found = keys.authenticate(new.text)
    assert found is not None
    assert (found.access, new.row.name) == ("read", old.row.name)
    assert (keys.authenticate(old.text) is not None) is (hours > 0)
    assert old.row.expires_at is not None
    assert abs(old.row.expires_at - datetime.now(UTC) - timedelta(hours=hours)) < timedelta(minutes=1)
    with transaction():
        db.session.execute(
            update(ApiKey).where(ApiKey.id == old.row.id).values(expires_at=func.now() - timedelta(seconds=1))
        )
    assert keys.authenticate(old.text) is None
    assert [state for _, state in keys.keys_of(site)] == ["active", "expired"]


def test_a_key_in_its_grace_can_be_revoked_and_not_rolled(site: PartnerSite) -> None:
    old = issued(site)
    with transaction():
        keys.roll(old.row, 24, actor=ACTOR)
    with pytest.raises(DomainError, match="key_not_active"), transaction():
        keys.roll(old.row, 0, actor=ACTOR)
    with transaction():
        keys.revoke(old.row, actor=ACTOR)
    assert keys.authenticate(old.text) is None


@pytest.mark.parametrize("hours", [-1, 2, 10**9])
def test_no_other_grace(site: PartnerSite, hours: int) -> None:
    made = issued(site)
    with pytest.raises(DomainError, match="grace_invalid"), transaction():
        keys.roll(made.row, hours, actor=ACTOR)


def test_keys_are_counted_and_named(site: PartnerSite) -> None:
    for name in ("", " ", "a\u200bb", "x" * 81):
        with pytest.raises(DomainError, match="key_name_invalid"):
            issued(site, name=name)
    with pytest.raises(DomainError, match="key_access_invalid"):
        issued(site, "admin")  # type: ignore[arg-type]
    for _ in range(keys.MOST_KEYS):
        last = issued(site)
    with pytest.raises(DomainError, match="keys_too_many"):
        issued(site)
    with transaction():
        keys.revoke(last.row, actor=ACTOR)
    issued(site)


def test_a_living_key_is_listed_however_many_came_after_it(site: PartnerSite) -> None:
    first = keys.issue(site, name="The oldest", access="read", actor="test").row
    for _ in range(101):
        keys.revoke(keys.issue(site, name="Another", access="read", actor="test").row, actor="test")
    assert (first.id, "active") in [(key.id, state) for key, state in keys.keys_of(site)]


def test_one_form_makes_one_key(site: PartnerSite) -> None:
    key_id = new_id()
    with transaction():
        keys.issue(site, name="one", access="read", actor=ACTOR, key_id=key_id)
    with pytest.raises(DomainError, match="key_exists"), transaction():
        keys.issue(site, name="one", access="read", actor=ACTOR, key_id=key_id)


def test_another_sites_key_is_none(site: PartnerSite) -> None:
    made = issued(site)
    with transaction():
        other = make_site()
    for key_id in (made.row.id, new_id(), None):
        with pytest.raises(NotFound):
            keys.key_of(other, key_id)
    assert keys.keys_of(other) == []


def test_use_is_remembered_once_a_minute(app: Flask, site: PartnerSite, statements: list[str]) -> None:
    made = issued(site)
    headers = {"Authorization": f"Bearer {made.text}"}
    with app.test_request_context(headers=headers):
        assert require_key("write").is_stale
    assert db.session.get_one(ApiKey, made.row.id, populate_existing=True).last_used_at is not None
    statements.clear()
    with app.test_request_context(headers=headers):
        assert not require_key("read").is_stale
    assert [statement for statement in statements if statement.startswith("UPDATE")] == []


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({}, 401, "api_key_missing"),
        ({"Authorization": "Basic abc"}, 401, "api_key_missing"),
        ({"Authorization": "Bearer "}, 401, "api_key_missing"),
        ({"Authorization": "Bearer nonsense"}, 401, "api_key_invalid"),
        ({"Authorization": "Bearer KEY"}, 403, "api_key_read_only"),
        ({"Authorization": "Bearer KEY", "Origin": "https://shop.example"}, 403, "api_key_from_browser"),
        ({"Authorization": "Bearer KEY", "Origin": "null"}, 403, "api_key_from_browser"),
        ({"Authorization": "Bearer KEY", "Sec-Fetch-Site": "cross-site"}, 403, "api_key_from_browser"),
    ],
)
def test_the_door(app: Flask, site: PartnerSite, headers: dict[str, str], status: int, code: str) -> None:
    text = issued(site, "read").text
    sent = {name: value.replace("KEY", text) for name, value in headers.items()}
    with app.test_request_context(headers=sent):
        with pytest.raises(DomainError) as refused:
            require_key("write")
        assert (refused.value.status, refused.value.code) == (status, code)
        assert isinstance(refused.value, Unauthorised) is (status == 401)


@pytest.mark.parametrize(
    "path",
    [
        "/api/rounds?key={key}",
        "/?api_key={key}",
        "/embed?partner=x&key={key}",
        "/api/slips/{key}",
        "/{key}",
        "/embed?partner={key}",
        "/rounds?x=%74iraj_live_abc",
        "/rounds?x=%2574iraj_live_abc",
        "/login?next=/a?k={key}",
        "/static/{key}.css",
    ],
)
def test_a_key_in_an_address_is_refused_and_not_repeated(
    app: Flask, site: PartnerSite, path: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text = issued(site).text
    answer = app.test_client().get(path.format(key=text))
    assert answer.status_code == 400
    assert "roll that key" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    if path.startswith("/api"):
        assert answer.json is not None
        assert answer.json["code"] == "api_key_in_url"
    logged = capsys.readouterr()
    assert text not in answer.text + logged.out + logged.err
