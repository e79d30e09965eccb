"""The page of a site's keys: a key's text stands in one answer only."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.core.database.session import db, transaction
from app.core.ids import new_id
from app.people.partners.keys import service as keys
from app.people.partners.models import ApiKey, PartnerSite, TeamMember
from app.record.notifications import queries as mailbox
from app.record.notifications.rendering import render
from tests.factories.partners import PAYOUT_ADDRESS, make_site
from tests.personas import Persona, signed_in

_KEY = re.compile(r"tiraj_test_[0-9A-Za-z]{38}")


@pytest.fixture
def site(app: Flask, owner: Persona) -> str:
    with app.app_context(), transaction():
        return make_site(owner.id, name="lotto").name


def kept(app: Flask) -> list[ApiKey]:
    with app.app_context():
        rows = list(db.session.scalars(select(ApiKey).order_by(ApiKey.id)))
        db.session.expunge_all()
        return rows


def key_in(text: str) -> str:
    """The one key that a page shows, however often."""
    found = set(_KEY.findall(text))
    assert len(found) == 1
    return found.pop()


def opens(app: Flask, text: str) -> bool:
    with app.app_context():
        return keys.authenticate(text) is not None


NEW = {
    "name": "lotto",
    "display_name": "Lotto",
    "house_edge": "10",
    "payout_address": PAYOUT_ADDRESS,
    "payout_address_acknowledged": "y",
}


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_a_new_site_shows_its_first_key_once(app: Flask, owner: Persona, headers: dict[str, str]) -> None:
    answer = owner.post("/partners/new", NEW, headers=headers)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert ("<html" in answer.text) is not bool(headers)
    text = key_in(answer.text)
    assert opens(app, text)
    assert 'href="/partners/lotto"' in answer.text
    for path in ("/partners", "/partners/lotto", "/partners/lotto/keys"):
        assert text not in owner.get(path).text
    assert kept(app)[0].hint in owner.get("/partners/lotto/keys").text
    again = owner.post("/partners/new", NEW)
    assert again.status_code == 409
    assert len(kept(app)) == 1


def test_a_key_is_made_shown_rolled_and_revoked(app: Flask, site: str, owner: Persona) -> None:
    assert "This site has no key yet." in owner.get("/partners/lotto/keys").text
    made = owner.post("/partners/lotto/keys", {"name": "Shop", "access": "read", "key_id": str(new_id())})
    assert (made.status_code, made.headers["Cache-Control"]) == (200, "no-store")
    text = key_in(made.text)
    (row,) = kept(app)
    assert (row.name, row.access) == ("Shop", "read")
    page = owner.get("/partners/lotto/keys").text
    assert row.hint in page
    assert text not in page
    rolled = owner.post(f"/partners/lotto/keys/{row.id}/roll", {"grace_hours": "24"})
    new = key_in(rolled.text)
    assert new != text
    assert opens(app, text)
    assert opens(app, new)
    assert owner.post(f"/partners/lotto/keys/{row.id}/roll", {"grace_hours": "0"}).status_code == 409
    assert owner.post(f"/partners/lotto/keys/{row.id}/revoke").status_code == 303
    assert not opens(app, text)
    assert opens(app, new)
    page = owner.get("/partners/lotto/keys").text
    assert "Revoked" in page
    assert "the key is revoked" in page.lower()


def told(app: Flask, kind: str) -> list[str]:
    """What was mailed of a kind of notices, to whom first, the newest before all others."""
    with app.app_context():
        found = [one for one in mailbox.newest() if one.params and one.params.get("kind") == kind]
        texts = [render(one.channel, one.template, one.locale, one.params).text for one in found]
        return [f"{one.recipient}: {' '.join(text.split())}" for one, text in zip(found, texts, strict=True)]


def test_the_owner_is_told_of_another_key_and_the_page_says_who_made_it(app: Flask, owner: Persona) -> None:
    owner.post("/partners/new", NEW)
    assert told(app, "site.key_made") == [], "the key that a site is made with is shown to who makes it"
    manager = signed_in(app, "manager@example.com")
    with app.app_context(), transaction() as session:
        site_id = session.scalars(select(PartnerSite.id)).one()
        session.add(TeamMember(partner_site_id=site_id, user_id=manager.id, access="manage"))
    manager.post("/partners/lotto/keys", {"name": "Shop www.evil.example", "access": "read"})
    (letter,) = told(app, "site.key_made")
    assert letter.startswith(f"{owner.email}: “Shop www. evil. example” (tiraj_test_")
    assert "made by manager@example.com. It may only read. If that was nobody of yours, revoke the key" in letter
    assert "/partners/lotto/keys" in letter
    made = {row.name: row for row in kept(app)}["Shop www.evil.example"]
    owner.post(f"/partners/lotto/keys/{made.id}/roll", {"grace_hours": "0"})
    assert "made by your own account." in told(app, "site.key_made")[0], "whose session may be in other hands"
    with app.app_context(), transaction() as session:
        keys.issue(session.get_one(PartnerSite, site_id), name="Help", access="write", actor="operator:olga")
    assert "made by our operators. It may read and make orders." in told(app, "site.key_made")[0]
    page = owner.get("/partners/lotto/keys").text
    makers = re.findall(r"by <bdi>([^<]+)</bdi>", page)
    assert sorted(makers) == ["manager@example.com", "our operators", "you", "you"]
    assert sorted(re.findall(r"by <bdi>([^<]+)</bdi>", manager.get("/partners/lotto/keys").text)) == [
        "our operators",
        *[owner.email] * 2,
        "you",
    ]


def test_the_form_sent_twice_makes_one_key(app: Flask, site: str, owner: Persona) -> None:
    data = {"name": "Shop", "access": "write", "key_id": str(new_id())}
    assert owner.post("/partners/lotto/keys", data).status_code == 200
    again = owner.post("/partners/lotto/keys", data)
    assert again.status_code == 409
    assert "This key was made already" in again.text
    assert len(kept(app)) == 1


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({"name": "", "access": "read"}, 422),
        ({"name": "x" * 81, "access": "read"}, 422),
        ({"name": "a\u200bb", "access": "read"}, 422),
        ({"name": "x", "access": "admin"}, 422),
        ({"name": "x"}, 422),
        ({"name": "x", "access": "read", "key_id": "no id"}, 200),
        ({"name": "x", "access": "read", "key_id": "6ba7b810-9dad-11d1-80b4-00c04fd430c8"}, 200),
    ],
)
def test_a_bad_form(app: Flask, site: str, owner: Persona, data: dict[str, str], status: int) -> None:
    answer = owner.post("/partners/lotto/keys", data)
    assert answer.status_code == status
    assert len(kept(app)) == (status == 200)
    if status == 422:
        assert "field-error" in answer.text


@pytest.mark.parametrize("hours", ["", "2", "-1", "99999999999", "0.5", "٣"])
def test_a_bad_grace(app: Flask, site: str, owner: Persona, hours: str) -> None:
    owner.post("/partners/lotto/keys", {"name": "Shop", "access": "read"})
    (row,) = kept(app)
    assert owner.post(f"/partners/lotto/keys/{row.id}/roll", {"grace_hours": hours}).status_code == 422
    assert len(kept(app)) == 1


@pytest.mark.parametrize("key_id", ["x", "018f58d2-2802-7000-8000-000000000002", "%00"])
def test_no_such_key(site: str, owner: Persona, key_id: str) -> None:
    for what in ("roll", "revoke"):
        assert owner.post(f"/partners/lotto/keys/{key_id}/{what}", {"grace_hours": "0"}).status_code == 404


def test_another_sites_key_is_not_found_under_ones_own(
    app: Flask, site: str, owner: Persona, stranger: Persona
) -> None:
    with app.app_context(), transaction():
        other = make_site(stranger.id, name="theirs")
        key = keys.issue(other, name="x", access="write", actor="user:test")
        key_id = key.row.id
    for what in ("roll", "revoke"):
        assert owner.post(f"/partners/lotto/keys/{key_id}/{what}", {"grace_hours": "0"}).status_code == 404
    assert opens(app, key.text)


def test_markup_in_a_keys_name_stays_text(app: Flask, site: str, owner: Persona) -> None:
    made = owner.post("/partners/lotto/keys", {"name": "<script>alert(1)</script>", "access": "read"})
    assert "<script>alert" not in made.text + owner.get("/partners/lotto/keys").text


def test_rolling_by_two_makes_one_new_key(committed_db: Flask) -> None:
    from concurrent.futures import ThreadPoolExecutor
    from threading import Barrier

    with transaction():
        row_id = keys.issue(make_site(), name="x", access="write", actor="user:test").row.id
    barrier = Barrier(4)

    def roll(_: int) -> bool:
        with committed_db.app_context():
            key = db.session.get_one(ApiKey, row_id)
            barrier.wait()
            try:
                with transaction():
                    keys.roll(key, 0, actor="user:test")
            except Exception:
                return False
            return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(roll, range(4))) == [False, False, False, True]
    assert db.session.scalar(select(func.count()).select_from(ApiKey)) == 2


def test_the_sites_page_leads_to_its_keys(app: Flask, site: str, owner: Persona, session: Any) -> None:
    assert 'href="/partners/lotto/keys"' in owner.get("/partners/lotto").text
    assert db.session.scalars(select(PartnerSite.name)).all() == ["lotto"]
