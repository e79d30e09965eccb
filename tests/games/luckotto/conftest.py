"""A world in which Luckotto is played through its public JSON alone, on a real chain."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.core.database.session import db
from app.games.luckotto.models import LuckottoRound
from app.people.partners.models import PartnerSite
from app.selling.windows import jobs
from dev.node.process import NodeProcess
from tests.factories.world import World
from tests.worlds import Worlds


class Lottery(World):
    """The world, with players who know no more than the API tells."""

    @cached_property
    def client(self) -> FlaskClient:
        return self.app.test_client()

    def site_id(self, edge_percent: int = 10, **values: object) -> str:
        """A live site; its id."""
        return str(self.made(edge_percent, **values).id)

    def made(self, edge_percent: int = 10, **values: object) -> PartnerSite:
        site = self.site(edge_percent=edge_percent, **values)
        db.session.refresh(site)
        return site

    def get(self, path: str, **query: object) -> dict[str, Any]:
        answer = self.client.get(f"/api/luckotto{path}", query_string=query)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json
        return found

    def buy(self, site_id: str, numbers: Sequence[int], player: str = "ada") -> dict[str, Any]:
        """An order through the public route."""
        body = {
            "partnerId": site_id,
            "requestedNumbers": list(numbers),
            "playerUname": player.title(),
            "playerIdentifier": player,
        }
        answer = self.client.post("/api/luckotto/orders", json=body)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json
        return made

    def pay(self, order: dict[str, Any], sats: int | None = None) -> str:
        """Pay an order's total, or `sats` of it."""
        return self.send(order["depositAddress"], order["totalSats"] if sats is None else sats)

    def pay_at_once(self, orders: Sequence[dict[str, Any]]) -> list[str]:
        """Payments that one block takes; their transactions."""
        txids = [self.pay(order) for order in orders]
        self.mine()
        return txids

    def again(self, order: dict[str, Any]) -> dict[str, Any]:
        return self.get(f"/orders/{order['id']}")

    def lottery_round(self, number: int) -> LuckottoRound:
        db.session.rollback()
        return db.session.get_one(LuckottoRound, number, populate_existing=True)

    def seal(self, number: int) -> None:
        round_ = self.lottery_round(number)
        self.mine_to(round_.sales_end_height - 1 + round_.settlement_depth)
        jobs.seal()

    def draw(self, number: int) -> None:
        """Seal, close, draw and settle the round in its time."""
        self.seal(number)
        round_ = self.lottery_round(number)
        self.mine_to(round_.closing_height + round_.settlement_depth)
        jobs.settle()

    def save_records(self, number: int, folder: Path) -> list[str]:
        """The round and all its orders as a doubter saves them; the files."""
        (folder / "round.json").write_text(json.dumps(self.get(f"/rounds/{number}")))
        files, after = [str(folder / "round.json")], None
        while True:
            page = self.get(f"/rounds/{number}/orders", limit=3, **({"after": after} if after else {}))
            files.append(str(folder / f"orders-{len(files)}.json"))
            Path(files[-1]).write_text(json.dumps(page))
            after = page["next"]
            if after is None:
                return files


@pytest.fixture
def lottery(chain_app: Flask, node: NodeProcess, worlds: Worlds) -> Lottery:
    return Lottery(chain_app, node, worlds).begin(late=True)
