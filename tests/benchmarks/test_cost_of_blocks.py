"""How many statements a block takes: as many for seven payments as for one, coming and going, in each game.

So a reorganisation costs its blocks, and a block its rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import combinations, count
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from app.chain import service
from app.core.database.session import db
from app.selling.windows.rounds import backing, lifecycle
from dev.node.process import NodeProcess
from tests.factories.world import World
from tests.games.luckotto.conftest import Lottery

Costs = dict[str, list[int]]
Buying = tuple[World, Callable[[], tuple[str, int]]]
"""A world, and what makes an order in it: where to pay, and how much."""


def tickets(app: Flask, node: NodeProcess) -> Buying:
    world = World(app, node).begin()
    site, players = world.site(), count()
    return world, lambda: (world.order(site, f"player {next(players)}").address, 1_100_000)


def numbers(app: Flask, node: NodeProcess) -> Buying:
    lottery = Lottery(app, node).begin()
    site, wanted = lottery.site_id(), combinations(range(1, 13), 6)  # no two are alike, so nobody stands in the way

    def buy() -> tuple[str, int]:
        numbers = next(wanted)
        order = lottery.buy(site, numbers, "ada")
        return order["depositAddress"], order["totalSats"]

    return lottery, buy


@pytest.fixture
def costs(chain_app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Costs]:
    """The statements of each block, as it came or went; `chain_app` is whose they are."""
    found: Costs = defaultdict(list)
    seen = count()

    def note(*_: Any) -> None:
        next(seen)

    def counted(name: str) -> None:
        plain = getattr(service, name)

        def measured(*given: Any) -> None:
            before = next(seen)
            plain(*given)
            found[name].append(next(seen) - before - 1)

        monkeypatch.setattr(service, name, measured)

    for name in ("connect_block", "disconnect_tip"):
        counted(name)
    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def test_an_empty_block_takes_five_statements(chain_app: Flask, node: NodeProcess, costs: Costs) -> None:
    """It moves the cursor, reads the rounds that are not over, what the house has (two), and what is buried now."""
    world = World(chain_app, node).begin()
    world.mine(4)
    assert sorted(costs["connect_block"])[:3] == [5, 5, 5]


def test_where_nothing_is_sold_in_windows_a_block_moves_no_round(
    app: Flask, session: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (backing, lifecycle):
        monkeypatch.setattr(module, "window_games", lambda: ())
    assert lifecycle.follow_tip(100) == []
    assert backing.promised_jackpots() == 0


@pytest.mark.parametrize("game", [tickets, numbers])
def test_a_block_takes_as_many_statements_for_seven_payments_as_for_one(
    chain_app: Flask, node: NodeProcess, costs: Costs, game: Callable[[Flask, NodeProcess], Buying]
) -> None:
    world, buy = game(chain_app, node)
    for payments in (1, 1, 7):  # the first makes the round's accounts
        for address, sats in [buy() for _ in range(payments)]:
            world.send(address, sats)
        world.mine()
    one, seven = costs["connect_block"][-2:]
    assert seven == one
    assert one < 60
    world.reorganise(3)
    world.scan()
    gone = costs["disconnect_tip"]
    assert len(gone) == 3
    assert len(set(gone)) == 1
    assert gone[0] < 60
    assert world.breaches() == []
