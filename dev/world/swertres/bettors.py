"""Ten people who bet on Swertres at a human pace: from the wallet, and now and then by GCash."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any, Final

from flask import Flask

from ..loops import say
from .people import Person, Refused, Visit, everybody

PEOPLE: Final = 10
EAGER_CARDS, EAGER_SECONDS = 6, 2.0
"""The first cards of a run come quickly: the first draw has sales within half a minute."""
SECONDS: Final = (15.0, 40.0)
STAKES: Final = (10_00, 10_00, 10_00, 20_00, 20_00, 50_00)
LUCKY: Final = ("007", "123", "168", "247", "777", "888")
"""What many people bet on, so that some numbers cost more than others."""
TOP_UP: Final = 500_00
RUMBLE_CHANCE, LUCKY_CHANCE, GCASH_CHANCE = 0.4, 0.3, 0.15
MOST_DRAWS, MOST_NUMBERS = 3, 3
_LEAST_BY_GCASH: Final = 100_00
_STAY_AWAY: Final = frozenset({"verification_needed", "player_limit"})
"""Who has bet all that he may goes home, and somebody else comes."""


class Bettors:
    """One at a time does one thing: pays money in where there is little, or buys a card."""

    def __init__(
        self,
        app: Flask,
        base_url: str,
        rng: Random | None = None,
        visit: Callable[[Flask, str, Person], Visit] = Visit,
    ) -> None:
        self._app, self._base_url, self._visit = app, base_url, visit
        self._rng, self._people = rng or Random(), everybody()
        self._here: list[Visit] = []
        self._cards = 0

    def turn(self) -> float:
        """One thing; the seconds until the next.

        Raises:
            Refused: the platform says no.
            requests.RequestException: it says nothing.
        """
        while len(self._here) < PEOPLE:
            self._here.append(self._visit(self._app, self._base_url, next(self._people)))
        whoever = self._rng.choice(self._here)
        try:
            self._act(whoever)
        except Refused as refused:
            if _STAY_AWAY & set(refused.reasons):
                self._here.remove(whoever)
            raise
        return EAGER_SECONDS if self._cards < EAGER_CARDS else self._rng.uniform(*SECONDS)

    def _act(self, whoever: Visit) -> None:
        games = whoever.ask("/api/swertres/games")["items"]
        is_open = [game["id"] for game in games if game["status"] == "betting_open"][:MOST_DRAWS]
        if not is_open:
            return
        card = self._card(is_open)
        if whoever.ask("/api/swertres/balance")["spendableCentavos"] < _total(card):
            self._top_up(whoever)
        else:
            self._bet(whoever, card)

    def _top_up(self, whoever: Visit) -> None:
        body = {"amountMinor": TOP_UP, "gateway": "paymongo"}
        whoever.pay(whoever.do("/api/players/wallets/PHP/topups", body)["payment"]["url"])
        say("swertres", f"{whoever.person.name} pays {TOP_UP // 100} pesos in")

    def _bet(self, whoever: Visit, card: dict[str, Any]) -> None:
        payment = whoever.do("/api/swertres/bets/place", card)["payment"]
        if payment is not None and payment["redirectUrl"]:
            whoever.pay(payment["redirectUrl"])
        self._cards += 1
        numbers = sorted({bet["number"] for bet in card["bets"]})
        say("swertres", f"{whoever.person.name} bets on {', '.join(numbers)}, {len(card['bets'])} bets")

    def _card(self, is_open: list[str]) -> dict[str, Any]:
        """A few numbers, each on the next draw or on some."""
        bets = [bet for _ in range(self._rng.randint(1, MOST_NUMBERS)) for bet in self._bets(is_open)]
        card = {"bets": bets, "payment": "wallet"}
        if _total(card) >= _LEAST_BY_GCASH and self._rng.random() < GCASH_CHANCE:
            card["payment"] = "gcash"
        return card

    def _bets(self, is_open: list[str]) -> list[dict[str, Any]]:
        rng = self._rng
        number = rng.choice(LUCKY) if rng.random() < LUCKY_CHANCE else f"{rng.randrange(1000):03}"
        told = {
            "number": number,
            "amountCentavos": rng.choice(STAKES),
            "isRumble": rng.random() < RUMBLE_CHANCE,
        }
        return [{"gameId": game, **told} for game in is_open[: rng.choice((1, 1, 2, MOST_DRAWS))]]


def _total(card: dict[str, Any]) -> int:
    return sum(bet["amountCentavos"] for bet in card["bets"])
