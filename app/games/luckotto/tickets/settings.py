"""Its own settings: what a new round is frozen with. Length, gap and depth of its rounds are those of every game."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field

from app.core.config import PartOfSettings, number_in
from app.core.money import MAX_SATS
from app.games.luckotto.rules import LARGEST_POOL, SMALLEST_POOL, possible_draws


class LuckottoSettings(PartOfSettings):
    """The environment variable is the field's name in capitals, as for every setting."""

    luckotto_pool_size: int = Field(default=49, ge=SMALLEST_POOL, le=LARGEST_POOL)
    luckotto_base_combination_price_sats: int = Field(default=100, ge=1, le=100_000_000)
    luckotto_hash_work: int = Field(default=2**37, ge=1, le=2**47)

    @classmethod
    def problems(cls, environ: Mapping[str, str]) -> list[str]:
        """Whether all draws of a pool cost more than there is."""
        pool = number_in(cls, environ, "luckotto_pool_size")
        price = number_in(cls, environ, "luckotto_base_combination_price_sats")
        if pool is None or price is None or not SMALLEST_POOL <= pool <= LARGEST_POOL:
            return []
        if possible_draws(pool) * price <= MAX_SATS:
            return []
        return ["LUCKOTTO_BASE_COMBINATION_PRICE_SATS: times all draws it is more than all bitcoin there is"]
