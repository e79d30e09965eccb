"""The operators' door: who is let in, who is not, how often one may try, and what the answers say."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import select

from app.core.config import ConfigError, Settings
from app.core.database.session import db
from app.faces.admin import door
from app.record.audit.models import AuditEntry
from tests.personas import Persona

from .operators import CHEAP, Operator, credentials


def test_an_operator_is_let_in(operator: Operator) -> None:
    answer = operator.get("/admin")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        credentials("operator", "wrong"),
        credentials("nobody", "operator-password-for-tests"),
        credentials("", ""),
        credentials("operator", "x" * 300),
        credentials("operator\0", "operator-password-for-tests"),
        {"Authorization": "Bearer operator-password-for-tests"},
        {"Authorization": "Basic"},
        {"Authorization": "Basic !!!"},
        {"Authorization": "Basic b3BlcmF0b3I="},
    ],
)
def test_nobody_else_is(app: Flask, session: Any, headers: dict[str, str]) -> None:
    answer = app.test_client().get("/admin", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Basic realm=")
    assert answer.headers["Cache-Control"] == "no-store"


def test_who_closes_the_browsers_question_is_led_to_the_form(app: Flask, session: Any) -> None:
    page = app.test_client().get("/admin").text
    assert re.search(r'<a class="button button-primary" href="/admin/login">\s*Sign in</a>', page)
    assert "To the start" not in page, "which would ask the same again"


def test_a_partner_is_nobody_here(owner: Persona) -> None:
    assert owner.get("/admin").status_code == 401


def test_who_tries_too_often_waits_and_who_is_in_stays_in(strict_app: Flask) -> None:
    inside = Operator(strict_app, "bea", "bea-password")
    assert inside.get("/admin").status_code == 200
    guesses = [Operator(strict_app, password=f"guess {n}").get("/admin").status_code for n in range(5)]
    assert guesses == [401, 401, 401, 429, 429]
    right = Operator(strict_app).get("/admin")
    assert right.status_code == 429, "a guess that is right must not be told apart any more"
    assert int(right.headers["Retry-After"]) > 0
    assert inside.get("/admin").status_code == 200
    elsewhere = strict_app.test_client().get("/admin", headers=credentials(), environ_base={"REMOTE_ADDR": "10.0.0.9"})
    assert elsewhere.status_code == 200


def test_that_an_operator_is_in_tells_nobody_elsewhere_which_guess_is_right(strict_app: Flask) -> None:
    """Those who are in are known without being asked anew; a guess from another address is counted all the same."""
    assert Operator(strict_app, "bea", "bea-password").get("/admin").status_code == 200
    guesser, there = strict_app.test_client(), {"REMOTE_ADDR": "10.0.0.9"}
    passwords = [*(f"guess {n}" for n in range(4)), "bea-password"]
    answers = [
        guesser.get("/admin", headers=credentials("bea", guess), environ_base=there).status_code for guess in passwords
    ]
    assert answers == [401, 401, 401, 429, 429]


def test_a_forged_address_does_not_give_more_guesses(strict_app: Flask) -> None:
    guesses = []
    for n in range(5):
        forged = {"X-Forwarded-For": f"10.1.1.{n}", "X-Real-IP": f"10.1.1.{n}", "Forwarded": f"for=10.1.1.{n}"}
        headers = credentials("operator", f"guess {n}") | forged
        guesses.append(strict_app.test_client().get("/admin", headers=headers).status_code)
    assert guesses == [401, 401, 401, 429, 429]


def test_thirty_guesses_at_once_are_three(strict_app: Flask) -> None:
    """From thirty addresses of one network; each is counted before its password is looked at."""
    together = Barrier(30)

    def guess(number: int) -> int:
        browser = strict_app.test_client()
        together.wait()
        there = {"REMOTE_ADDR": f"2001:db8::{number + 1:x}"}
        return browser.get("/admin", headers=credentials("bea", f"guess {number}"), environ_base=there).status_code

    with ThreadPoolExecutor(30) as pool:
        answers = sorted(pool.map(guess, range(30)))
    assert answers == [401] * 3 + [429] * 27
    home = {"REMOTE_ADDR": "2001:db8:0:1::1"}
    mine = strict_app.test_client().get("/admin", headers=credentials("bea", "bea-password"), environ_base=home)
    assert mine.status_code == 200, "a stranger uses up nobody's tries but his own"


def test_who_is_let_in_begins_to_count_anew(strict_app: Flask) -> None:
    for _ in range(2):
        assert [Operator(strict_app, "bea", "x").get("/admin").status_code for _ in range(2)] == [401, 401]
        door._known.clear()  # as in another process
        assert Operator(strict_app, "bea", "bea-password").get("/admin").status_code == 200


def test_many_names_are_not_many_times_the_tries(strict_app: Flask) -> None:
    answers = [Operator(strict_app, f"name-{n}", "x").get("/admin").status_code for n in range(35)]
    assert answers == [401] * 30 + [429] * 5


def test_without_credentials_nothing_is_counted(strict_app: Flask) -> None:
    assert {strict_app.test_client().get("/admin").status_code for _ in range(9)} == {401}


def test_a_mistyped_name_is_not_written_down(strict_app: Flask) -> None:
    Operator(strict_app, "my-secret-password", "x").get("/admin")
    Operator(strict_app, "bea", "x").get("/admin")
    Operator(strict_app, "bea", "bea-password").get("/admin")
    rows = db.session.execute(select(AuditEntry.actor, AuditEntry.action, AuditEntry.subject).order_by(AuditEntry.id))
    assert [tuple(row) for row in rows] == [
        ("nobody", "operator.refused", "operator:unknown"),
        ("nobody", "operator.refused", "operator:bea"),
        ("operator:bea", "operator.admitted", "operator:bea"),
    ]


def test_a_changed_password_shuts_out_at_once(strict_app: Flask) -> None:
    bea = Operator(strict_app, "bea", "bea-password")
    assert bea.get("/admin").status_code == 200
    settings: Settings = strict_app.config["SETTINGS"]
    strict_app.config["SETTINGS"] = settings.model_copy(update={"operators": None})
    assert bea.get("/admin").status_code == 401


def test_an_unknown_name_costs_as_much_as_a_wrong_password(strict_app: Flask, monkeypatch: Any) -> None:
    asked: list[str] = []
    verify = door._hasher.verify

    class Watched:
        def verify(self, hashed: str, password: str) -> bool:
            asked.append(hashed.rpartition("$")[0].rpartition("$")[0])
            return verify(hashed, password)

    monkeypatch.setattr(door, "_hasher", Watched())
    Operator(strict_app, "operator", "x").get("/admin")
    Operator(strict_app, "nobody", "x").get("/admin")
    assert len(asked) == 2
    assert asked[0] == asked[1], "the same algorithm with the same cost"


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"OPERATOR_USER": "", "OPERATOR_PASSWORD_HASH": ""}, ["OPERATOR_PASSWORD_HASH", "OPERATOR_USER"]),
        ({"OPERATOR_USER": ""}, ["OPERATOR_USER"]),
        ({"OPERATOR_USER": "", "OPERATORS": f"bea:{CHEAP.hash('x')}"}, ["OPERATOR_USER"]),
        ({"OPERATOR_USER": "a:b"}, ["OPERATOR_USER"]),
        ({"OPERATOR_PASSWORD_HASH": "secret"}, ["OPERATOR_PASSWORD_HASH"]),
        ({"OPERATORS": "bea"}, ["OPERATORS"]),
        ({"OPERATORS": "bea:"}, ["OPERATORS"]),
        ({"OPERATORS": "bea:secret"}, ["OPERATORS"]),
        ({"OPERATORS": f"operator:{CHEAP.hash('x')}"}, ["OPERATORS"]),
        ({"OPERATORS": f"bea:{CHEAP.hash('x')} bea:{CHEAP.hash('x')}"}, ["OPERATORS"]),
        ({"OPERATOR_EMAILS": "bea"}, ["OPERATOR_EMAILS"]),
        ({"METRICS_TOKEN": "short"}, ["METRICS_TOKEN"]),
    ],
)
def test_operators_that_are_none_are_refused_at_start(
    app_settings: dict[str, str], changes: dict[str, str], named: list[str]
) -> None:
    with pytest.raises(ConfigError) as refused:
        Settings.from_env({**app_settings, **changes})
    lines = [line.strip() for line in str(refused.value).splitlines()[1:]]
    assert [line.partition(":")[0] for line in lines] == named
    assert "secret" not in str(refused.value)


def test_several_operators_need_no_pair(app_settings: dict[str, str]) -> None:
    hashes = {"ada": CHEAP.hash("a"), "bea": CHEAP.hash("b")}
    listed = " ".join(f"{name}:{hashed}" for name, hashed in hashes.items())
    without = {**app_settings, "OPERATOR_USER": "", "OPERATOR_PASSWORD_HASH": "", "OPERATORS": listed}
    assert Settings.from_env(without).operator_hashes == hashes


def test_the_hash_command_makes_what_the_settings_take(app: Flask, session: Any, app_settings: dict[str, str]) -> None:
    made = app.test_cli_runner().invoke(args=["operators", "hash"], input="correct horse battery\n" * 2)
    hashed = made.output.splitlines()[-1]
    settings = Settings.from_env({**app_settings, "OPERATORS": f"bea:{hashed}"})
    assert PasswordHasher().verify(settings.operator_hashes["bea"], "correct horse battery")
    short = app.test_cli_runner().invoke(args=["operators", "hash"], input="short\nshort\n")
    assert short.exit_code == 2
    named = app.test_cli_runner().invoke(args=["operators", "list", "--json"])
    assert json.loads(named.output)["operators"] == ["operator"]
