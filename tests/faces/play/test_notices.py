"""The pane of notices, its count in the head, where one is told, and one's devices and sessions."""

from __future__ import annotations

import re
from html import unescape
from uuid import UUID

from flask import Flask
from sqlalchemy import select

from app.core.database.session import db, transaction
from app.people.accounts.models import UserSession
from app.people.accounts.person.leaving import speak
from app.people.notices import devices, queries
from app.record.notifications.telling.ports import tell
from tests.personas import Persona

from .test_limits import words

HAITIAN = {"Accept-Language": "ht"}


def told(app: Flask, who: Persona, count: int = 1) -> None:
    assert who.id is not None
    with app.app_context(), transaction():
        for _ in range(count):
            tell(who.id, "player.timed_out", endsAt="2027-01-02T03:04:05Z")


def unread(app: Flask, who: Persona) -> int:
    assert who.id is not None
    with app.app_context():
        return queries.unread(who.id)


def test_an_empty_pane_says_what_will_stand_there(owner: Persona) -> None:
    page = words(owner, "/play/notices")
    assert "Nothing yet" in page
    assert "Mark all as read" not in page


def test_notices_are_new_until_they_are_read_and_the_head_counts_them(app: Flask, owner: Persona) -> None:
    told(app, owner, 21)
    page = words(owner, "/play/notices")
    assert page.count(">New<") == 20
    assert re.search(r'id="bell".*?21<span', page, re.DOTALL)
    assert "Until 2 Jan 2027, 03:04 UTC you neither pay in nor play" in page
    older = re.search(r'rel="next" href="(/play/notices\?before=[^"]+)"', page)
    assert older is not None
    assert words(owner, older[1]).count(">New<") == 1
    newest = re.search(r'name="up_to" value="([^"]+)"', page)
    assert newest is not None
    told(app, owner)
    assert owner.post("/play/notices/read", {"up_to": newest[1]}).status_code == 303
    assert unread(app, owner) == 1
    for wrong in ("", "x", "'"):
        owner.post("/play/notices/read", {"up_to": wrong})
    assert unread(app, owner) == 1


def test_the_count_of_an_open_page_is_a_part_and_a_page_of_its_own_without_scripts(app: Flask, owner: Persona) -> None:
    told(app, owner)
    part = owner.get("/play/notices/count", headers={"HX-Request": "true"}).text
    assert part.lstrip().startswith('<a id="bell"')
    assert "<html" not in part
    assert "1 notice is new." in words(owner, "/play/notices/count")


def test_it_is_read_in_the_readers_language(app: Flask, owner: Persona) -> None:
    told(app, owner)
    assert owner.id is not None
    with app.app_context(), transaction():
        speak(owner.id, "fr")
    page = unescape(owner.get("/play/notices", headers=HAITIAN).text)
    assert "You are off" not in page
    assert "Jusqu’au 2 janv. 2027, 03:04 UTC" in page


def test_one_chooses_where_one_is_told_and_not_everything(app: Flask, owner: Persona) -> None:
    page = words(owner, "/play/notices/choices")
    assert "A limit was lowered" in page
    assert "There is none with your account yet" in page, "no phone"
    on = ["player.limit_lowered push", "no.such mail", "player.limit_lowered pigeon"]
    assert owner.post("/play/notices/choices", {"on": on}).status_code == 303
    page = words(owner, "/play/notices/choices")
    ticked = set(re.findall(r'value="([a-z_]+\.[a-z_]+ [a-z]+)" checked', page))
    assert "player.limit_lowered push" in ticked
    assert "player.limit_lowered mail" not in ticked
    assert {"account.new_sign_in app", "account.new_sign_in mail"} <= ticked
    assert "account.new_sign_in push" not in ticked


def test_devices_are_taken_off_and_sessions_are_shown(app: Flask, owner: Persona, stranger: Persona) -> None:
    assert owner.id is not None
    with app.app_context(), transaction():
        device = devices.register(owner.id, "a-secret-of-push", "android")
    page = words(owner, "/play/devices")
    assert "Android" in page
    assert "Firefox on Linux" in page
    assert "a-secret-of-push" not in page
    assert stranger.post(f"/play/devices/{device}/drop").status_code == 404
    assert owner.post("/play/devices/x/drop").status_code == 404
    assert owner.post(f"/play/devices/{device}/drop").status_code == 303
    assert "No device" in words(owner, "/play/devices")


def test_forms_of_other_sites_change_nothing(app: Flask, owner: Persona) -> None:
    told(app, owner)
    for path in ("/play/notices/read", "/play/notices/choices", f"/play/devices/{UUID(int=1)}/drop", "/play/reality"):
        assert owner.browser.post(path, data={"minutes": "15"}).status_code == 400, path
    assert unread(app, owner) == 1


def test_nobody_signs_in_first(app: Flask, nobody: Persona, session: object) -> None:
    pages = ("notices", "notices/count", "notices/choices", "devices", "reality", "reality/check")
    for path in pages:
        answer = nobody.get(f"/play/{path}")
        assert (answer.status_code, answer.headers["Location"].partition("=")[0]) == (303, "/play/sign-in?next")
    with app.app_context():
        assert db.session.scalars(select(UserSession)).all() == []
