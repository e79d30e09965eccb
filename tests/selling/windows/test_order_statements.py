"""What an order costs the database: six statements at most, by every door, with the limits that operators find."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from html import unescape
from urllib.parse import urlencode
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import event
from werkzeug.test import TestResponse

from app.chain.node import client as chain_node
from app.core.config import Settings
from app.core.database.session import db, transaction
from app.core.errors import TooMany
from app.games.ticket_draw import service as rounds
from app.people.partners.models import PartnerSite
from app.record.audit import switches
from app.selling.windows.orders import counting
from app.selling.windows.orders.limits import Origin, Way
from dev.node.process import NodeProcess
from tests.faces.api.conftest import Server, issue
from tests.factories.world import World
from tests.worlds import Worlds

MOST = 6
NUMBERS = list(range(1, 8))
SAME_ORIGIN = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
LIMITS = ("open_orders_per_site", "open_orders_per_unverified_site", "open_orders_per_player")
USUAL = {name: Settings.model_fields[name].default for name in (*LIMITS, "open_orders_per_requester")}


class Shop:
    """A partner with a frame and a server, in a web process that remembers node and switches for two seconds."""

    def __init__(self, world: World) -> None:
        settings = world.app.config["SETTINGS"]
        world.app.config["SETTINGS"] = settings.model_copy(update={**USUAL, "known_seconds": 2})
        self.browser = world.app.test_client()
        site = world.site()
        self.name, self.id = site.name, site.id
        self.server = Server(world.app.test_client(), self.id, issue(site))
        self.turn = 0
        self.seen: list[str] = []

    def slips(self) -> TestResponse:
        body = {"partnerName": self.name, "playerPublicIdentifier": "ada", "playerPrivateIdentifier": "account-7"}
        return self.browser.post("/api/slips", json=body, headers=SAME_ORIGIN)

    def luckotto(self) -> TestResponse:
        body = {"partnerId": str(self.id), "playerUname": "Ada", "playerIdentifier": "ada"}
        return self.browser.post("/api/luckotto/orders", json=body | {"requestedNumbers": NUMBERS}, headers=SAME_ORIGIN)

    def frame(self) -> TestResponse:
        names = {"partner": self.name, "playerPublicIdentifier": "ada", "playerPrivateIdentifier": "account-7"}
        return self._by_form(names, "/embed/orders", {"tickets": "1"})

    def luckotto_frame(self) -> TestResponse:
        names = {"partnerId": str(self.id), "playerUname": "Ada", "playerIdentifier": "ada"}
        return self._by_form(names, "/embed/luckotto/orders", {"numbers": [str(one) for one in NUMBERS]})

    def by_key(self, once: bool = False) -> TestResponse:
        body = {"playerPublicIdentifier": "ada", "playerPrivateIdentifier": "customer-1"}
        return self.server.post("/orders", body, once=self._once(once))

    def luckotto_by_key(self, once: bool = False) -> TestResponse:
        body = {"playerUname": "Ada", "playerIdentifier": "ada", "requestedNumbers": NUMBERS}
        return self.server.post("/api/luckotto/orders/authenticated", body, once=self._once(once))

    def _by_form(self, names: dict[str, str], path: str, given: dict[str, object]) -> TestResponse:
        page = self.browser.get(f"/embed?{urlencode(names)}").text
        form = re.search(r'<form class="form" method="post".*?</form>', page, re.S)
        assert form, "nothing can be bought here"
        hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form[0])
        fields = {name: unescape(value) for name, value in hidden} | given
        self.seen.clear()
        return self.browser.post(f"{path}?{urlencode(names)}", data=fields, headers=SAME_ORIGIN)

    def _once(self, once: bool) -> str | None:
        self.turn += 1
        return f"turn-{self.turn}" if once else None

    @contextmanager
    def counted(self) -> Iterator[None]:
        """The statements of this thread; only those of the order, where its form is asked for first."""
        self.seen.clear()
        asking = threading.get_ident()

        def note(connection: object, cursor: object, statement: str, *others: object) -> None:
            if threading.get_ident() == asking:
                self.seen.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            yield
        finally:
            event.remove(db.engine, "before_cursor_execute", note)


@pytest.fixture
def world(chain_app: Flask, node: NodeProcess, worlds: Worlds) -> World:
    return World(chain_app, node, worlds).begin()


@pytest.fixture
def shop(world: World) -> Shop:
    return Shop(world)


DOORS: dict[str, Callable[[Shop], TestResponse]] = {
    "slips": Shop.slips,
    "frame": Shop.frame,
    "server": Shop.by_key,
    "server, once": lambda shop: shop.by_key(once=True),
    "luckotto": Shop.luckotto,
    "luckotto's frame": Shop.luckotto_frame,
    "luckotto's server": Shop.luckotto_by_key,
    "luckotto's server, once": lambda shop: shop.luckotto_by_key(once=True),
}


_OF_EACH: dict[str, int] = {  # docs/benchmarks.md, and one to count, for the usual limits are always near
    "slips": 4,
    "frame": 5,
    "server": 4,
    "server, once": 6,
    "luckotto": 4,
    "luckotto's frame": 5,
    "luckotto's server": 4,
    "luckotto's server, once": 6,
}


@pytest.mark.parametrize("door", DOORS)
def test_an_order_takes_six_statements_at_most(shop: Shop, door: str) -> None:
    assert DOORS[door](shop).status_code in (201, 303)  # a key's use is noted, node and switches are asked
    with shop.counted():
        answer = DOORS[door](shop)
    assert answer.status_code in (201, 303), answer.text
    assert 0 < len(shop.seen) <= _OF_EACH[door] <= MOST, "\n".join(shop.seen)


def test_it_costs_no_call_to_the_node(shop: Shop, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    assert shop.slips().status_code == 201
    callers: list[int] = []
    ask = chain_node.GuardedClient._exchange

    def noted(self: chain_node.GuardedClient, payload: object, *, may_repeat: bool) -> object:
        callers.append(threading.get_ident())
        return ask(self, payload, may_repeat=may_repeat)

    monkeypatch.setattr(chain_node.GuardedClient, "_exchange", noted)
    for _ in range(3):
        assert shop.slips().status_code == 201
    assert threading.get_ident() not in callers


def test_sales_stop_at_once_where_they_are_stopped(shop: Shop) -> None:
    assert shop.slips().status_code == 201
    for name in ("sales", "writes"):
        db.session.rollback()
        with transaction():
            switches.stop(name, actor="operator:test", reason="a drill")
        assert shop.slips().json["code"] == f"{name}_stopped"
        with transaction():
            switches.start(name, actor="operator:test", reason="over")
        assert shop.slips().status_code == 201


def test_far_from_a_limit_nothing_is_counted_and_the_limit_holds(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty at once, again and again: first by memory, then counted, then one by one."""
    monkeypatch.setattr(counting, "AT_ONCE", 20)
    settings = world.app.config["SETTINGS"]
    world.app.config["SETTINGS"] = settings.model_copy(update={"open_orders_per_requester": 110})
    site_id, tip = world.site().id, chain_node.require_synced()
    counts: list[object] = []
    count = counting.Turn._count

    def noted(self: counting.Turn, places: list[counting.Place], from_round: int) -> object:
        counts.append([place.code for place in places])
        return count(self, places, from_round)

    monkeypatch.setattr(counting.Turn, "_count", noted)
    db.session.rollback()
    made = [_twenty(world, site_id, tip) for _ in range(7)]
    assert sum(made) == 110
    assert [] in counts, "at first there was room for sure"
    assert any(codes for codes in counts)


def _twenty(world: World, site_id: UUID, tip: int) -> int:
    """How many of twenty orders of one requester, made at once, are made."""
    together = threading.Barrier(20)

    def one(number: int) -> bool:
        with world.app.app_context():
            together.wait()
            try:
                with transaction() as session:
                    site = session.get_one(PartnerSite, site_id)
                    origin = Origin(Way.FRAME, bytes(16))
                    rounds.create_order(site, f"player {number}", "p", tip, origin=origin)
            except TooMany:
                return False
            return True

    with ThreadPoolExecutor(20) as pool:
        return sum(pool.map(one, range(20)))
