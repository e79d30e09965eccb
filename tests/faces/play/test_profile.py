"""The pages of registering and of one's profile, by a form, with htmx and without."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask import Flask

from app.content.texts import service as texts
from app.content.texts.rules import LANGUAGES
from app.core.database.session import transaction
from app.core.errors import DomainError
from app.people.players import spending
from app.people.players.verification import service as verification
from app.wiring import PRODUCT
from tests.people.players.test_registering import born_years_ago
from tests.personas import Persona

from .test_limits import words

ADA = {
    "name": "Ada Lovelace",
    "date_of_birth": "1990-12-10",
    "jurisdiction": "HT",
    "currency": "HTG",
    "locale": "en",
}


def test_a_person_registers_and_reads_who_he_is(owner: Persona) -> None:
    assert "You have not registered." in words(owner, "/play")
    form = words(owner, "/play/register")
    assert "Haiti 18, Philippines 21, United States 18." in form
    assert re.search(r"<option[^>]* selected[^>]*>(Haiti|Philippines|United States)<", form) is None
    answer = owner.post("/play/register", ADA)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/play")
    page = words(owner, "/play")
    for said in (
        "You are registered.",
        "Ada Lovelace",
        "December 10, 1990",
        "HTG, Haitian gourdes",
        "owner@example.com",
    ):
        assert said in page
    assert owner.get("/play/register").headers["Location"] == "/play"
    for one in (page, words(owner, "/play/limits"), words(owner, "/"), words(owner, "/rounds")):
        assert 'id="bell"' in one, "the same head everywhere"
    assert 'href="/play">What an account is for</a>' in words(owner, "/")


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "For games that are played from it"), ("fr", "Aux jeux qui se jouent depui")],
)
def test_who_signs_in_reads_what_an_account_is_for_and_what_needs_none(
    owner: Persona, nobody: Persona, language: str, said: str
) -> None:
    owner.post("/play/register", ADA)
    for who, path in ((owner, "/play"), (nobody, "/play/sign-in")):
        what_for = words(who, f"{path}?lang={language}").partition('id="what-for"')[2].partition("</section>")[0]
        assert said in what_for
        from_it, without_it = what_for.split("<h3>")
        for front in PRODUCT.games.fronts:
            assert f'href="{front.path}?lang={language}"' in (from_it if front.play else without_it), front.path
    assert 'id="bell"' not in words(nobody, "/")


def test_a_form_with_htmx_is_answered_by_its_part(owner: Persona) -> None:
    answer = owner.post("/play/register", {**ADA, "name": "Ada 2"}, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert answer.text.lstrip().startswith("<form")
    answer = owner.post("/play/register", ADA, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, "/play")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": ""}, "This is required."),
        ({"name": "Ada 2"}, "letters only"),
        ({"date_of_birth": "1990-02-31"}, "Write the day on which you were born"),
        ({"jurisdiction": ""}, "Choose where you play."),
        ({"jurisdiction": "FR"}, "Nobody can register from there."),
        ({"currency": "EUR"}, "not a currency"),
        ({"locale": "de"}, "We do not speak this language."),
    ],
)
def test_what_is_refused_is_said_beside_its_field_and_kept(owner: Persona, change: dict[str, str], said: str) -> None:
    answer = owner.post("/play/register", {**ADA, **change})
    page = unescape(answer.text)
    assert answer.status_code == 422
    assert said in page
    assert page.count("autofocus") == 1
    if "date_of_birth" not in change:
        assert 'value="1990-12-10"' in page
    assert "You have not registered." in words(owner, "/play")


def test_who_would_be_too_young_is_asked_once_more_then_told_and_signed_out(owner: Persona) -> None:
    child = {**ADA, "date_of_birth": born_years_ago(16)}
    assert "Write the day on which you were born" in unescape(
        owner.post("/play/register", {**ADA, "date_of_birth": born_years_ago(5)}).text
    )
    asked = owner.post("/play/register", child)
    page = unescape(asked.text)
    assert (asked.status_code, "one has to be 18" in page) == (422, True)
    assert re.search(r"makes you 1[56] years old", page)
    assert f'name="sure" value="{child["date_of_birth"]}"' in page
    assert page.index(">Register<") < page.index('name="sure"'), "Enter is no yes"
    again = owner.post("/play/register", {**child, "sure": "2001-01-01"})
    assert "The date is right" in again.text, "that was said of another one"
    answer = owner.post("/play/register", {**child, "sure": child["date_of_birth"]})
    page = unescape(answer.text)
    assert answer.status_code == 422
    assert "has to be 18 years old or older. We have kept nothing" in page
    assert "Ada" not in page
    assert "Sign out" not in page
    assert 'href="/account"' not in page
    assert owner.get("/play").headers["Location"].startswith("/play/sign-in")


def test_who_corrects_the_date_shows_papers_before_anything_costs_money(app: Flask, owner: Persona) -> None:
    owner.post("/play/register", {**ADA, "date_of_birth": born_years_ago(16)})
    assert owner.id is not None
    assert owner.post("/play/register", ADA).status_code == 303
    for path in ("/play", "/play/verification"):
        assert "You first wrote a date of birth at which nobody may play" in words(owner, path)
    changed = owner.post("/play/profile", {**ADA, "date_of_birth": "1980-01-01"})
    assert (changed.status_code, owner.get("/api/players/me").json["verification"]["isNeeded"]) == (422, True)
    with transaction(), pytest.raises(DomainError, match="verification_needed"):
        spending.allowed(owner.id, "HTG", "deposit", 100)
    with transaction():
        for what in ("submit", "verify"):
            verification.move(owner.id, what, actor="operator:ada")
        spending.allowed(owner.id, "HTG", "deposit", 100)
    assert "You first wrote" not in words(owner, "/play")


def test_with_htmx_the_page_around_the_form_knows_that_nobody_is_signed_in(owner: Persona) -> None:
    """A negative control: what is only refused, or asked, stays in the form's place."""
    child = {**ADA, "date_of_birth": born_years_ago(16)}
    for asked in ({**ADA, "name": ""}, child):
        part = owner.post("/play/register", asked, headers={"HX-Request": "true"})
        assert ("HX-Retarget" in part.headers, "<html" in part.text) == (False, False)
    sure = {**child, "sure": child["date_of_birth"]}
    whole = owner.post("/play/register", sure, headers={"HX-Request": "true"})
    assert (whole.status_code, whole.headers["HX-Retarget"], whole.headers["HX-Reswap"]) == (422, "body", "innerHTML")
    assert ("<html" in whole.text, 'href="/account"' in whole.text) == (True, False)


