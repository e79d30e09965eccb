"""Operators sign in by a form: what a session opens, when it ends, and what each may open."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from werkzeug.test import TestResponse

from app.core.config import Settings
from app.core.database.session import db, transaction
from app.core.errors import NotFound
from app.core.web.surfaces import Surface
from app.faces.admin import door
from app.faces.admin.approving import api as approvals_api
from app.faces.admin.approving import pages as approvals
from app.faces.admin.modules import EVERYBODYS, NOBODYS, OF_SECTIONS, module_of
from app.faces.admin.signing_in import api as signing_in_api
from app.faces.admin.signing_in import own
from app.faces.admin.signing_in import pages as signing_in
from app.faces.admin.watch import concerns
from app.people.operators import queries, service
from app.people.operators.rules import MODULES
from app.record.audit.models import AuditEntry
from app.wiring import PRODUCT
from tests.factories.partners import make_site
from tests.personas import form_token
from tests.settings import OPERATOR_PASSWORD

from .operators import CHEAP, NAME, Operator, credentials

COOKIE = "tiraj_operator"
WHY = {"actor": "operator:test", "reason": "a test"}


def sign_in(browser: FlaskClient, name: str, password: str, **form: str) -> TestResponse:
    data = {"csrf_token": form_token(browser), "name": name, "password": password, **form}
    return browser.post("/admin/login", data=data)


def inside(app: Flask, name: str = "bea", password: str = "bea-password") -> FlaskClient:
    browser = app.test_client()
    answer = sign_in(browser, name, password)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/admin")
    return browser


def acts() -> list[tuple[str, str]]:
    db.session.rollback()
    rows = db.session.execute(select(AuditEntry.actor, AuditEntry.action).order_by(AuditEntry.id))
    return [(row.actor, row.action) for row in rows]


def change(sql: str) -> None:
    with transaction() as session:
        session.execute(text(sql))


def test_the_form_opens_a_session_that_needs_no_credentials(strict_app: Flask) -> None:
    browser = inside(strict_app)
    cookie = browser.get_cookie(COOKIE)
    assert cookie is not None
    assert (cookie.http_only, cookie.same_site, cookie.path) == (True, "Lax", "/")
    page = browser.get("/admin")
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    assert "Sign out" in page.text
    stored = db.session.execute(text("SELECT token_hash FROM operator_sessions")).scalar_one()
    assert cookie.value.encode() not in bytes(stored)
    assert acts() == [("operator:bea", "operator.admitted")]


def test_the_form_leads_back_and_nowhere_else(strict_app: Flask) -> None:
    places = {
        "/admin/rounds?page=2": "/admin/rounds?page=2",
        "https://evil.example/admin": "/admin",
        "//evil.example": "/admin",
        "/admin/../partners": "/admin",
        "/partners": "/admin",
        "/administrators": "/admin",
        "/admin/login?next=/admin": "/admin",
        "": "/admin",
    }
    found = {
        wanted: sign_in(strict_app.test_client(), "bea", "bea-password", next=wanted).headers["Location"]
        for wanted in places
    }
    assert found == places
    browser = inside(strict_app)
    assert browser.get("/admin/login?next=/admin/audit").headers["Location"] == "/admin/audit"


@pytest.mark.parametrize(
    ("name", "password"),
    [("bea", "wrong"), ("nobody", "bea-password"), ("bea\0", "bea-password"), ("", "x"), ("b", "")],
)
def test_nobody_else_is_let_in(strict_app: Flask, name: str, password: str) -> None:
    browser = strict_app.test_client()
    answer = sign_in(browser, name, password)
    assert answer.status_code == 422
    assert browser.get_cookie(COOKIE) is None
    assert not password or f'value="{password}"' not in answer.text
    assert "WWW-Authenticate" not in answer.headers


def test_tries_at_the_form_and_by_credentials_are_counted_together(strict_app: Flask) -> None:
    browser = strict_app.test_client()
    answers = [sign_in(browser, "bea", f"guess {n}").status_code for n in range(2)]
    answers += [Operator(strict_app, "bea", f"other {n}").get("/admin").status_code for n in range(2)]
    answers.append(sign_in(browser, "bea", "bea-password").status_code)
    assert answers == [422, 422, 401, 429, 429]


def test_that_bea_is_in_saves_no_guess_at_the_form(strict_app: Flask) -> None:
    """The mark by which credentials are known again is no way around the count."""
    assert Operator(strict_app, "bea", "bea-password").get("/admin").status_code == 200
    browser = strict_app.test_client()
    assert [sign_in(browser, "bea", f"guess {n}").status_code for n in range(3)] == [422, 422, 422]
    assert sign_in(browser, "bea", "bea-password").status_code == 429


def test_a_form_of_another_site_signs_nobody_in(strict_app: Flask) -> None:
    answer = strict_app.test_client().post("/admin/login", data={"name": "bea", "password": "bea-password"})
    assert answer.status_code == 400
    assert inside(strict_app).post("/admin/logout").status_code == 400


def test_signing_out_ends_the_session_itself(strict_app: Flask) -> None:
    browser = inside(strict_app)
    cookie = browser.get_cookie(COOKIE)
    assert cookie is not None
    answer = browser.post("/admin/logout", data={"csrf_token": form_token(browser)})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/admin/login")
    assert browser.get_cookie(COOKIE) is None
    copy = strict_app.test_client()
    copy.set_cookie(COOKIE, cookie.value)
    assert copy.get("/api/admin/payout-psbts").status_code == 401
    assert acts()[-1] == ("operator:bea", "operator.signed_out")


@pytest.mark.parametrize(
    "aged",
    [
        "last_seen_at = now() - interval '30 minutes 1 second'",
        "last_seen_at = now(), expires_at = now() - interval '1 second'",
        "revoked_at = now()",
    ],
)
def test_an_old_session_leads_to_the_form_and_back(strict_app: Flask, aged: str) -> None:
    browser = inside(strict_app)
    change(f"UPDATE operator_sessions SET {aged}")
    answer = browser.get("/admin/audit?page=2")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/admin/login?next=%2Fadmin%2Faudit%3Fpage%3D2")
    assert browser.get("/api/admin/payout-psbts").status_code == 401
    form = {"csrf_token": form_token(browser), "reason": "x"}
    assert browser.post("/admin/system/switches/sales?act=stop", data=form).status_code == 401


def test_a_session_lasts_while_it_is_used_and_twelve_hours(strict_app: Flask) -> None:
    browser = inside(strict_app)
    change("UPDATE operator_sessions SET last_seen_at = now() - interval '29 minutes'")
    assert browser.get("/admin/audit").status_code == 200
    seen, left = db.session.execute(
        text(
            "SELECT extract(epoch FROM clock_timestamp() - last_seen_at), extract(epoch FROM expires_at - now())"
            " FROM operator_sessions"
        )
    ).one()
    assert seen < 60
    assert 12 * 3600 - 60 < left < 12 * 3600 + 60


def test_an_open_page_alone_keeps_no_session(strict_app: Flask) -> None:
    """The console's pages ask for themselves every few seconds."""
    browser = inside(strict_app)
    change("UPDATE operator_sessions SET last_seen_at = now() - interval '29 minutes'")
    assert browser.get("/admin", headers={"HX-Request": "true"}).status_code == 200
    assert db.session.execute(
        text("SELECT last_seen_at < now() - interval '28 minutes' FROM operator_sessions")
    ).scalar_one()


