"""Rounds of Luckotto played through on a real chain, with a payment of every fate, for tests that only look."""

from __future__ import annotations

from unittest.mock import patch

from app.games.luckotto.tickets import taken
from tests.games.luckotto.conftest import Lottery

SEVEN = [1, 2, 3, 4, 5, 6, 7]


class Doubter:
    """Two rounds as the public API tells them, one that somebody had to win and one that was crowded."""

    def __init__(self, lottery: Lottery) -> None:
        self.lottery = lottery
        self.site = lottery.site_id(edge_percent=10)
        self.won = self._won()
        self.crowded = self._crowded()

    def _won(self) -> int:
        """One ticket covers every six; a funded order finds nothing, others pay too little or too late."""
        lottery, cheap = self.lottery, self.lottery.site_id(edge_percent=0)
        whole = lottery.buy(self.site, range(1, 13), "whale")
        none_left = lottery.buy(cheap, SEVEN, "bob")
        too_little, small, late = (lottery.buy(self.site, SEVEN, player) for player in ("cleo", "dan", "eve"))
        lottery.pay(whole, whole["totalSats"] - 9000)
        lottery.pay(none_left, 5000)
        lottery.mine()
        lottery.pay(whole, 12000)
        lottery.mine()
        lottery.pay(none_left)
        lottery.pay(too_little, 5000)
        lottery.pay(small, 1000)
        lottery.mine()
        number: int = whole["roundNumber"]
        lottery.mine_to(lottery.lottery_round(number).sales_end_height - 1)
        lottery.pay(late)
        lottery.mine()
        lottery.draw(number)
        return number

    def _crowded(self) -> int:
        """What collides is found by comparing in the first block, and in the index of combinations in the second."""
        lottery = self.lottery
        orders = [lottery.buy(self.site, SEVEN, player) for player in ("ada", "bob", "cleo")]
        lottery.pay_at_once(orders[:2])
        with patch.object(taken, "_LOOKED_UP", 0):  # as in a round of many thousand tickets
            lottery.pay_at_once(orders[2:])
        lottery.draw(orders[0]["roundNumber"])
        number: int = orders[0]["roundNumber"]
        return number
