"""Somebody with a wallet and a browser, and a gateway whose answers the test says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from app.core.database.session import transaction
from app.core.ports import places
from app.money.gateways.clients.all_of_them import CLIENTS
from app.money.wallets.topups.book import Deposits
from app.people.accounts import service as accounts
from app.people.accounts.login.page_door import session_cookie
from app.people.players.queries import SPENT
from tests.money.gateways.shop import FakeGateway
from tests.money.wallets.money import player, top_up
from tests.personas import Persona

OWN = 123_450


def browser_of(app: Flask, amount: int = OWN) -> Persona:
    """Somebody who has registered, with so much from the own number; `email` is that number."""
    with transaction():
        user_id, phone = player()
        if amount:
            top_up(user_id, amount, phone)
        token = accounts.open_session(user_id, agent="a test")
    browser = app.test_client()
    with app.test_request_context("/"):
        browser.set_cookie(session_cookie(), token)
    return Persona(browser, user_id, phone)


@pytest.fixture(autouse=True)
def ports(app: Flask) -> Iterator[Flask]:
    """The worker's application, whose ports are afterwards what they were; deposits count as they do in the product,
    whatever another test has put there."""
    held = dict(places(app).held)
    SPENT.fill(app, Deposits())
    yield app
    places(app).held.clear()
    places(app).held.update(held)


@pytest.fixture
def gateway(ports: Flask, session: Any) -> FakeGateway:
    made = FakeGateway()
    places(ports).held[CLIENTS] = {made.name: made}
    return made


@pytest.fixture
def ada(app: Flask, session: Any) -> Persona:
    return browser_of(app)
