"""One table says where every route belongs; and whoever only looks changes nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session, scoped_session
from werkzeug.routing import AnyConverter, Rule
from werkzeug.routing.converters import NumberConverter

from app.chain import postings
from app.chain import service as chain
from app.core.database.session import db, transaction
from app.core.web.surfaces import Surface
from app.games.ticket_draw import service as rounds
from app.record.audit import service as audit
from app.record.ledger import service as ledger
from app.selling.windows.rounds import lifecycle
from app.wiring import PRODUCT
from tests.factories.partners import make_site
from tests.personas import Persona

SAMPLES: dict[str, str] = {
    "filename": "shared/tokens.css",
    "name": "lucky-shop",
    "number": "1",
    "file": "hash_draw.py",
    "player": "ada",
    "accent": "336699",
}
"""What stands for a route's parameters, by their names, so that pages have something to show."""

_PLAYER = {"partner": SAMPLES["name"], "playerPublicIdentifier": "ada", "playerPrivateIdentifier": "private-ada"}


def test_every_route_has_a_surface_and_every_surface_a_route(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert endpoints - set(PRODUCT.surfaces) == set(), "routes without a surface"
    assert set(PRODUCT.surfaces) - endpoints == set(), "surfaces without a route"


def test_framed_paths_are_framed_surfaces(app: Flask) -> None:
    wrong = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/embed") is not PRODUCT.surfaces[rule.endpoint].is_framed
    ]
    assert wrong == []


def test_json_lives_under_api_and_the_console_under_admin(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        surface = PRODUCT.surfaces[rule.endpoint]
        if rule.rule.startswith("/api/"):
            assert surface in (Surface.API, Surface.DEV), rule.rule
        assert rule.rule.startswith("/admin") is (surface is Surface.ADMIN), rule.rule


def _path(rule: Rule, receipt: str) -> str:
    samples = {**SAMPLES, "secret": receipt, "identifier": receipt, **(rule.defaults or {})}
    values = {name: samples[name] if name in samples else _any_value(rule, name) for name in rule.arguments}
    built = rule.build(values, append_unknown=False)
    assert built is not None, rule.rule
    return built[1]


def _any_value(rule: Rule, name: str) -> str:
    converter = rule._converters[name]
    if isinstance(converter, AnyConverter):
        return min(converter.items)
    return "1" if isinstance(converter, NumberConverter) else "sample"


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
def receipt(session: scoped_session[Session], owner: Persona) -> str:
    """A small world, so that pages find something: an owner's live site and an order in an open round; its receipt."""
    assert owner.id is not None
    session.commit()
    with transaction():
        chain.start_at(100, bytes(32), 101)
        ledger.post([postings.reserve_deposit("test", 10**9)])
        lifecycle.follow_tip(100)
        site = make_site(owner.id, status="live", name=SAMPLES["name"])
        return rounds.create_order(site, "ada", "private-ada", 100).receipt_secret


@pytest.mark.parametrize("who", ["nobody", "owner"])
def test_looking_changes_nothing(
    app: Flask, session: scoped_session[Session], receipt: str, owner: Persona, nobody: Persona, who: str
) -> None:
    browser: FlaskClient = nobody.browser if who == "nobody" else owner.browser
    changed, seen = [], set()
    before = _digest(session)
    for rule in _readable(app):
        answer = browser.get(_path(rule, receipt), query_string=_PLAYER if rule.rule.startswith("/embed") else None)
        answer.close()  # what is streamed would keep its request open until somebody sweeps it up, in another's
        after = _digest(session)
        if after != before:
            changed.append((rule.rule, answer.status_code))
        before = after
        if answer.status_code == 200:
            seen.add(rule.rule)
        # 503 is honest where there is no node; anything else of the kind is a fault.
        assert answer.status_code < 500 or answer.status_code == 503, (rule.rule, answer.status_code)
    assert changed == []
    assert {"/api/slips/<secret>", "/api/rounds/<round_number:number>", "/embed"} <= seen, "the crawl saw no real page"


def test_the_digest_sees_a_change(session: scoped_session[Session], owner: Persona) -> None:
    before = _digest(session)
    audit.raise_alarm("one", "test")
    session.commit()
    assert _digest(session) != before
