"""What new draws of bets promise beside what their game does."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from app.core.config import PartOfSettings, current_settings
from app.core.text.settings_words import Group


class BetSettings(PartOfSettings):
    """Frozen in each draw's promise as it is made."""

    told: ClassVar[Group | None] = Group(
        "Bets",
        {
            "bet_final_hours": "So long after its result a draw’s winnings may be played with and not drawn out",
            "bet_void_hours": "So long a draw without a result is waited for before everything staked goes back",
            "bet_draw_hashes": "How many hashes a new draw takes that no official lottery decides",
        },
    )

    bet_final_hours: float = Field(default=24, ge=0, le=720, description="from result to final; 0.05 is 3 minutes")
    bet_void_hours: int = Field(default=72, ge=1, le=720, description="from draw to void without a result")
    bet_draw_hashes: int = Field(default=2**34, ge=1, le=2**40, description="of a sealed-draw-1 between two slots")


def bet_settings() -> BetSettings:
    """Those in force."""
    return current_settings().of(BetSettings)
