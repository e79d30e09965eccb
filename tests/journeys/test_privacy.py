"""Invariant P: nothing private is on a public page, in a public answer, in a log line, or in a referrer."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
import structlog
from flask import Flask
from flask.testing import FlaskClient

from app.core.text.names import private_name
from app.core.web.surfaces import SURFACES, Surface
from dev.node.process import NodeProcess
from tests.factories.world import Placed, World

PRIVATE = "Account 4711-Private"
PUBLIC = "Ada"
PUBLIC_SURFACES = {Surface.WEBSITE, Surface.SHARED_WEBSITE, Surface.SHARED_EMBED, Surface.EMBED, Surface.API}


@pytest.fixture
def world(chain_app: Flask, node: NodeProcess) -> World:
    return World(chain_app, node).begin()


def bought(world: World) -> Placed:
    """One order paid, drawn and won; its private identifier is distinctive."""
    order = world.order(world.site(edge_percent=0), PUBLIC, private=PRIVATE)
    world.send(order.address, 1_000_000)
    world.mine()
    world.finish(order.round_number)
    return order


def public_paths(world: World, order: Placed) -> Iterator[str]:
    """Every public GET route, with the parameters a visitor may know."""
    values = {
        "number": order.round_number,
        "identifier": str(order.id),
        "player": PUBLIC,
        "accent": "2543c4",
        "file": "hash_draw.py",
        "filename": "shared/base.css",
        "secret": str(order.id),
    }
    partner = json.loads(order.terms)["partnerName"]
    surfaces = SURFACES.get(world.app)
    adapter = world.app.url_map.bind("localhost")
    for rule in world.app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and surfaces[rule.endpoint] in PUBLIC_SURFACES:
            known = {name: values[name] for name in rule.arguments if name in values}
            if known.keys() == rule.arguments:
                path = adapter.build(rule.endpoint, known)
                yield f"{path}?partner={partner}" if path.startswith("/embed") else path


def test_nothing_private_is_public(world: World) -> None:
    order = bought(world)
    browser = world.app.test_client()
    read = 0
    for path in public_paths(world, order):
        answer = browser.get(path, headers={"Accept-Language": "en"})
        body = answer.get_data(as_text=True)
        assert answer.status_code < 500, path
        for secret in (PRIVATE, order.receipt_secret, "owner-of-"):
            assert secret not in body, f"{secret} on {path}"
            assert secret not in str(answer.headers), f"{secret} in the headers of {path}"
        read += PUBLIC in body
    assert read >= 4  # the pages that show this order were among them


def test_nothing_private_is_logged(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with structlog.testing.capture_logs() as lines:
        order = bought(world)
        visit_with_secrets(world.app.test_client(), order)
    logged = f"{lines} {caplog.text}"
    assert "route" in logged
    for secret in (PRIVATE, PRIVATE.replace(" ", "%20"), order.receipt_secret, "someone@example.com"):
        assert secret not in logged


def visit_with_secrets(browser: FlaskClient, order: Placed) -> None:
    """Requests that carry everything that must not be written down."""
    assert private_name(PRIVATE) == PRIVATE
    private = PRIVATE.replace(" ", "%20")
    for path in (
        f"/slips/{order.receipt_secret}",
        f"/api/slips/{order.receipt_secret}",
        f"/embed/slips/{order.receipt_secret}?partner=x-y-z&playerPrivateIdentifier={private}",
        f"/embed?partner=x-y-z&playerPublicIdentifier={PUBLIC}&playerPrivateIdentifier={private}",
        "/login/confirm?token=not-a-token",
    ):
        browser.get(path)
    browser.post("/login", data={"email": "someone@example.com"})
    browser.post("/api/slips", json={"partnerName": "x-y-z", "playerPrivateIdentifier": PRIVATE})


def test_a_receipt_is_kept_by_nobody_and_names_itself_to_nobody(world: World) -> None:
    order = bought(world)
    for path in (f"/slips/{order.receipt_secret}", f"/api/slips/{order.receipt_secret}"):
        answer = world.app.test_client().get(path)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] in ("same-origin", "no-referrer", "strict-origin")