@pytest.mark.parametrize("token", ["", "x", "é" * 9, "x" * 65, "' OR true --"])
def test_a_made_up_token_opens_nothing(strict_app: Flask, token: str) -> None:
    inside(strict_app)
    browser = strict_app.test_client()
    browser.set_cookie(COOKIE, token)
    assert browser.get("/api/admin/payout-psbts").status_code == 401
    assert browser.get("/admin").status_code in (303, 401)


def test_who_is_disabled_is_out_at_once_by_every_way(strict_app: Flask) -> None:
    browser, basic = inside(strict_app), Operator(strict_app, "bea", "bea-password")
    assert basic.get("/admin").status_code == 200
    with transaction():
        assert service.disable("bea", **WHY)
    assert basic.get("/admin").status_code == 401
    assert browser.get("/api/admin/payout-psbts").status_code == 401
    assert sign_in(strict_app.test_client(), "bea", "bea-password").status_code == 422
    with transaction():
        assert service.enable("bea", **WHY)
        assert not service.enable("bea", **WHY)
    assert basic.get("/admin").status_code == 200
    assert browser.get("/api/admin/payout-psbts").status_code == 401, "whoever was put out signs in anew"


def test_a_password_of_ones_own_takes_the_place_of_the_settings(strict_app: Flask) -> None:
    browser = inside(strict_app)
    with transaction():
        service.set_password("bea", CHEAP.hash("another-password"), **WHY)
    assert browser.get("/api/admin/payout-psbts").status_code == 401
    assert Operator(strict_app, "bea", "bea-password").get("/admin").status_code == 401
    assert inside(strict_app, password="another-password").get("/admin").status_code == 200
    settings: Settings = strict_app.config["SETTINGS"]
    strict_app.config["SETTINGS"] = settings.model_copy(update={"operators": None})
    assert Operator(strict_app, "bea", "another-password").get("/admin").status_code == 200


