"""The document's own lists, walked: fields and actions of its contract, each where it went; its routes and pages."""

from __future__ import annotations

import re
from importlib import import_module

import pytest
from flask import Flask

from app.core.database.session import Model
from tests.architecture.sources import TOP

from .conftest import Shop

PREFIX = "/api/swertres"
STAND = (
    *("POST /auth/register", "POST /auth/login", "POST /auth/verify-otp", "GET /auth/me"),
    *("GET /games", "GET /games/:id", "GET /games/:id/results", "GET /games/schedule", "GET /games/:id/bundle"),
    *("POST /bets/validate", "POST /bets/place", "GET /bets/my-cards", "GET /bets/my-cards/:id"),
    *("GET /bets/my-cards/:id/receipt", "GET /bets/my-bets", "GET /bets/my-bets/:id"),
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
"""Tables 4.1 to 4.6; the proofs are ours."""
PAGES = (
    *("/", "/login", "/register", "/games", "/bet", "/bet/confirm", "/bet/success", "/my-bets", "/my-bets/:id"),
    *("/results", "/results/:id", "/wallet", "/wallet/withdraw"),
)
"""Table 5.1."""


FIELDS = {
    "gameconfig": "owner balance total_worst_case min_bet max_bets_per_card betting_cutoff_minutes "
    "max_games_ahead_days payout_multiplier result_oracle is_active",
    "games": "game_id game_date time_slot status winning_number total_bets_count total_bets_amount max_exposure "
    "max_exposure_number total_payout created_at resulted_at",
    "bets": "bet_id card_id game_id bettor number amount is_rumble num_permutations payout_multiplier status "
    "payout_amount created_at",
    "cards": "card_id bettor bet_count total_amount status created_at",
    "exposures": "id game_id number total_exposure bet_count",
    "balances": "account balance total_wagered total_won total_withdrawn",
    "skipgames": "skip_id game_date time_slot reason created_at",
}
"""Tables of section 2.1."""
DECISION = TOP / "docs/decisions/0066-a-contract-becomes-verbs.md"


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


def test_what_it_lists_is_served_to_a_player(shop: Shop) -> None:
    """Every route that reads, and every page, with what a player has after one card."""
    ada, game = shop.bettor(), shop.open()[0]
    bets = [{"gameId": game.id, "number": "047", "amountCentavos": 10_00}]
    card = shop.bet(ada, {"bets": bets}).get_json()["card"]
    of = {"games": game.id, "results": game.id, "my-cards": card["id"], "my-bets": card["bets"][0]["id"]}
    for route in STAND:
        method, path = route.split(" ")
        if method == "GET" and not path.startswith("/admin"):
            place = re.sub(r"/([a-z-]+)/:id", lambda found: f"/{found[1]}/{of[found[1]]}", path)
            answer = ada.get(PREFIX + place)
            assert (answer.status_code, answer.is_json) == (200, True), route
    elsewhere = {"/login": "/play/sign-in", "/register": "/play/sign-in", "/wallet": "/play/wallet"}
    queries = {"/bet/confirm": f"?line=047:s:1000:{game.id}", "/bet/success": f"?card={card['id']}"}
    for page in PAGES:
        of["my-bets"] = card["id"]
        place = re.sub(r"/([a-z-]+)/:id", lambda found: f"/{found[1]}/{of[found[1]]}", page)
        answer = ada.get(f"/swertres{place}{queries.get(page, '')}".rstrip("/"))
        moved = next((there for own, there in elsewhere.items() if page.startswith(own)), "")
        assert answer.status_code == (303 if moved else 200), page
        assert answer.headers.get("Location", "").startswith(moved), page


def test_each_field_of_its_tables_is_where_the_decision_says() -> None:
    rows = dict(re.findall(r"^\| `([a-z]+\.[a-z_]+)` \| (.+?) \|$", DECISION.read_text(), flags=re.MULTILINE))
    assert set(rows) == {f"{table}.{field}" for table, fields in FIELDS.items() for field in fields.split()}
    for said in rows.values():
        for table, column in re.findall(r"`([a-z_]+)\.([a-z_]+)`", said):
            assert column in Model.metadata.tables[table].columns, f"{table}.{column}"


def test_each_action_of_its_contract_went_where_the_decision_says() -> None:
    """A row an action: a verb of ours, which is there, or why there is none."""
    text = DECISION.read_text()
    rows = dict(re.findall(r"^\| `([a-z]+)` \| (.+?) \|$", text, flags=re.MULTILINE))
    assert set(rows) == {
        *("initconfig", "deposit", "withdraw", "creategames", "skipgame", "unskipgame", "openbetting"),
        *("closebetting", "setactive", "placecard", "setresult", "processpayout", "withdrawbal", "refundgame"),
        "recalcexposure",
    }
    for verb in re.findall(r"`(app\.[a-z_.]+)`", text):
        module, _, name = verb.rpartition(".")
        assert hasattr(import_module(module), name), verb
    none = {action for action, said in rows.items() if "`app." not in said}
    assert none == {"openbetting", "closebetting"}, "those that have no verb say why"
