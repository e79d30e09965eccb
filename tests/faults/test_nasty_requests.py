"""Whatever a request carries, the answer is a refusal in the route's own language: never a 500, on no route."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from itertools import cycle, islice
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.routing import Rule

from app.core.database.session import db, transaction
from app.games.ticket_draw.models import TicketOrder
from app.people.accounts.login.page_door import session_cookie
from app.people.accounts.service import open_session
from dev.node.process import NodeProcess
from tests.factories.world import World
from tests.personas import form_token
from tests.settings import EXPLORE

CLASSES: dict[str, tuple[str, ...]] = {
    "nothing": ("", " ", "~"),
    "a number and not quite": ("0", "-1", "1e3", "1_000", "01", "٣", "NaN"),
    "a number too large": ("2147483648", "9223372036854775808", "9" * 400),
    "control characters": ("\0", "a\0b", "\r\nSet-Cookie: a=b"),
    "another path": ("../../etc/passwd", "..%2f", ".", ".."),
    "half a code": ("%", "%00", "%ff"),
    "letters nobody sees": ("\u202e", "\u200b", "\ud7ff", "é\u0301"),
    "another language": ("=cmd()", "<script>alert(1)</script>", "'; DROP TABLE rounds; --", "{{7*7}}"),
    "another site": ("//evil.example", "/\\evil.example", "javascript:alert(1)"),
    "long": ("x" * 5_000, "🎟" * 200),
    "nobody's id": ("00000000-0000-0000-0000-000000000000", "0198C0DE-0000-7000-8000-000000000000"),
    "JSON": ("true", "null", "[]", "{}"),
}
NASTY = tuple(value for values in CLASSES.values() for value in values)
NAMES = (
    "partner",
    "playerPublicIdentifier",
    "playerPrivateIdentifier",
    "preview",
    "game",
    "tickets",
    "add",
    "shown",
    "instead",
    "before",
    "after",
    "limit",
    "from",
    "round",
    "next",
    "token",
    "email",
    "code",
    "form_token",
    "hash",
    "digits",
    "hashesPerDigit",
    "expect",
    "internalKey",
    "terms",
    "network",
    "address",
    "house_edge",
    "section",
    "name",
    "display_name",
    "payout_address",
    "payout_address_acknowledged",
    "accent_color",
    "embed_origins",
    "status",
)


@pytest.fixture
def world(chain_app: Flask, node: NodeProcess) -> World:
    return World(chain_app, node).begin()


@pytest.fixture
def browser(world: World) -> FlaskClient:
    """The owner of a live site, with a session."""
    site = world.site()
    with transaction():
        token = open_session(db.session.merge(site).owner_user_id, agent="a")
        name = db.session.merge(site).name
    client = world.app.test_client()
    with world.app.test_request_context("/"):
        client.set_cookie(session_cookie(), token)
    client.site_name = name  # type: ignore[attr-defined]
    return client


def filled(rule: Rule, value: str, site: str) -> Iterator[str]:
    """The rule's address with a nasty value in one place at a time, and sound ones elsewhere."""
    sound = {"number": "1", "name": site, "player": "ada", "accent": "aabbcc", "file": "hash_draw.py"}
    arguments = sorted(rule.arguments)
    for bad in arguments or [""]:
        path = rule.rule
        for argument in arguments:
            shown = quote(value, safe="") if argument == bad else sound.get(argument, "nothing")
            for spelled in (f"<{argument}>", f"<round_number:{argument}>", f"<path:{argument}>"):
                path = path.replace(spelled, shown)
        yield path


SKIPPED = {"static", "site_development.reset_db", "accounts.logout"}
"""The framework's own, what empties the tables, and what would end the session."""


def routes(app: Flask, method: str) -> list[Rule]:
    return [
        rule for rule in app.url_map.iter_rules() if rule.endpoint not in SKIPPED and method in (rule.methods or ())
    ]


EVERY = 4