def test_who_is_taken_out_of_the_settings_is_out(strict_app: Flask) -> None:
    browser = inside(strict_app)
    settings: Settings = strict_app.config["SETTINGS"]
    strict_app.config["SETTINGS"] = settings.model_copy(update={"operators": None})
    assert browser.get("/api/admin/payout-psbts").status_code == 401
    assert Operator(strict_app, "bea", "bea-password").get("/admin").status_code == 401


def test_a_session_is_not_opened_for_a_password_that_changed_meanwhile(strict_app: Flask) -> None:
    known = queries.known("bea")
    assert known is not None
    with transaction():
        service.set_password("bea", CHEAP.hash("another-password"), **WHY)
    with transaction():
        assert service.open_session(known, agent="") is None
    with transaction():
        service.disable("bea", **WHY)
    with transaction():
        assert service.open_session(known, agent="") is None
    assert db.session.execute(text("SELECT count(*) FROM operator_sessions")).scalar_one() == 0


def test_ten_sign_in_at_once_for_the_first_time(strict_app: Flask) -> None:
    """Each finds no row yet; one row is made, and every session is of it."""
    together = Barrier(10)

    def enter(_: int) -> str | None:
        with strict_app.app_context():
            known = queries.known("bea")
            db.session.rollback()
            assert known is not None
            together.wait()
            with transaction():
                return service.open_session(known, agent="")

    with ThreadPoolExecutor(10) as pool:
        tokens = set(pool.map(enter, range(10)))
    assert len(tokens - {None}) == 10
    counted = text("SELECT (SELECT count(*) FROM operators), (SELECT count(*) FROM operator_sessions)")
    assert tuple(db.session.execute(counted).one()) == (1, 10)


def test_an_operator_opens_what_they_may_and_no_more(strict_app: Flask) -> None:
    with transaction():
        service.set_privileges("bea", ["rounds", "audit"], **WHY)
    browser, basic = inside(strict_app), Operator(strict_app, "bea", "bea-password")
    for ask in (browser.get, basic.get):
        page = ask("/admin")
        assert page.status_code == 200
        assert 'href="/admin/rounds"' in page.text
        assert 'href="/admin/suspended"' not in page.text.partition("</nav>")[0]
        assert ask("/admin/rounds").status_code == 200
        refused = ask("/admin/partners")
        assert refused.status_code == 403
        assert "You may not open this part of the console (partners)." in refused.text
        assert ask("/api/admin/payout-psbts").status_code == 403
        assert ask("/admin/rq/").status_code == 403
    with transaction():
        service.set_privileges("bea", ["partners"], **WHY)
    assert browser.get("/admin/rounds").status_code == 403, "from the next request on"
    assert browser.get("/admin/partners").status_code == 200


def test_an_operator_finds_what_they_may_open(strict_app: Flask) -> None:
    with transaction():
        name = make_site().name
        service.set_privileges("bea", ["payouts"], **WHY)
    browser = inside(strict_app)
    assert name not in browser.get("/admin/search?q=lucky-shop").text
    with transaction():
        service.set_privileges("bea", ["partners"], **WHY)
    assert browser.get("/admin/search?q=lucky-shop").location == f"/admin/partners/{name}"


