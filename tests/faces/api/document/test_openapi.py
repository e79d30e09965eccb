"""The document tells of every route, and its every part can be resolved."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from app.core.web.surfaces import Surface
from app.faces.admin.payouts.api import ENDPOINTS as OF_OPERATORS
from app.faces.api.api import server_api
from app.faces.api.openapi import path_of
from app.games.luckotto.partners.listing import LUCKOTTO_RECORDS
from app.wiring import PRODUCT

# Operators have the console, and docs/payouts.md; the document does not tell of itself.
INTERNAL = {"api_document.openapi_document", "gateway_webhooks.receive", "swertres_auth_api.stripe", *OF_OPERATORS}


def told() -> dict[str, Any]:
    return PRODUCT.server_api.document.told("https://tiraj.example")


def test_every_route_is_told_or_internal(app: Flask) -> None:
    routes = {
        (method, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule))
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/api/")
        and PRODUCT.surfaces[rule.endpoint] is Surface.API
        and rule.endpoint not in INTERNAL
    }
    described = {(method.upper(), path) for path, methods in told()["paths"].items() for method in methods}
    assert routes - described == set(), "not in the document"
    assert described - routes == set(), "in the document alone"


def test_what_is_described_by_hand_is_tied_to_its_route(app: Flask) -> None:
    rules = {rule.endpoint: rule for rule in app.url_map.iter_rules()}
    for route in PRODUCT.server_api.document.described:
        rule = rules[route.endpoint]
        assert re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule) == route.path
        assert route.method in (rule.methods or ())
    assert set(rules) >= INTERNAL


def test_every_reference_leads_somewhere() -> None:
    whole = told()
    names = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(whole)))
    assert names <= set(whole["components"]["schemas"])
    ids = [one["operationId"] for methods in whole["paths"].values() for one in methods.values()]
    assert len(ids) == len(set(ids))
    assert [name for name in names if "__" in name] == [], "two models of one name"


def test_a_game_more_is_listed_by_its_description_alone() -> None:
    third = replace(LUCKOTTO_RECORDS, name="third", players=("nickname",))
    whole = server_api((*PRODUCT.games.records, third), PRODUCT.games.leading, (), ()).document.told(
        "https://tiraj.example"
    )
    parameters = {one["name"]: one for one in whole["paths"]["/api/v1/orders"]["get"]["parameters"]}
    assert parameters["game"]["schema"]["enum"] == ["rounds", "luckotto", "third"]
    assert parameters["game"]["schema"]["default"] == "rounds"
    assert parameters["nickname"]["description"] == "of Third"
    states = set(parameters["state"]["schema"]["enum"])
    assert states == {state for one in PRODUCT.games.records if one.orders for state in one.orders.states}


def test_the_document_is_served_and_kept(client: FlaskClient) -> None:
    first = client.get("/api/openapi.json")
    assert first.get_json()["openapi"].startswith("3.1")
    assert client.get("/api/openapi.json", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


def test_every_operation_says_what_it_is_and_what_it_refuses() -> None:
    for one in PRODUCT.server_api.operations:
        assert one.summary, one.name
        told_here = told()["paths"][path_of(one)][one.method.lower()]
        assert {"401", "403", "422", "429"} <= set(told_here["responses"]), one.name


def test_the_page_has_the_quick_starts_and_the_place_for_operations(client: FlaskClient) -> None:
    page = client.get("/docs/api").get_data(as_text=True)
    assert "Idempotency-Key" in page
    assert 'id="try-it"' in page
    loaded = re.findall(r'(?:src|<link [^>]*href)="([^"]+)"', page)
    assert [address for address in loaded if not address.startswith("/")] == []