def values_for(place: int) -> tuple[str, ...]:
    """For the route at this place one value of every fourth class, and of the others for the routes beside it, so that
    routes share the values out, each beginning with another class; all when exploring. A route without places meets all
    values at once, each under another name: so a name meets a fourth of the classes there, and the others on the routes
    beside it."""
    found = NASTY if EXPLORE else tuple(values[place // EVERY % len(values)] for values in CLASSES.values())
    first = place % len(found)
    return (found[first:] + found[:first])[:: 1 if EXPLORE else EVERY]


SHUT, ENOUGH = 401, 2


def goes_no_further(shut: int) -> bool:
    """A door that has refused so many values, for who asks, before it read any, refuses the others."""
    return shut >= ENOUGH and not EXPLORE


def refused(answer: Any) -> bool:
    return bool(answer.status_code < 500 or answer.status_code == 503)


@pytest.mark.slow
def test_no_nasty_value_in_a_path_or_query_ends_in_a_server_error(world: World, browser: FlaskClient) -> None:
    site = browser.site_name  # type: ignore[attr-defined]
    failures, shut, met = [], Counter[int](), set()
    for place, rule in enumerate(routes(world.app, "GET")):
        for turn, value in enumerate(values_for(place), place):
            if goes_no_further(shut[place]):
                break
            for path in filled(rule, value, site):
                names = islice(cycle(NAMES), turn % len(NAMES), turn % len(NAMES) + len(NAMES))
                values = islice(cycle(NASTY), turn * 7 % len(NASTY), turn * 7 % len(NASTY) + len(NAMES))
                query = dict(zip(names, values, strict=True)) | {"partner": site if turn % 2 else value}
                # A wrong path is mostly refused before its query is read, and a path without places is never wrong.
                wanted = (query, {}) if EXPLORE else (query,) if turn % 4 == 0 or not rule.arguments else ({},)
                for asked in wanted:
                    headers = {"HX-Request": "true"} if asked and turn % 3 else {}
                    answer = browser.get(path, query_string=asked, headers=headers, buffered=True)
                    if not refused(answer):
                        failures.append((path, asked, answer.status_code))
                    shut[place] += answer.status_code == SHUT
            met.add(value)
    assert failures == []
    assert met == set(NASTY), "every value meets some route"


@pytest.mark.slow
def test_no_nasty_form_ends_in_a_server_error(world: World, browser: FlaskClient) -> None:
    site = browser.site_name  # type: ignore[attr-defined]
    failures, shut, met = [], Counter[int](), set()
    sections = ("looks", "games", "edge", "payout", "origins", "status", "x")
    for place, rule in enumerate(routes(world.app, "POST")):
        for turn, value in enumerate(values_for(place), place):
            if goes_no_further(shut[place]):
                break
            form: dict[str, object] = dict.fromkeys(NAMES, value)
            form |= {"csrf_token": form_token(browser), "section": sections[turn % len(sections)]}
            framed = {"partner": site, "playerPublicIdentifier": value, "playerPrivateIdentifier": "p"}
            paths = sorted({rule.rule.replace("<name>", site), *filled(rule, value, site)})
            path = paths[turn % len(paths)]  # each value somewhere, each place with many values
            answer = browser.post(path, data=form, query_string=framed if turn % 2 else {})
            if not refused(answer):
                failures.append((path, value, answer.status_code))
            met.add(value)
            shut[place] += answer.status_code == SHUT
    assert failures == []
    assert met == set(NASTY), "every value meets some route"


SOUND = {"partnerName": "x", "playerPublicIdentifier": "ada", "playerPrivateIdentifier": "p"}


def bodies(site: str) -> Iterator[bytes]:
    for value in (*NASTY, None, True, 1.0, -0.0, 10**29, 2**31, 2**63, [], {}, ["a"], {"a": 1}):
        for field in (*SOUND, "requestedRoundNumber", "extra"):
            yield json.dumps(SOUND | {"partnerName": site} | {field: value}).encode()
    yield from (
        b"",
        b"null",
        b"[]",
        b"1",
        b'"',
        b"\xef\xbb\xbf{}",
        b"\xff\xfe",
        b"{" * 10_000,
        b"[" * 10_000,
        b'{"a":1,"a":2}',
        b'{"a":NaN}',
        b'{"a":1e400}',
        b'{"a":' + b"9" * 5_000 + b"}",
        b'{"a":"\\ud800"}',
        b" " * 70_000,
        b"{}x",
        b'{"a":1e-99999999}',
        b'{"requestedRoundNumber":1e5}',
    )


def test_no_nasty_body_ends_in_a_server_error_or_an_order(world: World, browser: FlaskClient) -> None:
    site = browser.site_name  # type: ignore[attr-defined]
    for body in bodies(site):
        answer = browser.post("/api/slips", data=body, content_type="application/json")
        if answer.status_code == 201:
            wanted = json.loads(body)
            assert wanted["playerPublicIdentifier"].strip()
            assert wanted.get("requestedRoundNumber") in (None, 1)
            continue
        assert 400 <= answer.status_code < 500, (body[:80], answer.status_code)
        assert answer.mimetype == "application/problem+json"


def test_a_refused_order_leaves_no_row(world: World, browser: FlaskClient) -> None:
    site = browser.site_name  # type: ignore[attr-defined]
    for value in ("\u202e", "a\0b", "=cmd()", "x" * 121, " ", "a\tb", "\u200b"):
        body = SOUND | {"partnerName": site, "playerPublicIdentifier": value}
        assert browser.post("/api/slips", json=body).status_code == 422
    with transaction():
        assert db.session.scalar(select(func.count()).select_from(TicketOrder)) == 0
