"""What its partner is told of one order beside its line: where it is paid, how much is due, and until when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from app.catalogue.records import Asked, OrderPlace
from app.chain import queries as chain
from app.core.money import Sats
from app.selling.windows.queries import AnyOrder
from app.selling.windows.rounds.pace import seconds_per_block
from app.selling.windows.rules import blocks_to_pay

from .contexts import ENDED, is_over

_ASKED: Final = ("waiting", "partly_paid")
"""States in which a payment is asked for; to what is seen nothing is added before its block."""


@dataclass(frozen=True, slots=True)
class Ask:
    """What a payment to an order should be, for what it is, in words, and the link of BIP 21 that asks for it."""

    sats: Callable[[Any], Sats]
    words: Callable[[Any], str]
    link: Callable[[Any, Sats], str]


def place_of(ask: Ask, view: AnyOrder) -> OrderPlace:
    """Where an order is paid, and what is asked for while a payment may still buy what it is for."""
    left = blocks_to_pay(view.round.window, chain.tip_height()) if view.round.sells else 0
    is_asked = view.state in _ASKED and left > 0 and not view.is_sold_out
    sats = ask.sats(view)
    return OrderPlace(
        address=view.address.address,
        payout_address=view.order.payout_address,
        sales_end_height=view.round.sales_end_height,
        blocks_left=left,
        seconds_left=left * seconds_per_block(),
        asked=Asked(sats, ask.words(view), ask.link(view, sats)) if is_asked else None,
        seen_sats=view.sats_in("seen"),
        round_is_over=view.round.status in ENDED,
        is_over=is_over(view),
    )
