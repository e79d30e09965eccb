"""Pages are in the language of the account that is signed in, and lead a player past what is in English alone."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import update

from app.core.database.session import db, transaction
from app.people.accounts.models import UserSession
from app.people.accounts.person.leaving import speak
from tests.personas import Persona

from .test_profile import ADA

FRENCH = {"Accept-Language": "fr"}


def page(who: Persona, path: str) -> str:
    answer = who.get(path, headers=FRENCH)
    assert answer.status_code == 200
    return unescape(answer.text)


def lang(text: str) -> str:
    found = re.search(r'<html lang="([a-z]+)"', text)
    assert found is not None
    return found[1]


def speaks(app: Flask, who: Persona, language: str) -> None:
    assert who.id is not None
    with app.app_context(), transaction():
        speak(who.id, language)


def by_password(app: Flask, who: Persona) -> None:
    """Whose session opens no partner's pages."""
    with app.app_context(), transaction():
        db.session.execute(update(UserSession).where(UserSession.user_id == who.id).values(strength="password"))


def test_who_chooses_a_language_reads_in_it_at_once_whatever_the_browser_prefers(
    owner: Persona, nobody: Persona
) -> None:
    answer = owner.post("/play/register?lang=fr", {**ADA, "locale": "ht"})
    assert answer.headers["Location"] == "/play?lang=ht", "the form's own address chooses no more"
    assert "Ou enskri." in page(owner, "/play")
    for path in ("/", "/play", "/rounds"):
        assert lang(page(owner, path)) == "ht", path
    assert lang(page(nobody, "/rounds")) == "fr", "who is not signed in"
    assert lang(page(owner, "/play?lang=en")) == "en", "what is asked for comes first"
    answer = owner.get("/play", headers=FRENCH)
    assert "Cookie" in answer.headers["Vary"]
    assert answer.headers["Cache-Control"] == "no-store"
    owner.post("/play/profile", {**ADA, "locale": "fil"})
    assert lang(page(owner, "/play")) == "fil"
    assert lang(page(owner, "/rounds")) == "fr", "a draft has no words there: the browser's choice"


@pytest.mark.parametrize(
    ("language", "note", "account"),
    [
        ("en", "", "Account"),
        ("fr", "Cette page n’existe qu’en anglais.", "Compte"),
        ("ht", "Paj sa a an anglè sèlman.", "Kont"),
        ("fil", "", "Account"),
    ],
)
def test_the_account_says_that_it_is_in_english_alone_and_players_are_not_led_there(
    app: Flask, owner: Persona, language: str, note: str, account: str
) -> None:
    speaks(app, owner, language)
    text = page(owner, "/account")
    assert lang(text) == "en"
    assert note in text
    assert ("in English only" in text, account in text) == (False, True)
    marked = f'<a href="/account" hreflang="en">{account}' if language != "en" else f'<a href="/account">{account}'
    assert marked in page(owner, "/play/limits")
    by_password(app, owner)
    players = page(owner, "/play/limits")
    assert 'href="/account"' not in players
    assert f'<p class="crumb"><a href="/play">{account}</a></p>' in players
    assert 'action="/logout"' in page(owner, "/account")


def test_ways_to_sign_in_stand_among_the_tabs_and_the_mail_address_has_a_card(app: Flask, owner: Persona) -> None:
    owner.post("/play/register", ADA)
    profile, ways = page(owner, "/play"), page(owner, "/play/ways")
    assert 'href="/play/ways">Sign-in</a>' in profile
    assert 'action="/logout"' in profile
    assert 'href="/play/ways" aria-current="page"' in ways
    assert 'id="ways" class="stack-loose"' in ways
    assert '<h2 id="mail-title">Use another mail address</h2>' in ways
    assert "phone and password" in page(owner, "/account")


def test_who_signs_out_reads_so_in_his_language(app: Flask, owner: Persona) -> None:
    owner.post("/play/register", ADA | {"locale": "fr"})
    answer = owner.post("/logout")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/?lang=fr")
    assert "Vous êtes déconnecté." in page(owner, "/?lang=fr")