def test_the_overview_leads_nobody_where_they_may_not_be(strict_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """What needs a person is said to everybody; its link is for who may follow it."""
    needs = [concerns.Concern("warn", "Jackpots to pay", "/admin/payouts", "Draft one."), *_system_needs()]
    monkeypatch.setattr(concerns, "concerns", lambda seen: needs)
    with transaction():
        service.set_privileges("bea", ["partners", "alarms"], **WHY)
    browser = inside(strict_app)
    page = browser.get("/admin").text
    assert "<span>Jackpots to pay</span>" in page
    places = set(re.findall(r'href="(/admin[^"]*)"', page))
    assert {browser.get(place).status_code for place in places if place != "/admin/logout"} == {200}
    with transaction():
        service.set_privileges("bea", ["payouts"], **WHY)
    assert '<a href="/admin/payouts">Jackpots to pay</a>' in browser.get("/admin").text


def _system_needs() -> list[concerns.Concern]:
    places = (concerns.jobs_place("default", "failed"), "/admin/system/jobs", "/admin/rounds?game=rounds&state=halted")
    return [concerns.Concern("bad", f"Trouble {n}", place, "Look.") for n, place in enumerate(places)]


def test_a_decision_needs_the_privilege_too(strict_app: Flask) -> None:
    with transaction():
        service.set_privileges("bea", ["rounds"], **WHY)
    browser = inside(strict_app)
    form = {"csrf_token": form_token(browser), "reason": "for me"}
    assert browser.post("/admin/system/switches/sales?act=stop", data=form).status_code == 403
    answer = browser.post("/api/admin/payout-psbts/sweep", json={"reason": "for me"})
    assert answer.status_code == 403
    assert answer.get_json()["code"] == "operator_not_privileged"
    assert not db.session.execute(text("SELECT 1 FROM audit_entries WHERE action LIKE '%.stopped'")).first()


def test_a_form_wins_over_what_a_browser_sends_along(strict_app: Flask) -> None:
    """Browsers send the name and password that they were once asked for with every request until they are closed."""
    browser, along = inside(strict_app), credentials(NAME, OPERATOR_PASSWORD)
    assert "Signed in as bea" in browser.get("/admin/me", headers=along).text
    without = strict_app.test_client().get("/admin/me", headers=along).text
    assert f"Signed in as {NAME}" in without
    assert "Sign in by the form" in without
    told = browser.get("/api/admin/approvals", headers=along)
    assert told.status_code == 200, "a program that names somebody means that one"


def test_json_by_a_session_is_of_our_own_pages(strict_app: Flask) -> None:
    browser = inside(strict_app)
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}):
        answer = browser.post("/api/admin/payout-psbts/sweep", json={"reason": "x"}, headers=headers)
        assert answer.status_code == 403, headers
        assert answer.get_json()["code"] == "origin_refused"
    assert browser.post("/api/admin/payout-psbts/sweep", data={"reason": "x"}).status_code == 415


def test_every_endpoint_of_the_console_has_a_module(app: Flask) -> None:
    """One that has none is closed to everybody; the form and the way out alone stand before the door."""
    found: dict[str, set[str]] = {}
    for rule in app.url_map.iter_rules():
        is_console = PRODUCT.surfaces[rule.endpoint] is Surface.ADMIN or rule.rule.startswith(
            ("/api/admin", "/metrics")
        )
        if is_console and rule.endpoint not in (*signing_in.ENDPOINTS, *signing_in_api.ENDPOINTS):
            found.setdefault(module_of(rule.endpoint), set()).add(rule.endpoint)
    assert NOBODYS not in found
    assert set(found) == {EVERYBODYS, *MODULES}
    first = {"admin_overview.overview", "admin_search.search", "metrics.metrics"}
    assert found[EVERYBODYS] == {*first, *approvals.ENDPOINTS, *approvals_api.ENDPOINTS, *own.ENDPOINTS}
    assert set(OF_SECTIONS) == {href for href, _ in door.SECTIONS}
    adapter = app.url_map.bind("localhost")
    assert {href: module_of(str(adapter.match(href)[0])) for href in OF_SECTIONS} == OF_SECTIONS


