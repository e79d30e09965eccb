"""Budgets of unpaid orders: nobody uses up another's, they empty by themselves, and thirty at once are thirty."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.chain.node import client as chain_node
from app.chain.scan import mempool
from app.core import clock
from app.core.database.session import db, transaction
from app.core.errors import DomainError, TooMany
from app.games.luckotto import service as luckotto
from app.games.luckotto.game import LUCKOTTO
from app.games.ticket_draw import service as rounds
from app.games.ticket_draw.game import ROUNDS
from app.games.ticket_draw.models import TicketOrder
from app.people.partners.models import PartnerSite
from app.selling.windows import jobs
from app.selling.windows.orders import counting
from app.selling.windows.orders import limits as open_orders
from app.selling.windows.orders.limits import BY_KEY, Origin, Way
from dev.node.process import NodeProcess
from tests.factories.world import World
from tests.worlds import Worlds

THREADS = 30


def stranger(way: Way, number: int = 1) -> Origin:
    return Origin(way, number.to_bytes(16, "big"))


@pytest.fixture
def world(chain_app: Flask, node: NodeProcess, worlds: Worlds) -> World:
    return World(chain_app, node, worlds).begin()


def change(world: World, **settings: object) -> None:
    world.app.config["SETTINGS"] = world.app.config["SETTINGS"].model_copy(update=settings)


def refusal(world: World, site: PartnerSite, player: str = "ada", origin: Origin = BY_KEY) -> str | None:
    """The code with which one more order is refused; None if it is made."""
    try:
        world.order(site, player, origin=origin)
    except DomainError as error:
        return error.code
    return None


def test_strangers_use_up_neither_the_servers_budget_nor_each_others(world: World) -> None:
    change(world, open_orders_per_site=3)
    site = world.site()
    for way in (Way.ANYONE, Way.FRAME):
        answers = [refusal(world, site, f"player {n}", stranger(way, n)) for n in range(4)]
        assert answers == [None, None, None, "too_many_open_orders"]
    assert [refusal(world, site, f"player {n}") for n in range(4)] == [None, None, None, "too_many_open_orders"]
    seen = open_orders.standing(ROUNDS, db.session.merge(site), 1)
    assert [(one.way, one.count, one.is_full) for one in seen.budgets] == [
        ("key", 3, True),
        ("frame", 3, True),
        ("anyone", 3, True),
    ]


def test_one_requester_has_a_part_of_the_frames_budget(world: World) -> None:
    change(world, open_orders_per_requester=2)
    site = world.site()
    first, second = stranger(Way.FRAME), stranger(Way.FRAME, 2)
    assert [refusal(world, site, f"player {n}", first) for n in range(3)] == [
        None,
        None,
        "too_many_open_orders_of_requester",
    ]
    assert refusal(world, site, "ada", second) is None
    assert refusal(world, site, "ada", stranger(Way.ANYONE)) is None, "each way is counted for itself"


def test_a_stranger_who_knows_a_players_name_does_not_use_up_that_players_orders(world: World) -> None:
    change(world, open_orders_per_player=1)
    site = world.site()
    assert refusal(world, site, "ada", stranger(Way.FRAME)) is None
    assert refusal(world, site, "ada", stranger(Way.FRAME)) == "too_many_open_orders_of_player"
    assert refusal(world, site, "ada", stranger(Way.FRAME, 2)) is None
    assert refusal(world, site, "ada") is None


def test_unpaid_orders_age_out_and_their_requesters_are_forgotten(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(world, open_orders_per_site=1, open_orders_minutes=60)
    site = world.site()
    placed = world.order(site, origin=stranger(Way.FRAME))
    assert refusal(world, site, "ben", stranger(Way.FRAME, 2)) == "too_many_open_orders"
    assert jobs.purge() == 0
    later = clock.now() + timedelta(minutes=61)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert refusal(world, site, "ben", stranger(Way.FRAME, 2)) is None
    assert jobs.purge() >= 1
    mark = select(TicketOrder.placed_from, TicketOrder.placed_by).where(TicketOrder.id == placed.id)
    assert tuple(db.session.execute(mark).one()) == (None, "frame")
    assert jobs.purge() == 0
    world.send(placed.address, 3_300)
    world.mine()
    assert world.breaches() == [], "the order is as good as ever"


def test_an_order_whose_payment_is_seen_counts_no_more(world: World) -> None:
    change(world, open_orders_per_site=1)
    site = world.site()
    placed = world.order(site)
    assert refusal(world, site, "ben") == "too_many_open_orders"
    world.send(placed.address, 3_300)
    mempool.Watcher().look(chain_node.client())
    assert refusal(world, site, "ben") is None


def at_once(world: World, site: PartnerSite, buy: Callable[[PartnerSite, int, int], object]) -> int:
    """How many of thirty orders that are made at the same time are made."""
    site_id, tip = site.id, chain_node.require_synced()
    db.session.rollback()
    together = threading.Barrier(THREADS)

    def one(number: int) -> bool:
        with world.app.app_context():
            together.wait()
            try:
                with transaction() as session:
                    buy(session.get_one(PartnerSite, site_id), number, tip)
            except TooMany:
                return False
            return True

    with ThreadPoolExecutor(THREADS) as pool:
        return sum(pool.map(one, range(THREADS)))


def buy_tickets(site: PartnerSite, number: int, tip: int) -> object:
    return rounds.create_order(site, f"player {number}", "p", tip, origin=stranger(Way.FRAME))


def buy_numbers(site: PartnerSite, number: int, tip: int) -> object:
    name = f"player {number}"
    return luckotto.create_order(site, list(range(1, 8)), name, name, tip, origin=stranger(Way.FRAME))


@pytest.mark.parametrize("buy", [buy_tickets, buy_numbers])
def test_a_budget_is_exact_when_thirty_order_at_once(
    world: World, buy: Callable[[PartnerSite, int, int], object]
) -> None:
    change(world, open_orders_per_requester=7)
    site = world.site()
    assert at_once(world, site, buy) == 7
    game = ROUNDS if buy is buy_tickets else LUCKOTTO
    assert open_orders.standing(game, db.session.merge(site), 1).budgets[1].count == 7


def test_without_waiting_for_ones_turn_it_is_not(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: counting alone lets those through that count at the same moment."""
    change(world, open_orders_per_requester=7)
    monkeypatch.setattr(counting, "_is_near", lambda place: False)
    monkeypatch.setattr(counting, "_wait_for_turn", lambda place: None)
    assert at_once(world, world.site(), buy_tickets) > 7
