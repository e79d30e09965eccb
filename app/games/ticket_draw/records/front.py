"""The main game on the website's own pages: the round that sells now, its last draw, and examples for the docs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask_babel import lazy_gettext

from app.catalogue.fronts import GameFront, Link, Live
from app.core.config import current_settings
from app.games.ticket_draw import rules
from app.games.ticket_draw.game import ROUNDS
from app.selling.windows import queries
from app.selling.windows.rules import min_payment_floor

from .pages import round_context

PATH: Final = "/rounds"
_SAMPLE_EDGE: Final = 10


def _live() -> Live:
    current, last = queries.current_round(ROUNDS), queries.last_settled(ROUNDS)
    context = round_context(current) if current else {"round": None}
    return Live.of(
        "games/ticket_draw/_live.html",
        Link(f"{PATH}/{current.round_number}", current.round_number) if current else None,
        Link(f"/verify?round={last.round_number}", last.round_number) if last else None,
        last=last,
        **context,
    )


def _examples() -> Mapping[str, Any]:
    """The last drawn round, and what a ticket costs a player at a usual edge."""
    settings = current_settings()
    floor = min_payment_floor(settings.planning_fee_rate)
    return {
        "last": queries.last_settled(ROUNDS),
        "sample": rules.price(settings.base_ticket_price_sats, _SAMPLE_EDGE, floor),
        "sample_edge": _SAMPLE_EDGE,
    }


FRONT = GameFront(ROUNDS.title, lazy_gettext("Rounds"), PATH, _live, _examples)
