"""The page of limits: what it says at each stage, with htmx and without, and what it refuses."""

from __future__ import annotations

from html import unescape
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from app.core.database.session import db, transaction
from app.people.players import queries
from tests.personas import Persona, signed_in

KEY = {"kind": "deposit", "period": "week", "currency": "HTG"}
QUERY = "kind=deposit&period=week&currency=HTG"


def words(who: Persona, path: str = "/play/limits", status: int = 200) -> str:
    answer = who.get(path)
    assert answer.status_code == status, answer.text
    return " ".join(unescape(answer.text).replace("\u00a0", " ").split())


def wished_before(app: Flask, hours: float) -> None:
    with app.app_context(), transaction():
        db.session.execute(
            text("UPDATE player_limits SET wished_at = clock_timestamp() - make_interval(secs => :seconds)"),
            {"seconds": hours * 3600},
        )


def held(app: Flask, who: Persona) -> list[int]:
    assert who.id is not None
    with app.app_context():
        return [one.amount for one in queries.limits_of(who.id)]


def save(who: Persona, amount: str, **options: Any) -> Any:
    return who.post("/play/limits", {**KEY, "amount": amount}, **options)


def test_from_nothing_to_a_raise_that_is_confirmed(app: Flask, owner: Persona) -> None:
    page = words(owner)
    assert "You have set no limit." in page
    assert "The Bitcoin games of today have no accounts" in page, "what it does not cover is said"
    assert save(owner, "500").status_code == 303
    page = words(owner)
    assert "Deposits in any 7 days: from now on 500.00 HTG." in page
    assert "Left now" in page
    assert save(owner, "800,50").status_code == 303
    page = words(owner)
    assert "nothing has changed yet" in page
    assert "You asked for 800.50 HTG" in page
    assert "You can say yes a second time from" in page
    assert "Say yes again" not in page
    assert owner.get(f"/play/limits/raise?{QUERY}").status_code == 303, "it is too early to be asked"
    assert held(app, owner) == [50_000]
    wished_before(app, 25)
    assert "Say yes again" in words(owner)
    question = words(owner, f"/play/limits/raise?{QUERY}")
    assert "Deposits in any 7 days: 800.50 HTG instead of 500.00 HTG." in question
    assert owner.post("/play/limits/raise", {**KEY, "amount": "80050"}).status_code == 303
    assert "from now on 800.50 HTG" in words(owner)
    assert held(app, owner) == [80_050]


def test_a_limit_is_taken_away_in_two_steps(app: Flask, owner: Persona) -> None:
    save(owner, "500")
    question = words(owner, f"/play/limits/remove?{QUERY}")
    assert "500.00 HTG holds for 24 hours more" in question
    assert owner.post("/play/limits/remove", KEY).status_code == 303
    assert held(app, owner) == [50_000]
    assert "You asked for no limit" in words(owner)
    wished_before(app, 30)
    assert "no limit instead of 500.00 HTG" in words(owner, f"/play/limits/raise?{QUERY}")
    owner.post("/play/limits/raise", {**KEY, "amount": ""})
    assert held(app, owner) == []


def test_a_wish_is_withdrawn(app: Flask, owner: Persona) -> None:
    save(owner, "500")
    save(owner, "800")
    owner.post("/play/limits/withdraw", KEY)
    page = words(owner)
    assert "The limit stays as it is." in page
    assert "You asked for" not in page
    wished_before(app, 30)
    assert owner.post("/play/limits/raise", {**KEY, "amount": "80000"}).status_code == 303
    assert "No such raise waits" in words(owner)
    assert held(app, owner) == [50_000]


@pytest.mark.parametrize("amount", ["", "-5", "1.234,50", "twelve", "1e3", "1.234", "9" * 30])
def test_what_is_no_amount_is_said_beside_the_field_and_kept(app: Flask, owner: Persona, amount: str) -> None:
    for headers in ({}, {"HX-Request": "true"}):
        answer = save(owner, amount, headers=headers)
        page = unescape(answer.text)
        assert answer.status_code == 422
        assert ("<html" in page, "<title>Error: Limits" in page) == (not headers, not headers)
        assert f'value="{amount}"' in page
        assert 'id="amount-error"' in page
    assert held(app, owner) == []


