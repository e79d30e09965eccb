"""Who may do what in the console, over every route of it: nobody but operators, and nothing without its token."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session, scoped_session
from werkzeug.routing import Rule
from werkzeug.routing.converters import AnyConverter, UUIDConverter

from app.core.web.surfaces import Surface
from app.faces.admin.signing_in import api as signing_in_api
from app.faces.admin.signing_in import pages as signing_in
from app.wiring import PRODUCT
from tests.personas import Persona, form_token

from .operators import Operator, credentials

pytestmark = pytest.mark.slow
"""Each asks at every address."""

_NAMES = {"name": "sales", "identifier": "00000000-0000-7000-8000-000000000000", "game_name": "rounds"}
_PRIVATE_ASSETS = {"rq_dashboard.static", "rq_dashboard.favicon"}


def console(app: Flask) -> list[tuple[Rule, str]]:
    """Every route of the console with each of its methods."""
    found = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint in (*signing_in.ENDPOINTS, *signing_in_api.ENDPOINTS):  # before the door: test_signing_in.py
            continue
        if PRODUCT.surfaces[rule.endpoint] is Surface.ADMIN or rule.rule.startswith(("/api/admin", "/metrics")):
            found += [(rule, method) for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})]
    return found


def path_of(rule: Rule) -> str:
    values = {name: _NAMES.get(name) or _any_value(rule, name) for name in rule.arguments}
    built = rule.build(values, append_unknown=False)
    assert built is not None, rule.rule
    return built[1]


def _any_value(rule: Rule, name: str) -> str:
    converter = rule._converters.get(name)
    if isinstance(converter, AnyConverter):
        return sorted(converter.items)[0]
    if isinstance(converter, UUIDConverter):
        return _NAMES["identifier"]
    return "0" if name == "instance_number" else "1"


def _ask(browser: FlaskClient, rule: Rule, method: str, headers: dict[str, str]) -> int:
    json = rule.rule.startswith("/api/admin")
    body = {"json": {}} if json and method != "GET" else {"data": {}} if method != "GET" else {}
    follow = method == "GET"  # an old address of the same page is forwarded whoever asks
    answer = browser.open(path_of(rule), method=method, headers=headers, follow_redirects=follow, **body)  # type: ignore[arg-type]
    return answer.status_code


def test_there_is_a_console(app: Flask) -> None:
    assert len(console(app)) > 30


@pytest.mark.parametrize("who", ["nobody", "wrong", "partner", "token"])
def test_only_operators_come_in(
    app: Flask, session: scoped_session[Session], owner: Persona, nobody: Persona, who: str
) -> None:
    browser = owner.browser if who == "partner" else nobody.browser
    headers = {
        "wrong": credentials("operator", "wrong"),
        "token": {"Authorization": "Bearer not-the-token-of-metrics"},
    }.get(who, {})
    before = session.execute(text("SELECT count(*) FROM audit_entries WHERE action <> 'operator.refused'")).scalar()
    answers = {(rule.rule, method): _ask(browser, rule, method, headers) for rule, method in console(app)}
    assert {key: status for key, status in answers.items() if status != 401} == {}
    after = session.execute(text("SELECT count(*) FROM audit_entries WHERE action <> 'operator.refused'")).scalar()
    assert after == before


def test_operators_do(operator: Operator, app: Flask) -> None:
    refused = {
        rule.rule: status
        for rule, method in console(app)
        if method == "GET" and (status := operator.get(path_of(rule)).status_code) in (401, 403, 500)
    }
    assert refused == {}


def test_a_form_without_its_token_changes_nothing(operator: Operator, app: Flask) -> None:
    for rule, method in console(app):
        if method == "GET" or rule.endpoint.startswith("rq_dashboard") or rule.rule.startswith("/api/admin"):
            continue
        bare = operator.browser.open(path_of(rule), method=method, data={"reason": "x"}, headers=operator.headers)
        assert bare.status_code == 400, rule.rule
        wrong = operator.browser.open(
            path_of(rule), method=method, data={"reason": "x", "csrf_token": "wrong"}, headers=operator.headers
        )
        assert wrong.status_code == 400, rule.rule


def test_json_of_another_site_changes_nothing(operator: Operator, app: Flask) -> None:
    """Browsers send an operator's credentials with a request that another site's page makes."""
    for rule, method in console(app):
        if method == "GET" or not rule.rule.startswith("/api/admin"):
            continue
        for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}):
            answer = operator.browser.open(path_of(rule), method=method, json={}, headers=operator.headers | headers)
            assert answer.status_code == 403, rule.rule
        form = operator.browser.open(path_of(rule), method=method, data={"x": "y"}, headers=operator.headers)
        assert form.status_code == 415, rule.rule


def test_pages_take_no_json(operator: Operator) -> None:
    answer = operator.browser.post(
        "/admin/system/switches/sales",
        json={"act": "stop", "reason": "x", "csrf_token": form_token(operator.browser)},
        headers=operator.headers,
    )
    assert answer.status_code == 415


def test_every_answer_is_private_and_in_no_frame(operator: Operator, app: Flask) -> None:
    for rule, method in console(app):
        if method != "GET" or rule.endpoint in _PRIVATE_ASSETS:
            continue
        answer = operator.get(path_of(rule), follow_redirects=True)
        assert answer.headers["Cache-Control"] == "no-store", rule.rule
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"], rule.rule
        inline = "'unsafe-inline'" in answer.headers["Content-Security-Policy"]
        if answer.status_code == 200:
            assert inline is rule.rule.startswith("/admin/rq"), rule.rule
