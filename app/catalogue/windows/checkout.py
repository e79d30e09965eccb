"""The checkout: what a page asks a player's wallet for, the same in every game that sells in windows.

A game says what is bought and for how much; address, link, label and the time that is left are the same for all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from flask_babel import LazyString, gettext

from app.core.money import Sats
from app.selling.windows.queries import AnyOrder
from app.selling.windows.rounds.pace import seconds_per_block
from app.selling.windows.rules import blocks_to_pay

from .links import payment_request

# As a link spells them: a longer name would make a picture that no camera reads off a phone.
_LONGEST_NAME: Final = 60


@dataclass(frozen=True, slots=True)
class Checkout:
    """`what` it buys is in words. `is_rest`: a part of the price is there already, and this is what is due."""

    address: str
    amount_sats: Sats
    link: str
    what: str
    is_rest: bool
    blocks_left: int
    seconds_left: int


def checkout(view: AnyOrder, amount: Sats, link: str, what: str, tip: int, *, is_rest: bool = False) -> Checkout:
    """What the page of an order asks for, as the chain stands."""
    left = blocks_to_pay(view.round.window, tip)
    return Checkout(view.address.address, amount, link, what, is_rest, left, left * seconds_per_block())


@dataclass(frozen=True, slots=True)
class Progress:
    """Where an order's round stands on the chain."""

    tip: int
    seconds_per_block: int

    def blocks_until_sales_end(self, view: AnyOrder) -> int:
        """Blocks that can still carry a payment in time."""
        return blocks_to_pay(view.round.window, self.tip)

    def blocks_until_closing(self, view: AnyOrder) -> int:
        return max(0, view.round.closing_height - self.tip)

    def blocks_until_draw(self, view: AnyOrder) -> int:
        """Blocks until the closing block is as deep as settlement asks for."""
        return max(0, view.round.closing_height + view.round.settlement_depth - self.tip)


def progress(tip: int) -> Progress:
    """The chain at this block."""
    return Progress(tip, seconds_per_block())


def payment_link(view: AnyOrder, game: LazyString, player: str, amount: Sats) -> str:
    """A payment request for an order. The wallet notes it as the game's, with player, site and round."""
    names: Mapping[str, Any] = {"player": _short(player), "site": _short(view.site.display_name)}
    where = gettext("%(player)s at %(site)s, round %(n)s", **names, n=view.order.round_number)
    return payment_request(view.address.address, amount, f"{game}: {where}")


def _short(name: str) -> str:
    """As much of a name as a wallet's label takes."""
    if len(quote(name, safe="")) <= _LONGEST_NAME:
        return name
    while len(quote(name + "…", safe="")) > _LONGEST_NAME:
        name = name[:-1]
    return name.rstrip() + "…"
