"""The page of breaks: each is asked before it begins, and none ends before its end."""

from __future__ import annotations

from html import unescape

import pytest
from flask import Flask

from app.people.players import queries
from app.people.players.queries import Breaks
from tests.personas import Persona

from .test_limits import words


def on(app: Flask, who: Persona) -> Breaks:
    assert who.id is not None
    with app.app_context():
        return queries.breaks_of(who.id)


def test_days_off_are_asked_and_then_begin(app: Flask, owner: Persona) -> None:
    question = words(owner, "/play/breaks/timeout?days=7")
    assert "Take 7 days off?" in question
    assert "Nobody can cut it short." in question
    assert "Games that are played without an account do not know you" in question
    assert not on(app, owner).is_on, "looking begins nothing"
    assert "/play/wallet/top-up?currency=" in words(owner, "/play/wallet")
    answer = owner.post("/play/breaks/timeout?days=7", {"days": "7"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/play/breaks")
    assert on(app, owner).timeout_until is not None
    assert "You are off until" in words(owner, "/play/breaks")
    assert "/play/wallet/top-up?currency=" not in words(owner, "/play/wallet"), "nothing offers what would be refused"
    for path in ("/play", "/play/limits"):
        assert "You are off" in words(owner, path)
    assert "You are off for longer already." in words(owner, "/play/breaks/timeout?days=3", 422)
    assert "Take 30 days off?" in words(owner, "/play/breaks/timeout?days=30")


def test_an_exclusion_is_asked_and_then_nobody_lifts_it(app: Flask, owner: Persona) -> None:
    question = words(owner, "/play/breaks/exclusion?months=6")
    assert "Exclude yourself for 6 months?" in question
    assert "you cannot, and we cannot" in question
    assert "what you are owed is still paid to you" in question
    assert not on(app, owner).is_on
    assert owner.post("/play/breaks/exclusion?months=6", {"months": "6"}).status_code == 303
    until = on(app, owner).excluded_until
    assert until is not None
    page = words(owner, "/play/breaks")
    assert "You have excluded yourself" in page
    assert "Take days off" not in page
    assert "You are excluded for longer already." in words(owner, "/play/breaks/exclusion?months=6", 422)
    owner.post("/play/breaks/timeout", {"days": "1"})
    assert on(app, owner).excluded_until == until


def test_the_safe_answer_has_the_focus(owner: Persona) -> None:
    for path in ("/play/breaks/timeout?days=7", "/play/breaks/exclusion?months=6"):
        page = unescape(owner.get(path).text)
        safe = page.partition('href="/play/breaks"\n')[2].partition("</a>")[0]
        assert "autofocus" in safe
        assert page.count("autofocus") == 1


@pytest.mark.parametrize("days", ["0", "31", "-7", "x", "7.5", "", "9999", "٣"])
def test_days_that_cannot_be(app: Flask, owner: Persona, days: str) -> None:
    page = words(owner, f"/play/breaks/timeout?days={days}", 422)
    assert "Choose between 1 and 30 days." in page
    assert owner.post("/play/breaks/timeout", {"days": days}).status_code == 422
    assert not on(app, owner).is_on


@pytest.mark.parametrize("months", ["5", "0", "61", "-6", "x", ""])
def test_months_that_cannot_be(app: Flask, owner: Persona, months: str) -> None:
    page = words(owner, f"/play/breaks/exclusion?months={months}", 422)
    assert "Choose between 6 and 60 months." in page
    assert owner.post("/play/breaks/exclusion", {"months": months}).status_code == 422
    assert not on(app, owner).is_on


def test_the_addresses_of_the_forms_open_by_themselves(owner: Persona) -> None:
    for path in ("/play/breaks/timeout", "/play/breaks/exclusion"):
        assert "Exclude yourself" in words(owner, path)


def test_a_form_of_another_site_begins_nothing(app: Flask, owner: Persona) -> None:
    assert owner.browser.post("/play/breaks/timeout", data={"days": "7"}).status_code == 400
    assert owner.browser.post("/play/breaks/exclusion", data={"months": "6"}).status_code == 400
    assert not on(app, owner).is_on


def test_nobody_is_asked_to_sign_in(nobody: Persona) -> None:
    answer = nobody.get("/play/breaks/exclusion?months=6")
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/play/sign-in?next=")


def test_who_is_off_is_told_when_he_would_raise_a_limit(app: Flask, owner: Persona) -> None:
    key = {"kind": "deposit", "period": "week", "currency": "HTG"}
    owner.post("/play/limits", {**key, "amount": "5"})
    owner.post("/play/breaks/timeout", {"days": "7"})
    answer = owner.post("/play/limits", {**key, "amount": "9"})
    assert answer.status_code == 422
    assert "You have taken time off until" in unescape(answer.text)
    answer = owner.post("/play/limits/remove", key)
    assert answer.status_code == 403
    assert "You have taken time off until" in unescape(answer.text)
    assert owner.post("/play/limits", {**key, "amount": "3"}).status_code == 303
