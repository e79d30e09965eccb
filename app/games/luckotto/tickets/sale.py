"""What Luckotto sells: sets of numbers that share no six, and what a round of them promises."""

from __future__ import annotations

from sqlalchemy import ColumnElement
from sqlalchemy.orm import InstrumentedAttribute

from app.core.config import Settings
from app.games.luckotto.draw.drawing import ALGORITHMS
from app.games.luckotto.models import LuckottoOrder, LuckottoRound
from app.games.luckotto.rules import jackpot, possible_draws
from app.games.luckotto.tickets.settings import LuckottoSettings
from app.selling.windows.questions.sale import Promise, Sale


class LuckottoSale(Sale[LuckottoRound]):
    """Every combination of six of the pool, each to one ticket."""

    def promise(self, settings: Settings) -> Promise:
        own = settings.of(LuckottoSettings)
        pool_size, base = own.luckotto_pool_size, own.luckotto_base_combination_price_sats
        columns = {
            "pool_size": pool_size,
            "possible_combinations": possible_draws(pool_size),
            "base_combination_price_sats": base,
            "hash_work": own.luckotto_hash_work,
        }
        algorithm = ALGORITHMS.of_new_rounds
        steps = algorithm.steps(algorithm.parameters_of(LuckottoRound(**columns)))
        return Promise(jackpot(pool_size, base), algorithm.id, steps, columns)

    def has_sold(self) -> ColumnElement[bool]:
        return LuckottoRound.sold_tickets > 0

    def has_room(self) -> ColumnElement[bool]:
        return LuckottoRound.sold_combinations < LuckottoRound.possible_combinations

    def is_sold_out(self, round_: LuckottoRound) -> bool:
        return round_.sold_combinations >= round_.possible_combinations

    def player(self) -> InstrumentedAttribute[str]:
        return LuckottoOrder.player_identifier
