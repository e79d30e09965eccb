"""Who gets where: every route asked by everybody there is, and how far each came."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.routing.converters import AnyConverter, NumberConverter, UUIDConverter
from werkzeug.test import TestResponse

from tests.personas import form_token

_NOBODYS_ID = "00000000-0000-7000-8000-000000000000"
_SIGN_IN = ("/login", "/play/sign-in", "/admin/login")
_NOT_ASKED = ("static", "rq_dashboard.static", "rq_dashboard.favicon")
_OF_OUR_PAGE = {"Sec-Fetch-Site": "same-origin"}
ENDS = (
    "accounts.logout",
    "accounts_api.logout",
    "accounts_api.revoke",
    "accounts.revoke",
    "accounts.revoke_others",
    "admin_door.leave",
    "admin_api_door.logout",
)
"""What ends the sessions that everything else is asked with; each has tests of its own."""


@dataclass(frozen=True)
class Asker:
    """Somebody, as browsers and programs come: `headers` go with everything."""

    browser: FlaskClient
    headers: Mapping[str, str] = field(default_factory=dict)


def routes(app: Flask) -> Iterator[tuple[Rule, str]]:
    """Every route with each of its methods, in the order of its path."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda one: one.rule):
        if rule.endpoint not in (*_NOT_ASKED, *ENDS):
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield rule, method


def far(asker: Asker, rule: Rule, method: str) -> str:
    """How far somebody comes at a route: `in`, `sign in`, or the code of the refusal."""
    body: dict[str, object] = {}
    if method != "GET":
        is_json = rule.rule.startswith("/api/")
        body = {"json": {}} if is_json else {"data": {"csrf_token": form_token(asker.browser)}}
    answer = asker.browser.open(_path(rule), method=method, headers={**_OF_OUR_PAGE, **asker.headers}, **body)  # type: ignore[arg-type]
    told = _told(answer, rule)
    answer.close()
    return told


def _told(answer: TestResponse, rule: Rule) -> str:
    place = answer.headers.get("Location", "").partition("?")[0]
    if answer.status_code == 401 or (answer.status_code in (302, 303) and place.endswith(_SIGN_IN)):
        return "sign in"
    if answer.status_code == 403:
        found = answer.get_json(silent=True)
        said = re.search(r'data-problem="(\w+)"', answer.text)
        return str(found["code"]) if isinstance(found, dict) and "code" in found else said[1] if said else "403"
    # 503 is honest where there is no node; anything else of the kind is a fault.
    assert answer.status_code < 500 or answer.status_code == 503, (rule.rule, answer.status_code)
    return "too many" if answer.status_code == 429 else "in"


def _path(rule: Rule) -> str:
    values = {name: _value(rule, name) for name in rule.arguments}
    built = rule.build(values, append_unknown=False)
    assert built is not None, rule.rule
    return built[1]


def _value(rule: Rule, name: str) -> str:
    converter = rule._converters.get(name)
    if isinstance(converter, AnyConverter):
        return min(converter.items)
    if isinstance(converter, UUIDConverter) or name == "identifier":
        return _NOBODYS_ID
    return "1" if isinstance(converter, NumberConverter) else "sample"
