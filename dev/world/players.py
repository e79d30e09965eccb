"""A handful of players of both partners. They order through the public API and pay from the node's wallet."""

from __future__ import annotations

import heapq
import itertools
from collections import Counter
from dataclasses import dataclass, replace
from random import Random
from typing import Any

import requests

from dev.bitcoind import UnusableNode

from . import habits
from .clock import BlockClock, Errands
from .habits import Player, Quote
from .loops import NotNow, say
from .seeding import SECOND_PARTNER
from .settings import WorldSettings
from .wallet import Wallet

EAGER_ORDERS, EAGER_SECONDS, EAGER_PAYMENT_SECONDS = 8, 0.7, 0.2
"""The first orders of a run come quickly: the first round has sales within seconds."""
USUAL_SECONDS, QUIET_SECONDS = (1.5, 5.0), (5.0, 10.0)
REFUSED_SECONDS, PAYMENT_TRIES = 2.0, 20
ANSWER_SECONDS = 60.0
_ROUNDS_REMEMBERED = 8


def cast(world: WorldSettings) -> tuple[Player, ...]:
    demo, harbor = world.partner_name, SECOND_PARTNER
    return (
        Player("Mira", "account-1041", demo),
        Player("Tomás", "account-1187", demo),
        Player("night owl", "account-1202", demo),
        Player("Benedikta", "account-1333", demo),
        Player("J. Okafor", "account-1518", demo),
        Player("Anaïs", "L-77", harbor),
        Player("old_salt", "L-102", harbor),
        Player("Keiko", "L-131", harbor),
        Player("pier-19", "L-140", harbor),
    )


class Refused(NotNow):
    """The platform takes no order just now."""


@dataclass(frozen=True, order=True)
class Due:
    """A payment that somebody means to make; `at` is in blocks, by the demo's clock."""

    at: float
    tie: int
    address: str
    sats: int
    tries: int = 1


class Crowd:
    """Orders at a human pace until each round's target is sold, and remembers what still has to be paid."""

    def __init__(
        self, world: WorldSettings, supply: int, wallet: Wallet, clock: BlockClock, rng: Random | None = None
    ) -> None:
        self.world, self.supply, self.wallet, self.clock = world, supply, wallet, clock
        self.rng = rng or Random()
        self.players = cast(world)
        self.orders = 0
        self._due: list[Due] = []
        self._tie = itertools.count()
        self._planned: Counter[int] = Counter()
        self._targets: dict[int, int] = {}
        self._round = 0
        self._errands = Errands(clock)

    def behind(self, tip: int, tip_hash: str) -> str | None:
        """What the next block has to wait for: an order that is not answered for a block's time, a payment that is due.

        A payment that the node refused holds up nobody: it may never be made.
        """
        if self._errands.oldest() < int(self.clock.now()):
            return "an answer to the players"
        now = self.clock.now()
        return "the players' payments" if any(due.at <= now and due.tries == 1 for due in list(self._due)) else None

    def order(self) -> float:
        """Place one order and plan its payments; the seconds until the next.

        Raises:
            Refused: the API says no.
            requests.RequestException: it says nothing.
        """
        player = self.rng.choice(self.players)
        with self._errands:
            quote = self._ask(player)
        self._enter(quote.round_number)
        left = self._targets[quote.round_number] - self._planned[quote.round_number]
        tickets = habits.tickets_wanted(left, self.rng)
        habit = habits.choose(self.rng) if self.orders >= EAGER_ORDERS else "whole"
        self._plan(quote, habit, tickets)
        self.orders += 1
        if self.orders < EAGER_ORDERS:
            return EAGER_SECONDS
        return self.rng.uniform(*(USUAL_SECONDS if left > 0 else QUIET_SECONDS))

    def pay_what_is_due(self) -> float:
        """Send every payment whose time has come; one that fails is tried again a little later, a few times."""
        while self._due and self._due[0].at <= self.clock.now():
            with self._errands:
                due = heapq.heappop(self._due)
                try:
                    self.wallet.pay(due.address, due.sats)
                except UnusableNode:
                    if due.tries < PAYMENT_TRIES:
                        again = replace(due, at=due.at + self._blocks(REFUSED_SECONDS), tries=due.tries + 1)
                        heapq.heappush(self._due, again)
                    raise
        return 0.3

    def _ask(self, player: Player) -> Quote:
        answer = requests.post(  # a kept connection may be closed by a server that had no time to say so
            f"{self.world.base_url}/api/slips",
            json={
                "partnerName": player.partner,
                "playerPublicIdentifier": player.name,
                "playerPrivateIdentifier": player.account,
            },
            headers={"Origin": self.world.base_url, "Accept": "application/json"},
            timeout=ANSWER_SECONDS,
        )
        if answer.status_code != 201:
            raise Refused(f"{answer.status_code} {_code(answer)}".strip())
        order = answer.json()["order"]
        return Quote(
            order["depositAddress"], order["roundNumber"], order["playerTicketPriceSats"], order["minPaymentSats"]
        )

    def _enter(self, number: int) -> None:
        """Choose a target for a round when the first order joins it."""
        if number not in self._targets:
            self._targets[number] = habits.target(self.supply, self.rng)
        if number > self._round:
            self._round = number
            for old in [known for known in self._targets if known <= number - _ROUNDS_REMEMBERED]:
                del self._targets[old], self._planned[old]
            say("players", f"round {number}: out for about {self._targets[number]:,} tickets")

    def _plan(self, quote: Quote, habit: str, tickets: int) -> None:
        planned = habits.payments(habit, quote, tickets, self.world.round_blocks, self.rng)
        eager = self.orders < EAGER_ORDERS
        now = self.clock.now()
        for payment in planned:
            later = self._blocks(EAGER_PAYMENT_SECONDS) if eager else payment.after_blocks
            heapq.heappush(self._due, Due(now + later, next(self._tie), quote.address, payment.sats))
        if planned and habit not in ("late", "below_minimum"):
            self._planned[quote.round_number] += tickets

    def _blocks(self, seconds: float) -> float:
        return seconds / self.clock.seconds


def _code(answer: requests.Response) -> str:
    """The problem's code, where the answer has one."""
    try:
        problem: Any = answer.json()
    except ValueError:
        return ""
    return str(problem.get("code", "")) if isinstance(problem, dict) else ""
