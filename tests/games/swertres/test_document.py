"""The document's own lists, walked: its routes, and the actions of its contract, each where it went."""

from __future__ import annotations

import re
from importlib import import_module

import pytest
from flask import Flask

from tests.architecture.sources import TOP

PREFIX = "/api/swertres"
STAND = (
    *("POST /auth/register", "POST /auth/login", "POST /auth/verify-otp", "GET /auth/me"),
    *("GET /games", "GET /games/:id", "GET /games/:id/results", "GET /games/schedule", "GET /games/:id/bundle"),
    *("POST /bets/validate", "POST /bets/place", "GET /bets/my-cards", "GET /bets/my-cards/:id"),
    *("GET /bets/my-bets", "GET /bets/my-bets/:id"),
    *("GET /balance", "GET /balance/history", "POST /withdrawals/request", "GET /withdrawals"),
    "POST /webhooks/stripe",
    *("GET /admin/dashboard", "GET /admin/games", "GET /admin/games/:id/exposure", "GET /admin/games/:id/bets"),
    *("POST /admin/games/create", "POST /admin/games/:id/skip", "DELETE /admin/games/skips/:id"),
    *("POST /admin/games/:id/open-betting", "POST /admin/games/:id/close-betting"),
    *("GET /admin/owner/balance", "GET /admin/bettors", "GET /admin/bettors/:id"),
    *("GET /admin/withdrawals", "POST /admin/withdrawals/:id/approve", "POST /admin/withdrawals/:id/reject"),
    *("POST /admin/config", "POST /admin/recalculate-exposure/:id"),
    *("POST /admin/owner/deposit", "POST /admin/owner/withdraw"),
    *("GET /admin/results/logs", "POST /admin/results/:id/manual"),
)
"""Tables 4.1 to 4.6."""
PAGES = (
    *("/", "/login", "/register", "/games", "/bet", "/bet/confirm", "/bet/success", "/my-bets", "/my-bets/:id"),
    *("/results", "/results/:id", "/wallet", "/wallet/withdraw"),
)
"""Table 5.1."""


def _shape(path: str) -> str:
    """An address with its parameters called alike."""
    return re.sub(r"<[^>]*>|:[A-Za-z_]+", ":id", path)


@pytest.fixture(scope="module")
def routes(app: Flask) -> set[str]:
    found = set()
    for rule in app.url_map.iter_rules():
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            found.add(f"{method} {_shape(rule.rule)}")
    return found


def test_its_routes_stand_and_there_is_no_other(routes: set[str]) -> None:
    ours = {route.replace(f" {PREFIX}", " ") for route in routes if f" {PREFIX}/" in route}
    assert ours == set(STAND)


def test_its_pages_stand(app: Flask, routes: set[str]) -> None:
    matcher = app.url_map.bind("localhost")
    for page in PAGES:
        path = f"/swertres{page}".rstrip("/").replace(":id", "x")
        assert matcher.test(path, "GET"), page


def test_each_action_of_its_contract_went_where_the_decision_says() -> None:
    """A row an action: a verb of ours, which is there, or why there is none."""
    text = (TOP / "docs/decisions/0066-a-contract-becomes-verbs.md").read_text()
    rows = dict(re.findall(r"^\| `([a-z]+)` \| (.+?) \|$", text, flags=re.MULTILINE))
    assert set(rows) == {
        *("initconfig", "deposit", "withdraw", "creategames", "skipgame", "unskipgame", "openbetting"),
        *("closebetting", "setactive", "placecard", "setresult", "processpayout", "withdrawbal", "refundgame"),
        "recalcexposure",
    }
    for verb in re.findall(r"`(app\.[a-z_.]+)`", text):
        module, _, name = verb.rpartition(".")
        assert hasattr(import_module(module), name), verb