@pytest.mark.parametrize(("name", "value"), [("kind", "win"), ("period", "year"), ("currency", "EUR"), ("kind", "")])
def test_what_is_not_offered_is_refused(app: Flask, owner: Persona, name: str, value: str) -> None:
    assert owner.post("/play/limits", {**KEY, "amount": "5", name: value}).status_code == 422
    for path in ("/play/limits/raise", "/play/limits/remove", "/play/limits/withdraw"):
        assert owner.post(path, {**KEY, name: value}).status_code == 404
    assert owner.get("/play/limits", query_string={**KEY, name: value}).status_code == 404
    assert held(app, owner) == []


@pytest.mark.parametrize("amount", ["x", "-1", "1.5", "9" * 17])
def test_a_question_that_was_never_asked_is_not_answered(app: Flask, owner: Persona, amount: str) -> None:
    save(owner, "500")
    save(owner, "800")
    wished_before(app, 30)
    owner.post("/play/limits/raise", {**KEY, "amount": amount})
    assert held(app, owner) == [50_000]


def test_with_htmx_the_answer_leads_to_the_whole_page(owner: Persona) -> None:
    answer = save(owner, "500", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, "/play/limits")


def test_a_limit_that_holds_is_put_into_the_form(owner: Persona) -> None:
    save(owner, "500")
    assert 'value="500.00"' in words(owner, f"/play/limits?{QUERY}")


def test_a_form_of_another_site_changes_nothing(app: Flask, owner: Persona) -> None:
    for path in ("/play/limits", "/play/limits/remove", "/play/limits/raise", "/play/limits/withdraw"):
        assert owner.browser.post(path, data={**KEY, "amount": "5"}).status_code == 400
    assert held(app, owner) == []


def test_it_is_read_in_ones_own_language(app: Flask, owner: Persona) -> None:
    answer = owner.post("/play/limits?lang=fr", {**KEY, "amount": "800,50"})
    assert answer.headers["Location"] == "/play/limits?lang=fr"
    page = words(owner, "/play/limits?lang=fr")
    assert "800,50 HTG" in page
    assert '<html lang="fr"' in page
    assert "Set a limit" not in page
    assert "lang=fr" in words(owner, "/play/limits?lang=fr&" + QUERY)


def test_nobody_is_sent_to_the_login_and_back(nobody: Persona) -> None:
    answer = nobody.get("/play/limits")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/play/sign-in?next=/play/limits")


def test_the_account_and_the_house_lead_there(app: Flask, owner: Persona, nobody: Persona) -> None:
    for page in (owner.get("/account").text, nobody.get("/house/playing").text):
        assert "/play/limits" in page
        assert "/play/breaks" in page
    other = signed_in(app, "other@example.com")
    assert "You have set no limit." in words(other)


def test_a_limit_says_which_currencies_it_does_not_count_and_closes_them_with_one_yes(
    app: Flask, owner: Persona
) -> None:
    assert "no limit in" not in words(owner)
    save(owner, "500")
    page = words(owner)
    assert "Deposits: no limit in PHP, USD" in page
    assert "Set a limit for USD" in page
    question = words(owner, f"/play/limits/only?{QUERY}")
    assert "Let nothing through in PHP, USD?" in question
    assert "Deposits in any 7 days: zero in each of these, at once." in question
    for _ in range(2):
        assert owner.post("/play/limits/only", KEY).status_code == 303
    assert "no limit in" not in words(owner)
    assert held(app, owner) == [50_000, 0, 0]
    assert owner.get(f"/play/limits/only?{QUERY}").status_code == 303, "nothing is left to close"
    assert owner.get("/play/limits/only?kind=deposit&period=week&currency=EUR").status_code == 404