def test_an_excluded_person_does_not_play_by_another_address(owner: Persona, stranger: Persona) -> None:
    owner.post("/play/register", ADA)
    owner.post("/play/breaks/exclusion?months=6", {"months": "6"})
    assert stranger.post("/play/register", {**ADA, "name": "ADA-LOVELACE"}).status_code == 303
    for page in ("/play", "/play/verification"):
        assert "We must not say more here" in words(stranger, page)
        assert "We must not say more here" not in words(owner, page)
    answer = owner.post("/play/profile", {**ADA, "name": "Somebody Else"})
    assert "You have excluded yourself until" in unescape(answer.text)


def test_a_profile_is_changed_by_its_form(app: Flask, owner: Persona) -> None:
    assert owner.get("/play/profile").headers["Location"] == "/play/register"
    owner.post("/play/register", ADA)
    assert 'value="Ada Lovelace"' in owner.get("/play/profile").text
    assert owner.post("/play/profile", {**ADA, "currency": "sat", "locale": "ht"}).status_code == 303
    page = words(owner, "/play")
    assert "Kreyòl" in page
    assert "Your profile is changed." not in page, "said in the language that was chosen"
    assert owner.post("/play/profile?lang=en", {**ADA, "currency": "sat"}).headers["Location"] == "/play?lang=en"
    assert "Your profile is changed." in words(owner, "/play")
    assert owner.post("/play/profile", {**ADA, "currency": "sat"}).status_code == 303
    assert "Your profile is as it was." in words(owner, "/play")
    answer = owner.post("/play/profile", {**ADA, "date_of_birth": born_years_ago(3)})
    assert answer.status_code == 422
    assert "Ada Lovelace" in words(owner, "/play")


def test_a_form_of_another_site_registers_nobody(owner: Persona) -> None:
    assert owner.browser.post("/play/register", data=ADA).status_code == 400
    assert "You have not registered." in words(owner, "/play")


@pytest.mark.parametrize("path", ["/play", "/play/register", "/play/profile"])
def test_nobody_is_asked_to_sign_in(nobody: Persona, path: str) -> None:
    assert nobody.get(path).headers["Location"].startswith("/play/sign-in?next=")


@pytest.mark.parametrize("language", ["fr", "ht"])
def test_pages_speak(owner: Persona, language: str) -> None:
    for path in ("/play", "/play/register"):
        page = unescape(owner.get(f"{path}?lang={language}").text)
        for english in ("You have not registered", "Date of birth", "Where you play", "Register</h1>"):
            assert english not in page


def test_what_the_house_says_first_stands_on_ones_own_first_page(owner: Persona) -> None:
    words_of = {tag: {"title": f"Closed {tag}", "body": ""} for tag in LANGUAGES}
    with transaction():
        text_id = texts.create("banner", words_of, place=0, page=None, actor="operator:operator")
        texts.publish(text_id, 1, shown_from=None, shown_until=None, reason="a holiday", actor="operator:operator")
    assert "Closed en" in words(owner, "/play")
    assert "Closed en" not in words(owner, "/play/limits")
