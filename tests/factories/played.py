"""A round played through on a real chain, with a payment of every fate, for tests that only look."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from app.core.database.session import db
from dev.node.process import NodeProcess
from tests.conftest import Browser

from .world import World

PRIVATE = "account-77-never-public"


@contextmanager
def following_app(settings: dict[str, str], database: str, node_url: str, folder: Path) -> Iterator[Flask]:
    """An application on a database of its own that follows a node; for fixtures that outlive one test."""
    made = create_app(
        {
            **settings,
            "DATABASE_URL": database,
            "BITCOIN_RPC_URL": node_url,
            "TERMS_JOURNAL_PATH": str(folder / "terms-journal"),
            "LOG_JOURNAL_PATH": str(folder / "log-journal"),
        }
    )
    made.test_client_class = Browser
    with made.app_context():
        yield made
        db.session.remove()
        db.engine.dispose()


@contextmanager
def begun_world(
    settings: dict[str, str], fresh_database: Callable[[], str], node: NodeProcess, folder: Path
) -> Iterator[World]:
    """A world for a module whose tests each need no more of it than a site of their own."""
    with following_app(settings, fresh_database(), node.rpc_url, folder) as app:
        yield World(app, node).begin()


@dataclass
class Played:
    """A settled round in which every ticket was sold, and the receipts of its orders by player."""

    world: World
    client: FlaskClient
    number: int
    receipts: dict[str, dict[str, Any]]

    def receipt(self, player: str) -> dict[str, Any]:
        answer = self.client.get(f"/api/slips/{self.receipts[player]['receiptSecret']}")
        assert answer.status_code == 200
        found: dict[str, Any] = answer.json
        return found


def ask(client: FlaskClient, partner: str, player: str, **more: object) -> dict[str, Any]:
    """An order through the public route."""
    body = {"partnerName": partner, "playerPublicIdentifier": player, "playerPrivateIdentifier": PRIVATE, **more}
    answer = client.post("/api/slips", json=body)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json
    return made


def play(app: Flask, node: NodeProcess) -> Played:
    """Ada tops up, Bob pays too little, Cleo buys all that is left, Dan finds nothing, Eve is late, Fay never pays."""
    world = World(app, node).begin()
    cheap, dear = world.site(edge_percent=0), world.site(edge_percent=10)
    client = app.test_client()
    sites = {"ada": dear, "bob": cheap, "cleo": cheap, "dan": dear, "eve": dear, "fay": cheap}
    receipts = {player: ask(client, site.name, player) for player, site in sites.items()}
    numbers = {made["order"]["roundNumber"] for made in receipts.values()}
    assert len(numbers) == 1
    number = numbers.pop()
    pay = lambda player, sats: world.send(receipts[player]["order"]["depositAddress"], sats)  # noqa: E731
    pay("ada", 5_600)
    pay("bob", 1_200)
    world.mine()
    pay("ada", 3_300)
    world.mine()
    pay("cleo", 2_000_000)
    world.mine()
    pay("dan", 5_000)
    world.mine_to(world.round(number).sales_end_height - 1)
    pay("eve", 4_400)
    world.mine()
    world.finish(number)
    return Played(world, client, number, receipts)


@contextmanager
def played_round(
    settings: dict[str, str], fresh_database: Callable[[], str], node: NodeProcess, folder: Path
) -> Iterator[Played]:
    """For a module's own fixture."""
    with following_app(settings, fresh_database(), node.rpc_url, folder) as app:
        yield play(app, node)
