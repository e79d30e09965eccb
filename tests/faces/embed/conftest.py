"""Players at a partner's frame: plain HTTP, no JavaScript, over a real chain."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from urllib.parse import urlencode, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.chain.node import client as chain_node
from app.chain.scan import mempool
from dev.node.process import NodeProcess
from tests.factories.world import World
from tests.worlds import Worlds

SHOP = "https://shop.example"


@dataclass
class Player:
    """Somebody with a browser in front of one partner's frame."""

    browser: FlaskClient
    partner: str
    public: str | None = "ada"
    private: str | None = "account-7"

    def url(self, path: str, **more: object) -> str:
        query: dict[str, object] = {"partner": self.partner}
        if self.public is not None:
            query["playerPublicIdentifier"] = self.public
        if self.private is not None:
            query["playerPrivateIdentifier"] = self.private
        return f"{path}?{urlencode(query | more)}"

    def get(self, path: str, headers: dict[str, str] | None = None, **more: object) -> TestResponse:
        return self.browser.get(self.url(path, **more), headers=headers)

    def form(self) -> dict[str, str]:
        """What the buy form would send."""
        page = self.get("/embed").text
        form = re.search(r'<form class="form" method="post".*?</form>', page, re.S)
        assert form, "nothing can be bought here"
        fields = re.findall(r'<input[^>]* name="([^"]+)"[^>]* value="([^"]*)"', form[0])
        return {name: unescape(value) for name, value in fields}

    def post(self, data: dict[str, str], **headers: str) -> TestResponse:
        given = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"} | headers
        return self.browser.post(self.url("/embed/orders"), data=data, headers=given)

    def buy(self, tickets: int = 1) -> str:
        """Press the button; the order's own path."""
        answer = self.post(self.form() | {"tickets": str(tickets)})
        assert answer.status_code == 303, answer.text
        return urlsplit(answer.headers["Location"]).path

    def page(self, path: str, **more: object) -> str:
        answer = self.get(path, **more)
        assert answer.status_code == 200
        return unescape(answer.text)


@pytest.fixture
def world(chain_app: Flask, node: NodeProcess, worlds: Worlds) -> World:
    return World(chain_app, node, worlds).begin()


def player_at_shop(world: World) -> Player:
    site = world.site(edge_percent=10, embed_origins=[SHOP], name="lucky-shop", display_name="Lucky Shop")
    return Player(world.app.test_client(), site.name)


@pytest.fixture
def player(world: World) -> Player:
    return player_at_shop(world)


@pytest.fixture
def look_at_mempool(world: World) -> Callable[[], None]:
    """What the scanner does between blocks."""
    return lambda: mempool.Watcher().look(chain_node.client())


def address_on(page: str) -> str:
    found = re.search(r'data-order-address="([^"]+)"', page)
    assert found, "the page asks for no payment"
    return found[1]


def heading_on(page: str) -> str:
    found = re.search(r"<h1>(.*?)</h1>", page, re.S)
    assert found
    return found[1].strip()
