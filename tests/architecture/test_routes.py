"""One table says where every route belongs; and whoever only looks changes nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session, scoped_session
from werkzeug.routing import Rule
from werkzeug.routing.converters import NumberConverter

from app.core.db import db
from app.core.surfaces import Surface
from app.wiring import SURFACES
from tests.factories.partners import make_site
from tests.personas import Persona

SAMPLES: dict[str, str] = {
    "filename": "css/tokens.css",
    "name": "lucky-shop",
    "number": "1",
    "identifier": "0190a000-0000-7000-8000-000000000000",
    "id": "0190a000-0000-7000-8000-000000000000",
    "secret": "n" * 32,
    "token": "n" * 32,
    "file": "hash_draw.py",
}
"""What stands for a route's parameters, by their names, so that pages have something to show."""


def test_every_route_has_a_surface_and_every_surface_a_route(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert endpoints - set(SURFACES) == set(), "routes without a surface"
    assert set(SURFACES) - endpoints == set(), "surfaces without a route"


def test_framed_paths_are_framed_surfaces(app: Flask) -> None:
    wrong = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/embed") is not SURFACES[rule.endpoint].is_framed
    ]
    assert wrong == []


def test_json_lives_under_api_and_the_console_under_admin(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        surface = SURFACES[rule.endpoint]
        if rule.rule.startswith("/api/"):
            assert surface in (Surface.API, Surface.DEV), rule.rule
        assert rule.rule.startswith("/admin") is (surface is Surface.ADMIN), rule.rule


def _path(rule: Rule) -> str:
    values = {name: SAMPLES.get(name, _any_value(rule, name)) for name in rule.arguments}
    built = rule.build(values, append_unknown=False)
    assert built is not None, rule.rule
    return built[1]


def _any_value(rule: Rule, name: str) -> str:
    return "1" if isinstance(rule._converters[name], NumberConverter) else "sample"


def _readable(app: Flask) -> Iterator[Rule]:
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and not rule.endpoint.startswith("rq_dashboard"):
            yield rule


def _digest(session: scoped_session[Session]) -> str:
    """Every row of every table."""
    session.rollback()
    whole = hashlib.sha256()
    for name in sorted(db.metadata.tables):
        rows = session.execute(
            text(f"SELECT coalesce(md5(string_agg(t::text, '' ORDER BY t::text)), '') FROM {name} t")
        )
        whole.update(f"{name}={rows.scalar_one()}\n".encode())
    return whole.hexdigest()


@pytest.fixture
def some_rows(session: scoped_session[Session], owner: Persona) -> Persona:
    """An owner with a site, so that pages find something."""
    assert owner.id is not None
    make_site(owner.id, status="live", name=SAMPLES["name"])
    session.commit()
    return owner


@pytest.mark.parametrize("who", ["nobody", "owner"])
def test_looking_changes_nothing(
    app: Flask, session: scoped_session[Session], some_rows: Persona, nobody: Persona, who: str
) -> None:
    browser: FlaskClient = nobody.browser if who == "nobody" else some_rows.browser
    changed = []
    before = _digest(session)
    for rule in _readable(app):
        answer = browser.get(_path(rule))
        after = _digest(session)
        if after != before:
            changed.append((rule.rule, answer.status_code))
        before = after
        # 503 is honest where there is no node; anything else of the kind is a fault.
        assert answer.status_code < 500 or answer.status_code == 503, (rule.rule, answer.status_code)
    assert changed == []
