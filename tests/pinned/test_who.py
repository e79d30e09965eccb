"""Every route, asked by everybody there is: nobody, a player and his program, a partner, an operator without privileges
and one with all. What each comes to is pinned (`PIN=1`), and what must hold whatever is pinned is asked besides."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session, scoped_session

from app.core.database.session import transaction
from app.faces.admin.modules import EVERYBODYS, module_of
from app.faces.admin.signing_in import api, pages
from app.people.accounts import service as accounts
from app.people.accounts.login.page_door import session_cookie
from app.people.accounts.tokens import service as players_tokens
from app.people.operators import queries, service, tokens
from tests.faces.admin.operators import CHEAP
from tests.people.players.people import registered
from tests.personas import Persona
from tests.pinned import who

FILE = Path(__file__).parent / "files" / "who.txt"
_OPERATORS = ("/admin", "/api/admin", "/metrics")
_OF_GAMES = re.compile(r"/api/[a-z]+/admin/")
"""What a game has for operators' programs."""
_BEFORE_THE_DOOR = (*pages.ENDPOINTS, *api.ENDPOINTS)
_WHY = {"actor": "operator:test", "reason": "a test"}


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _operator(name: str, privileges: list[str]) -> dict[str, str]:
    with transaction():
        service.add(name, CHEAP.hash(name), privileges, **_WHY)
        known = queries.known(name)
        assert known is not None
        made = tokens.begin(known, agent="test")
        assert made is not None
        return _bearer(made.access)


@pytest.fixture
def askers(app: Flask, session: scoped_session[Session], owner: Persona, nobody: Persona) -> dict[str, who.Asker]:
    """`owner` signed in by a link, as partners do; the player by a code."""
    with transaction():
        player = registered()
        cookie = accounts.open_session(player, agent="test", strength="code")
        program = players_tokens.begin(player, agent="test", strength="code").access
    browser = app.test_client()
    with app.test_request_context("/"):
        browser.set_cookie(session_cookie(), cookie)
    return {
        "nobody": who.Asker(nobody.browser),
        "player": who.Asker(browser),
        "program": who.Asker(app.test_client(), _bearer(program)),
        "partner": who.Asker(owner.browser),
        "unprivileged": who.Asker(app.test_client(), _operator("una", [])),
        "operator": who.Asker(app.test_client(), _operator("olga", sorted(service.MODULES))),
    }


def test_who_gets_where(app: Flask, askers: dict[str, who.Asker]) -> None:
    lines = ["  ".join(("route", *askers))]
    for rule, method in who.routes(app):
        came = {name: who.far(asker, rule, method) for name, asker in askers.items()}
        _holds(rule.rule, rule.endpoint, came)
        lines.append("  ".join((f"{method} {rule.rule}", *came.values())))
    if os.environ.get("PIN"):
        FILE.write_text("".join(f"{line}\n" for line in lines))
    assert lines == FILE.read_text().splitlines()


def _holds(rule: str, endpoint: str, came: dict[str, str]) -> None:
    """Whatever is pinned: a console is its operators', each where they may be, and no operator plays or sells."""
    if rule.startswith(_OPERATORS) and endpoint not in _BEFORE_THE_DOOR:
        others = {came[name] for name in ("nobody", "player", "program", "partner")}
        assert others <= {"sign in", "token_for_others"}, (rule, came)
        module = module_of(endpoint)
        assert came["unprivileged"] == ("in" if module == EVERYBODYS else "operator_not_privileged"), (rule, came)
        assert came["operator"] == "in", (rule, came)
    elif _OF_GAMES.match(rule):
        others = {came[name] for name in ("nobody", "player", "program", "partner")}
        assert others <= {"sign in", "token_for_others"}, (rule, came)
        assert (came["unprivileged"], came["operator"]) == ("operator_not_privileged", "in"), (rule, came)
    elif came["nobody"] != "in":
        assert {came["unprivileged"], came["operator"]} <= {"sign in", "token_for_others", came["nobody"]}, (rule, came)
    if rule.startswith("/partners/<name>"):
        assert came["player"] in ("link_needed", "sign in", "403"), (rule, came)
