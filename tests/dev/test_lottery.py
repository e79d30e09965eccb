"""The demo's Luckotto players: what they ask for is a request that the game takes."""

from __future__ import annotations

from random import Random
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from app.games.luckotto.rules import numbers
from dev.world.clock import BlockClock
from dev.world.lottery import POPULAR, Lottery
from dev.world.players import Refused

PARTNER = UUID("018f58d2-2802-7000-8000-000000000002")


def playing(status: int, asked: list[dict[str, Any]], paid: list[tuple[str, int]]) -> Lottery:
    def post(url: str, **sent: Any) -> Any:
        asked.append(sent["json"])
        made = {"depositAddress": "address", "totalSats": 1000, "minPaymentSats": 330, "roundNumber": 1}
        return SimpleNamespace(status_code=status, json=lambda: made)

    world: Any = SimpleNamespace(base_url="http://localhost", partner_id=PARTNER)
    wallet: Any = SimpleNamespace(pay=lambda address, sats: paid.append((address, sats)))
    return Lottery(world, 30, wallet, BlockClock(4), Random(7), post)


def test_players_ask_for_numbers_of_the_pool_and_pay() -> None:
    asked: list[dict[str, Any]] = []
    paid: list[tuple[str, int]] = []
    lottery = playing(201, asked, paid)
    for _ in range(100):
        assert lottery.play() > 0
    for request in asked:
        assert numbers(sorted(request["requestedNumbers"]), 30)
        assert request["partnerId"] == str(PARTNER)
    popular = [request for request in asked if set(request["requestedNumbers"]) <= set(POPULAR)]
    assert len(popular) > 10
    assert {sats for _, sats in paid} == {1000, 500}


def test_a_refused_order_is_not_paid() -> None:
    paid: list[tuple[str, int]] = []
    with pytest.raises(Refused):
        playing(409, [], paid).play()
    assert paid == []
