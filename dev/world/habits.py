"""How the simulated players pay: whole tickets, odd sums, top-ups, too little, too late. Decides, touches nothing."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

DUST_SATS = 330  # the node refuses to send less to a taproot address
SHARE_SOLD = (0.40, 0.70)
SMALL, BIG = (1, 40), (250, 900)
BIG_CHANCE = 0.3


@dataclass(frozen=True)
class Player:
    """Somebody at a partner's site."""

    name: str
    account: str
    partner: str


@dataclass(frozen=True)
class Quote:
    """What an order tells about paying it."""

    address: str
    round_number: int
    ticket_sats: int
    least_sats: int


@dataclass(frozen=True)
class Payment:
    """So many sats, so many blocks' time after the order."""

    after_blocks: float
    sats: int


HABITS = {
    "whole": 46,
    "remainder": 18,
    "top_up": 14,
    "twice": 8,
    "below_minimum": 5,
    "forgets": 6,
    "late": 3,
}


def target(supply: int, rng: Random) -> int:
    """How many of a round's tickets the players together mean to buy."""
    return int(supply * rng.uniform(*SHARE_SOLD))


def tickets_wanted(left: int, rng: Random) -> int:
    """For one order, while `left` tickets are missing to the round's target."""
    if left <= 0:
        return rng.randint(1, 5)
    if rng.random() < BIG_CHANCE:
        return min(rng.randint(*BIG), max(left, BIG[0]))
    return rng.randint(*SMALL)


def choose(rng: Random) -> str:
    return rng.choices(list(HABITS), list(HABITS.values()))[0]


def payments(habit: str, quote: Quote, tickets: int, round_blocks: int, rng: Random) -> list[Payment]:
    """What will be sent to the order's address, and when."""
    whole = max(tickets * quote.ticket_sats, quote.least_sats)
    soon = rng.uniform(0.1, 0.6)
    if habit == "remainder":
        return [Payment(soon, whole + rng.randrange(1, max(quote.ticket_sats, 2)))]
    if habit == "top_up":
        more = max(rng.randint(1, 10) * quote.ticket_sats, quote.least_sats)
        return [Payment(soon, whole), Payment(soon + rng.uniform(1, 3), more)]
    if habit == "twice":
        first = max(whole * rng.randint(30, 70) // 100, quote.least_sats)
        return [Payment(soon, first), Payment(soon + 0.1, max(whole - first, quote.least_sats))]
    if habit == "below_minimum" and quote.least_sats > DUST_SATS:
        return [Payment(soon, rng.randrange(DUST_SATS, quote.least_sats))]
    if habit == "late":
        return [Payment(round_blocks + 2, whole)]
    return [] if habit == "forgets" else [Payment(soon, whole)]
