"""Now and then a player of the demo plays Luckotto: through its public API, paid from the node's wallet."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any, Final
from uuid import UUID

import requests

from .clock import BlockClock, Errands
from .loops import say
from .players import ANSWER_SECONDS, Refused
from .settings import WorldSettings
from .wallet import Wallet

PLAYERS: Final = ("Mira", "Tomás", "night owl", "Benedikta", "J. Okafor")
POPULAR: Final = (3, 7, 9, 11, 12, 21, 22, 27)
"""What many people ask for, so that some get the nearest free set instead."""
POPULAR_CHANCE, PARTLY_CHANCE = 0.3, 0.1
SIZES: Final = (6, 6, 7, 7, 8, 8, 9, 10)
SECONDS: Final = (6.0, 15.0)


class Lottery:
    """One player after the other, each with one order that is paid at once."""

    def __init__(
        self,
        world: WorldSettings,
        pool_size: int,
        wallet: Wallet,
        clock: BlockClock,
        rng: Random | None = None,
        post: Callable[..., requests.Response] = requests.post,
    ) -> None:
        self.world, self.pool_size, self.wallet = world, pool_size, wallet
        self.clock, self.rng, self._post = clock, rng or Random(), post
        self._errands = Errands(clock)

    def behind(self, tip: int, tip_hash: str) -> str | None:
        """What the next block has to wait for: an order that is not answered and paid for a block's time."""
        return "an answer to Luckotto's players" if self._errands.oldest() < int(self.clock.now()) else None

    def play(self) -> float:
        """Order and pay; the seconds until the next.

        Raises:
            Refused: the API says no.
            requests.RequestException: it says nothing.
        """
        with self._errands:
            order = self._order(self.world.partner_id, self.rng.choice(PLAYERS), self._numbers())
            sats = order["totalSats"]
            if self.rng.random() < PARTLY_CHANCE:
                sats = max(order["minPaymentSats"], sats // 2)
            self.wallet.pay(order["depositAddress"], sats)
        return self.rng.uniform(*SECONDS)

    def _numbers(self) -> list[int]:
        size = self.rng.choice(SIZES)
        if self.rng.random() < POPULAR_CHANCE:
            return list(POPULAR[: min(size, len(POPULAR))])
        return self.rng.sample(range(1, self.pool_size + 1), size)

    def _order(self, partner_id: UUID, player: str, numbers: list[int]) -> dict[str, Any]:
        answer = self._post(
            f"{self.world.base_url}/api/luckotto/orders",
            json={
                "partnerId": str(partner_id),
                "requestedNumbers": numbers,
                "playerUname": player,
                "playerIdentifier": player,
            },
            headers={"Origin": self.world.base_url, "Accept": "application/json"},
            timeout=ANSWER_SECONDS,
        )
        if answer.status_code != 201:
            raise Refused(f"luckotto: {answer.status_code}")
        order: dict[str, Any] = answer.json()
        say("luckotto", f"{player} asks for {len(numbers)} numbers in round {order['roundNumber']}")
        return order
