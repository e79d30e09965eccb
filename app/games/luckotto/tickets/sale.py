"""What Luckotto sells: sets of numbers that share no six; its settings, what a round promises, an order commits to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field
from sqlalchemy import ColumnElement
from sqlalchemy.orm import InstrumentedAttribute

from app.core.config import PartOfSettings, Settings, number_in
from app.core.money import MAX_SATS
from app.core.text.settings_words import Group
from app.games.luckotto.draw.drawing import ALGORITHMS
from app.games.luckotto.models import LuckottoOrder, LuckottoRound
from app.games.luckotto.rules import (
    LARGEST_POOL,
    PROMISED,
    SMALLEST_POOL,
    jackpot,
    mask_of,
    numbers_of,
    possible_draws,
    price,
    promised_by,
)
from app.outcomes.draws import sealed_draw
from app.selling.windows.questions.sale import Promise, Sale
from app.selling.windows.questions.terms import Members, OwnTerms, Terms


class LuckottoSettings(PartOfSettings):
    """What a new round is frozen with. Length, gap and depth of its rounds are those of every game.

    The environment variable is the field's name in capitals, as for every setting.
    """

    told: ClassVar[Group | None] = Group(
        "New rounds of Luckotto",
        {
            "luckotto_pool_size": "Numbers in the pool, of which six are drawn",
            "luckotto_base_combination_price_sats": "Sats for a combination, without a partner's edge",
            "luckotto_draw_algorithms": "What rounds are drawn by, in turn",
            "luckotto_hash_work": "Hashes of a luckotto-draw-1",
            "luckotto_draw_hashes": "Hashes of a sealed-draw-1",
        },
    )

    luckotto_pool_size: int = Field(default=49, ge=SMALLEST_POOL, le=LARGEST_POOL)
    luckotto_base_combination_price_sats: int = Field(default=100, ge=1, le=100_000_000)
    luckotto_hash_work: int = Field(default=2**37, ge=1, le=2**47)
    luckotto_draw_algorithms: str | None = Field(
        default=None,
        pattern=r"^(luckotto-draw-1|sealed-draw-1)( (luckotto-draw-1|sealed-draw-1))*$",
        description="what new rounds are drawn by; of several they take turns",
    )
    luckotto_draw_hashes: int = Field(default=2**37, ge=1, le=2**40, description="of a sealed-draw-1")

    @classmethod
    def problems(cls, environ: Mapping[str, str]) -> list[str]:
        """Whether all draws of a pool cost more than there is."""
        pool = number_in(cls, environ, "luckotto_pool_size")
        base = number_in(cls, environ, "luckotto_base_combination_price_sats")
        if pool is None or base is None or not SMALLEST_POOL <= pool <= LARGEST_POOL:
            return []
        if possible_draws(pool) * base <= MAX_SATS:
            return []
        return ["LUCKOTTO_BASE_COMBINATION_PRICE_SATS: times all draws it is more than all bitcoin there is"]


class LuckottoSale(Sale[LuckottoRound]):
    """Every combination of six of the pool, each to one ticket."""

    def promise(self, settings: Settings, number: int | None) -> Promise:
        own = settings.of(LuckottoSettings)
        pool_size, base = own.luckotto_pool_size, own.luckotto_base_combination_price_sats
        algorithm = ALGORITHMS.of_new_round(number, own.luckotto_draw_algorithms)
        is_sealed = algorithm.id == sealed_draw.ALGORITHM
        columns: dict[str, int | None] = {
            "pool_size": pool_size,
            "possible_combinations": possible_draws(pool_size),
            "base_combination_price_sats": base,
            "hashes": own.luckotto_draw_hashes if is_sealed else None,
            "hash_work": None if is_sealed else own.luckotto_hash_work,
        }
        steps = algorithm.work_of(LuckottoRound(**columns))
        return Promise(jackpot(pool_size, base), algorithm.id, steps, columns)

    def has_sold(self) -> ColumnElement[bool]:
        return LuckottoRound.sold_tickets > 0

    def has_room(self) -> ColumnElement[bool]:
        return LuckottoRound.sold_combinations < LuckottoRound.possible_combinations

    def player(self) -> InstrumentedAttribute[str]:
        return LuckottoOrder.player_identifier

    def names(self) -> tuple[InstrumentedAttribute[str], InstrumentedAttribute[str]]:
        return LuckottoOrder.player_uname, LuckottoOrder.player_identifier


class _Own(OwnTerms):
    base_combination_price_sats: int
    player_identifier: str
    player_uname: str
    requested_numbers: list[int]
    total_sats: int


class LuckottoTerms(Terms[LuckottoRound, LuckottoOrder]):
    """The numbers that are asked for, and what they cost."""

    promised = PROMISED

    def promised_by(self, algorithm: str) -> Mapping[str, str]:
        return promised_by(algorithm)

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
