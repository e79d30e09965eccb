"""What the main game decides, without touching anything: windows, prices, fates of payments, states. Document 001."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.core.money import DUST_SATS, Sats, with_edge

GAME: Final = "rounds"
TERMS_VERSION: Final = 1
SPEND_VBYTES: Final = 58  # a taproot key-path input
_SPENDS_A_PAYMENT_MUST_BE_WORTH: Final = 4
MAX_IDENTIFIER_CHARS: Final = 120
_LETTERS_AND_DIGITS: Final = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Nd"})


class Phase(StrEnum):
    """Where a round stands between two heights, before anything irreversible has happened to it."""

    SCHEDULED = "scheduled"
    OPEN = "open"
    CLOSED = "closed"


class Fate(StrEnum):
    """What becomes of a payment. Every one has exactly one."""

    CREDITED = "credited"
    BELOW_MINIMUM = "below_minimum"
    LATE = "late"
    SOLD_OUT = "sold_out"
    VOID = "void"  # its round was voided, or had been settled before the payment's block came


@dataclass(frozen=True, slots=True)
class Window:
    """A round's heights. A payment counts if opens ≤ its height < sales_end."""

    opens_at: int
    sales_end: int
    closing: int


def next_window(previous_sales_end: int, length: int, gap: int) -> Window:
    """The window that follows without a gap in sales."""
    sales_end = previous_sales_end + length
    return Window(previous_sales_end, sales_end, sales_end + gap)


def phase(window: Window, tip: int) -> Phase:
    """The phase for payments in the block after `tip`."""
    if tip + 1 >= window.sales_end:
        return Phase.CLOSED
    return Phase.OPEN if tip + 1 >= window.opens_at else Phase.SCHEDULED


def takes_orders(window: Window, tip: int, stop_blocks: int) -> bool:
    """Whether an order made now can still hope to confirm in time."""
    return tip + 1 + stop_blocks < window.sales_end


def is_buried(height: int, tip: int, depth: int) -> bool:
    """Whether the block at `height` has `depth` blocks on top of it."""
    return tip >= height + depth


def jackpot(supply: int, base_price: Sats, house_fee_percent: int) -> Sats:
    """What the winning ticket pays."""
    return supply * base_price * (100 - house_fee_percent) // 100


def min_payment_floor(planning_fee_rate: int) -> Sats:
    """Below this an output is not worth spending. `planning_fee_rate` is in sat per virtual byte."""
    return max(DUST_SATS, _SPENDS_A_PAYMENT_MUST_BE_WORTH * SPEND_VBYTES * planning_fee_rate)


@dataclass(frozen=True, slots=True)
class Price:
    """What one ticket costs a partner's player, and the least that is accepted."""

    base: Sats
    player: Sats
    minimum_payment: Sats


def price(base: Sats, edge_percent: int, floor: Sats) -> Price:
    """Document 001, "House edge accounting"."""
    player = with_edge(base, edge_percent)
    return Price(base, player, max(player, floor))


@dataclass(frozen=True, slots=True)
class Holding:
    """What an order has so far: credited sats and tickets."""

    credited: Sats = 0
    tickets: int = 0

    def remainder(self, player_price: Sats) -> Sats:
        """Credited beyond whole tickets."""
        return self.credited - self.tickets * player_price


@dataclass(frozen=True, slots=True)
class Assessment:
    """A payment's fate in numbers: credited + refundable = the payment."""

    fate: Fate
    tickets: int
    credited: Sats
    refundable: Sats


def assess(amount: Sats, price: Price, holding: Holding, supply_left: int, *, in_time: bool) -> Assessment:
    """Decide a payment's fate. Payments under the minimum are never merged into a total."""
    if not in_time:
        return Assessment(Fate.LATE, 0, 0, amount)
    if amount < price.minimum_payment:
        return Assessment(Fate.BELOW_MINIMUM, 0, 0, amount)
    if supply_left == 0:
        return Assessment(Fate.SOLD_OUT, 0, 0, amount)
    wanted = (holding.credited + amount) // price.player - holding.tickets
    tickets = min(wanted, supply_left)
    sold_out_within = tickets < wanted
    refundable = holding.credited + amount - (holding.tickets + tickets) * price.player if sold_out_within else 0
    return Assessment(Fate.CREDITED, tickets, amount - refundable, refundable)


def identifier(text: str) -> str | None:
    """A player identifier in its one spelling, or None if it cannot be one.

    NFC, trimmed, inner spaces collapsed, 1 to 120 characters: Unicode letters and digits, space, `.`, `_`, `-`.
    """
    if len(text) > 4 * MAX_IDENTIFIER_CHARS:  # normalising is not free
        return None
    tidy = re.sub(r" +", " ", unicodedata.normalize("NFC", text).strip(" "))
    if not 1 <= len(tidy) <= MAX_IDENTIFIER_CHARS:
        return None
    return tidy if all(_may_identify(char) for char in tidy) else None


def _may_identify(char: str) -> bool:
    """Letters and decimal digits of any script; nothing that is invisible or changes its neighbours."""
    return char in " ._-" or unicodedata.category(char) in _LETTERS_AND_DIGITS
