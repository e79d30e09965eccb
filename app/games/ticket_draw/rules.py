"""What the main game decides, without touching anything: prices, fates of payments, states of orders. Document
001.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final, NamedTuple

from app.core.money import Sats, with_edge
from app.outcomes.draws import sealed_draw
from app.selling.windows.orders.states import States, When
from app.selling.windows.rules import SELLING

GAME: Final = "rounds"

PROMISED: Final = {
    "baseTicketPriceSats": "base_ticket_price_sats",
    "hashes": "hashes",
    "hashesPerDigit": "hashes_per_digit",
    "houseFeePercent": "house_fee_percent",
    "ticketDigits": "ticket_digits",
    "ticketSupply": "ticket_supply",
}
"""What a round promises beside what every game's rounds do: members of its text, each with its column."""


def promised_by(algorithm: str) -> dict[str, str]:
    """Those of a round that is drawn by this algorithm: it says its work in one of two ways."""
    other = "hashesPerDigit" if algorithm == sealed_draw.ALGORITHM else "hashes"
    return {member: column for member, column in PROMISED.items() if member != other}


class Fate(StrEnum):
    """What becomes of a payment. Every one has exactly one."""

    CREDITED = "credited"
    BELOW_MINIMUM = "below_minimum"
    LATE = "late"
    SOLD_OUT = "sold_out"
    VOID = "void"  # its round was voided, or had been settled before the payment's block came


def jackpot(supply: int, base_price: Sats, house_fee_percent: int) -> Sats:
    """What the winning ticket pays."""
    return supply * base_price * (100 - house_fee_percent) // 100


class Price(NamedTuple):
    """What one ticket costs a partner's player, and the least that is accepted."""

    base: Sats
    player: Sats
    minimum_payment: Sats


def price(base: Sats, edge_percent: int, floor: Sats) -> Price:
    """Document 001, "House edge accounting"."""
    player = with_edge(base, edge_percent)
    return Price(base, player, max(player, floor))


def asked_for(tickets: int, price: Price, rest: Sats) -> Sats:
    """What a payment for so many tickets has to be; what is left over of earlier ones counts in it."""
    return max(price.minimum_payment, tickets * price.player - rest)


class Holding(NamedTuple):
    """What an order has so far: credited sats and tickets."""

    credited: Sats = 0
    tickets: int = 0

    def remainder(self, player_price: Sats) -> Sats:
        """Credited beyond whole tickets."""
        return self.credited - self.tickets * player_price


class Assessment(NamedTuple):
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


STATES: Final = States(
    (
        "waiting",
        "seen",
        "partly_paid",
        "confirmed",
        "late",
        "sold_out",
        "void",
        "drawn",
        "won",
        "lost",
        "expired",
    ),
    (
        When(state="won", rounds=("settled",), has_won=True),
        When(state="lost", rounds=("settled",), has_ticket=True),
        When(state="void", rounds=("void",), has_ticket=True),
        When(state="drawn", rounds=("drawing", "halted"), has_ticket=True),
        When(state="confirmed", has_ticket=True),
        When(state="seen", paid=("seen",)),
        When(state="void", paid=("void",)),
        When(state="sold_out", paid=("sold_out",)),
        When(state="late", paid=("late",)),
        When(state="partly_paid", paid=("below_minimum",)),
        When(state="sold_out", rounds=SELLING, is_sold_out=True),
        When(state="waiting", rounds=SELLING),
        When(state="expired"),
    ),
)
"""What state an order is in. Tickets speak first, then what is on its way, then why there are none.

`partly_paid` has money confirmed that bought no ticket and may still be topped up; `sold_out` is
paid when nothing was left, or not paid in a round in which nothing is; `drawn` waits for the draw to finish; `expired`
is an unpaid order of a round that sells no more: the address is still watched.
"""
