"""What an order of Luckotto commits to beside what every order does."""

from __future__ import annotations

from collections.abc import Mapping

from app.games.luckotto.models import LuckottoOrder, LuckottoRound
from app.games.luckotto.rules import PROMISED, mask_of, numbers_of, price
from app.selling.windows.questions.terms import Members, OwnTerms, Terms


class _Own(OwnTerms):
    base_combination_price_sats: int
    player_identifier: str
    player_uname: str
    requested_numbers: list[int]
    total_sats: int


class LuckottoTerms(Terms[LuckottoRound, LuckottoOrder]):
    """The numbers that are asked for, and what they cost."""

    promised = PROMISED

    def of_round(self, round_: LuckottoRound) -> Mapping[str, int]:
        return {"baseCombinationPriceSats": round_.base_combination_price_sats, "poolSize": round_.pool_size}

    def of_order(self, order: LuckottoOrder) -> Members:
        return {
            "playerIdentifier": order.player_identifier,
            "playerUname": order.player_uname,
            "requestedNumbers": list(numbers_of(order.requested)),
            "totalSats": order.total_sats,
        }

    def columns(self, terms: Mapping[str, object]) -> Mapping[str, object]:
        own = _Own.model_validate(dict(terms))
        base = price(len(own.requested_numbers), own.base_combination_price_sats, 0).base
        return {
            "player_uname": own.player_uname,
            "player_identifier": own.player_identifier,
            "requested": mask_of(own.requested_numbers),
            "base_sats": base,
            "fee_sats": own.total_sats - base,
        }
