"""What a house edge makes of the price of a ticket, and the edges that are usual. Nothing is read but the settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from app.core.config import current_settings
from app.core.money import Sats, with_edge

USUAL: Final = (0, 3, 5, 10)
"""Percentages that are offered with one click; every other is in the list."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An edge, what a ticket then costs a player, and how much of that the partner earns."""

    percent: int
    price: Sats
    yours: Sats


def suggestions() -> tuple[Suggestion, ...]:
    """The usual edges at today's price."""
    base = current_settings().base_ticket_price_sats
    return tuple(Suggestion(percent, price, price - base) for percent in USUAL for price in (with_edge(base, percent),))


def price_at(percent: int) -> dict[str, int]:
    """The price without the edge and with it, as the example of a price shows them."""
    base = current_settings().base_ticket_price_sats
    return {"base_price": base, "player_price": with_edge(base, percent), "edge_percent": percent}