def test_an_endpoint_without_a_module_is_closed(app: Flask, session: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: not even who may everything is let in."""
    monkeypatch.setattr(door, "module_of", lambda endpoint: NOBODYS)
    assert Operator(app).get("/admin").status_code == 403


@pytest.fixture
def flask(strict_app: Flask) -> Callable[..., Any]:
    def run(*args: str, **options: Any) -> Any:
        return strict_app.test_cli_runner().invoke(args=["operators", *args], **options)

    return run


WHO = ("--operator", "ada", "--reason", "for a test")


def test_commands_make_operators_and_say_what_they_may(strict_app: Flask, flask: Callable[..., Any]) -> None:
    typed = {"input": "carla-password\n" * 2}
    assert flask("add", "carla", "rounds", "jobs", *WHO, **typed).exit_code == 0
    assert flask("add", "carla", *WHO, **typed).output.endswith("Error: operator_exists\n")
    assert flask("add", "bea", *WHO, **typed).output.endswith("Error: operator_exists\n")
    assert flask("add", "dora", *WHO, input="short\nshort\n").exit_code == 2
    assert flask("add", "d ora", *WHO, **typed).exit_code == 2
    assert flask("add", "dora", "everything", *WHO, **typed).exit_code == 2
    carla = inside(strict_app, "carla", "carla-password")
    assert carla.get("/admin/rounds").status_code == 200
    assert carla.get("/admin/payouts").status_code == 403
    assert flask("privilege", "carla", "payouts", *WHO).output == "carla: changed\n"
    assert flask("privilege", "carla", "payouts", *WHO).output == "carla: as it was\n"
    assert carla.get("/admin/payouts").status_code == 200
    assert flask("privilege", "nobody", *WHO).output == "Error: operator_not_found\n"
    told = {one.name: (one.way, one.is_disabled, tuple(one.privileges), one.sessions) for one in queries.everybody()}
    assert told == {
        "operator": ("settings", False, MODULES, 0),
        "bea": ("settings", False, MODULES, 0),
        "carla": ("own", False, ("payouts",), 1),
    }
    assert (
        flask("list").output
        == "bea  by the settings  everything\ncarla  payouts\noperator  by the settings  everything\n"
    )


def test_commands_disable_and_change_passwords(strict_app: Flask, flask: Callable[..., Any]) -> None:
    browser = inside(strict_app)
    assert flask("password", "bea", *WHO, input="a-longer-password\n" * 2).output.endswith("bea: changed\n")
    assert browser.get("/api/admin/payout-psbts").status_code == 401
    assert flask("disable", "bea", *WHO).output == "bea: changed\n"
    assert flask("disable", "bea", *WHO).output == "bea: as it was\n"
    assert sign_in(strict_app.test_client(), "bea", "a-longer-password").status_code == 422
    assert flask("enable", "bea", *WHO).output == "bea: changed\n"
    inside(strict_app, "bea", "a-longer-password")
    assert [one for one in acts() if one[0] == "operator:ada"] == [
        ("operator:ada", "operator.password_changed"),
        ("operator:ada", "operator.disabled"),
        ("operator:ada", "operator.enabled"),
    ]


def test_seeding_gives_rows_once_and_changes_none(flask: Callable[..., Any]) -> None:
    assert flask("privilege", "bea", "audit", *WHO).exit_code == 0
    assert flask("seed", "--operator", "ada").output == "operator\n"
    assert flask("seed", "--operator", "ada").output == "all have theirs\n"
    found = {one.name: tuple(one.privileges) for one in queries.everybody()}
    assert found == {"bea": ("audit",), "operator": MODULES}


def test_nobody_is_changed_who_is_none(strict_app: Flask) -> None:
    with pytest.raises(NotFound), transaction():
        service.disable("nobody", **WHY)


def test_old_sessions_are_forgotten(strict_app: Flask) -> None:
    inside(strict_app)
    inside(strict_app)
    change(
        "UPDATE operator_sessions SET revoked_at = now() - interval '31 days'"
        " WHERE id = (SELECT id FROM operator_sessions LIMIT 1)"
    )
    with transaction():
        assert service.purge() == 1
        assert service.purge() == 0


def test_credentials_work_as_before(strict_app: Flask) -> None:
    """An installation that changes nothing notices nothing, and a browser without a session is asked for them."""
    first = strict_app.test_client().get("/admin")
    assert (first.status_code, first.headers["WWW-Authenticate"][:5]) == (401, "Basic")
    everywhere = strict_app.test_client().get("/admin/payouts", headers=credentials(NAME, OPERATOR_PASSWORD))
    assert everywhere.status_code == 200
    assert "Sign out" not in everywhere.text
    assert db.session.execute(text("SELECT count(*) FROM operators")).scalar_one() == 0


@pytest.mark.parametrize(
    "headers", [{"Origin": "http://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_another_sites_page_signs_nobody_in_or_out(strict_app: Flask, headers: dict[str, str]) -> None:
    browser = strict_app.test_client()
    data = {"csrf_token": form_token(browser), "name": "bea", "password": "bea-password"}
    refused = browser.post("/admin/login", data=data, headers=headers)
    assert refused.status_code == 403
    assert browser.get_cookie(COOKIE) is None
    entered = inside(strict_app)
    token = {"csrf_token": form_token(entered)}
    assert entered.post("/admin/logout", data=token, headers=headers).status_code == 403
    assert entered.get("/admin").status_code == 200, "still in"
    assert entered.post("/admin/logout", data=token, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 303


@pytest.mark.parametrize("path", ["/admin/logout", "/admin/login?x=1", "/admin/%6cogout", "/admin/x/../logout", "/log"])
def test_who_signs_in_is_led_to_a_page_of_the_console(strict_app: Flask, path: str) -> None:
    answer = sign_in(strict_app.test_client(), "bea", "bea-password", next=path)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/admin")
