"""Limits and breaks by JSON: as one asks, for oneself alone, from our own pages."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from werkzeug.test import TestResponse

from app.core.database.session import db, transaction
from app.people.accounts import service as accounts
from app.people.players import queries
from tests.personas import Persona

WEEK = {"currency": "HTG", "kind": "deposit", "period": "week"}
FOREIGN: list[dict[str, str]] = [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}]
WRITES = [
    ("PUT", "limits", {**WEEK, "amountMinor": 100}),
    ("POST", "limits/confirm", {**WEEK, "amountMinor": 100}),
    ("POST", "timeout", {"days": 1}),
    ("POST", "exclusion", {"months": 6}),
]


def send(who: Persona, what: str, body: object, method: str = "POST", **headers: str) -> TestResponse:
    return who.browser.open(
        f"/api/players/{what}",
        method=method,
        data=json.dumps(body),
        content_type="application/json",
        headers=headers,
    )


def put(who: Persona, amount: int | None, **other: str) -> dict[str, Any]:
    answer = send(who, "limits", {**WEEK, **other, "amountMinor": amount}, "PUT")
    assert answer.status_code == 200, answer.text
    assert isinstance(answer.json, dict)
    return answer.json


def limits(who: Persona) -> dict[str, Any]:
    answer = who.get("/api/players/limits")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert isinstance(answer.json, dict)
    return answer.json


def an_earlier_wish(app: Flask, hours: float) -> None:
    """As if what waits had been asked for so long ago."""
    with app.app_context(), transaction():
        db.session.execute(
            text("UPDATE player_limits SET wished_at = clock_timestamp() - make_interval(secs => :seconds)"),
            {"seconds": hours * 3600},
        )


def test_lower_at_once_and_higher_by_a_second_yes(app: Flask, owner: Persona) -> None:
    assert limits(owner) == {"limits": [], "timedOutUntil": None, "excludedUntil": None}
    first = put(owner, 50_000)
    assert (first["amountMinor"], first["spentMinor"], first["leftMinor"], first["waiting"]) == (
        50_000,
        0,
        50_000,
        None,
    )
    assert put(owner, 30_000)["amountMinor"] == 30_000
    wished = put(owner, 80_000)
    assert (wished["amountMinor"], wished["waiting"]["amountMinor"]) == (30_000, 80_000)
    opens, lapses = (datetime.fromisoformat(wished["waiting"][name]) for name in ("opensAt", "lapsesAt"))
    assert lapses - opens == timedelta(hours=48)
    early = send(owner, "limits/confirm", {**WEEK, "amountMinor": 80_000})
    assert (early.status_code, early.get_json()["code"]) == (409, "raise_too_early")
    assert early.mimetype == "application/problem+json"
    an_earlier_wish(app, 24)
    other = send(owner, "limits/confirm", {**WEEK, "amountMinor": 90_000})
    assert (other.status_code, other.get_json()["code"]) == (409, "no_raise_waits")
    done = send(owner, "limits/confirm", {**WEEK, "amountMinor": 80_000}).get_json()
    assert (done["amountMinor"], done["waiting"]) == (80_000, None)
    again = send(owner, "limits/confirm", {**WEEK, "amountMinor": 80_000})
    assert again.status_code == 409
    assert [one["amountMinor"] for one in limits(owner)["limits"]] == [80_000]


def test_what_is_not_confirmed_in_time_is_forgotten(app: Flask, owner: Persona) -> None:
    put(owner, 100)
    put(owner, 200)
    an_earlier_wish(app, 72)
    assert limits(owner)["limits"][0]["waiting"] is None
    late = send(owner, "limits/confirm", {**WEEK, "amountMinor": 200})
    assert late.get_json()["code"] == "no_raise_waits"
    assert put(owner, 200)["waiting"]["amountMinor"] == 200, "it can be wished anew, and waits anew"
    assert send(owner, "limits/confirm", {**WEEK, "amountMinor": 200}).get_json()["code"] == "raise_too_early"


def test_taking_a_limit_away_is_a_raise(app: Flask, owner: Persona) -> None:
    assert put(owner, None)["amountMinor"] is None, "where none is, none is taken away"
    put(owner, 100)
    wished = put(owner, None)
    assert (wished["amountMinor"], wished["waiting"]["amountMinor"]) == (100, None)
    an_earlier_wish(app, 30)
    done = send(owner, "limits/confirm", {**WEEK, "amountMinor": None}).get_json()
    assert (done["amountMinor"], done["since"], done["leftMinor"]) == (None, None, None)
    assert limits(owner)["limits"] == []


def test_limits_are_ones_own_and_each_of_its_own_kind(owner: Persona, stranger: Persona) -> None:
    put(owner, 100)
    put(owner, 200, period="day")
    put(owner, 300, currency="sat", kind="loss")
    assert limits(stranger)["limits"] == []
    found = [(one["currency"], one["kind"], one["period"], one["amountMinor"]) for one in limits(owner)["limits"]]
    assert found == [("HTG", "deposit", "day", 200), ("HTG", "deposit", "week", 100), ("sat", "loss", "week", 300)]


def test_breaks_begin_at_once_and_only_grow(app: Flask, owner: Persona) -> None:
    answer = send(owner, "timeout", {"days": 7})
    until = datetime.fromisoformat(answer.get_json()["until"])
    assert send(owner, "timeout", {"days": 1}).get_json() == answer.get_json()
    excluded = send(owner, "exclusion", {"months": 12}).get_json()["until"]
    assert send(owner, "exclusion", {"months": 6}).get_json()["until"] == excluded
    told = limits(owner)
    assert datetime.fromisoformat(told["timedOutUntil"]) == until
    assert told["excludedUntil"] == excluded
    assert send(owner, "exclusion", {"months": 13}).get_json()["until"] > excluded
    with app.app_context():
        assert timedelta(days=6, hours=23) < until - queries.read_now() < timedelta(days=7)


def test_who_is_off_raises_nothing_and_may_lower(app: Flask, owner: Persona) -> None:
    put(owner, 100)
    put(owner, 200)
    send(owner, "timeout", {"days": 7})
    an_earlier_wish(app, 30)
    refused = send(owner, "limits/confirm", {**WEEK, "amountMinor": 200})
    assert (refused.status_code, refused.get_json()["code"]) == (403, "player_timed_out")
    send(owner, "exclusion", {"months": 6})
    refused = send(owner, "limits", {**WEEK, "amountMinor": 900}, "PUT")
    assert (refused.status_code, refused.get_json()["code"]) == (403, "player_excluded")
    assert put(owner, 50)["amountMinor"] == 50


@pytest.mark.parametrize(
    ("what", "method", "body", "field"),
    [
        ("limits", "PUT", {**WEEK, "currency": "EUR", "amountMinor": 1}, "currency"),
        ("limits", "PUT", {**WEEK, "currency": "htg", "amountMinor": 1}, "currency"),
        ("limits", "PUT", {**WEEK, "kind": "win", "amountMinor": 1}, "kind"),
        ("limits", "PUT", {**WEEK, "period": "year", "amountMinor": 1}, "period"),
        ("limits", "PUT", {**WEEK, "amountMinor": -1}, "amountMinor"),
        ("limits", "PUT", {**WEEK, "amountMinor": 21 * 10**14 + 1}, "amountMinor"),
        ("limits", "PUT", {**WEEK, "amountMinor": 1.5}, "amountMinor"),
        ("limits", "PUT", {**WEEK, "amountMinor": "100"}, "amountMinor"),
        ("limits", "PUT", {**WEEK, "amountMinor": True}, "amountMinor"),
        ("limits", "PUT", WEEK, "amountMinor"),
        ("limits", "PUT", {**WEEK, "amountMinor": 1, "userId": "x"}, "userId"),
        ("timeout", "POST", {"days": 0}, "days"),
        ("timeout", "POST", {"days": 31}, "days"),
        ("timeout", "POST", {}, "days"),
        ("exclusion", "POST", {"months": 5}, "months"),
        ("exclusion", "POST", {"months": 61}, "months"),
        ("exclusion", "POST", {"months": "6"}, "months"),
    ],
)
def test_what_cannot_be_names_its_field(owner: Persona, what: str, method: str, body: object, field: str) -> None:
    answer = send(owner, what, body, method)
    assert answer.status_code == 422
    assert [one["field"] for one in answer.get_json()["errors"]] == [field]
    assert "Not accepted" not in answer.text
    assert limits(owner) == {"limits": [], "timedOutUntil": None, "excludedUntil": None}


@pytest.mark.parametrize(("method", "what", "body"), WRITES)
def test_nobody_else_does_it(
    app: Flask, owner: Persona, nobody: Persona, method: str, what: str, body: dict[str, Any]
) -> None:
    assert send(nobody, what, body, method).get_json()["code"] == "not_signed_in"
    for headers in FOREIGN:
        assert send(owner, what, body, method, **headers).get_json()["code"] == "origin_refused"
    form = owner.browser.open(f"/api/players/{what}", method=method, data={key: str(one) for key, one in body.items()})
    assert form.status_code == 415
    assert limits(owner) == {"limits": [], "timedOutUntil": None, "excludedUntil": None}
    assert nobody.get("/api/players/limits").status_code == 401


def test_a_program_does_it_with_a_bearer_token(app: Flask, owner: Persona, nobody: Persona) -> None:
    assert owner.id is not None
    with app.app_context(), transaction():
        token = accounts.open_session(owner.id, agent="app")
    answer = send(nobody, "timeout", {"days": 2}, Authorization=f"Bearer {token}")
    assert answer.status_code == 200
    assert limits(owner)["timedOutUntil"] == answer.get_json()["until"]


def test_each_act_is_in_the_audit_log_and_bound_by_the_public_one(app: Flask, owner: Persona) -> None:
    put(owner, 100)
    put(owner, 100)
    put(owner, 200)
    put(owner, 100)
    put(owner, 200)
    an_earlier_wish(app, 30)
    send(owner, "limits/confirm", {**WEEK, "amountMinor": 200})
    put(owner, None)
    an_earlier_wish(app, 30)
    send(owner, "limits/confirm", {**WEEK, "amountMinor": None})
    send(owner, "timeout", {"days": 3})
    send(owner, "exclusion", {"months": 6})
    send(owner, "exclusion", {"months": 6})
    with app.app_context():
        rows = db.session.execute(
            text("SELECT action FROM audit_entries WHERE action LIKE 'player.%' ORDER BY id")
        ).scalars()
        found = [name.removeprefix("player.") for name in rows]
        told = db.session.execute(text("SELECT subject, data FROM log_leaves WHERE data LIKE '%player.%'")).all()
    assert found[:5] == [
        "limit_set",
        "limit_raise_asked",
        "limit_raise_withdrawn",
        "limit_raise_asked",
        "limit_raised",
    ]
    assert found[5:9] == ["limit_raise_asked", "limit_removed", "timed_out", "excluded"]
    assert len(told) == len(found)
    assert {leaf.subject for leaf in told} == {"user"}, "and nobody is named there"
    assert not any(str(owner.id) in leaf.data for leaf in told)
