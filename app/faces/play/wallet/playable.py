"""Which currencies games take: what else is paid in buys nothing, and that is said before anybody pays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from app.money.wallets.rules import WALLET_CURRENCIES, Currency
from app.selling.bets.games import GAMES, sold_now

_NAMES: Final = ", "


def played() -> Mapping[str, str]:
    """The games that are played from a wallet, by its currency."""
    titles: dict[str, list[str]] = {}
    for game in sold_now():
        titles.setdefault(game.currency, []).append(str(game.title))
    return {currency: _NAMES.join(names) for currency, names in titles.items()}


def in_words(games: Mapping[str, str]) -> str:
    """All of them, each with its currency."""
    return _NAMES.join(f"{names} ({currency})" for currency, names in games.items())


def of_page(address: str | None) -> Currency | None:
    """The currency of the game that a page of ours is of; None: of none."""
    name = urlsplit(address or "").path.strip("/").partition("/")[0]
    game = GAMES.get().get(name)
    return game.currency if game is not None else None


def first_played() -> tuple[Currency, ...]:
    """All currencies; first those that a game takes."""
    games = played()
    return tuple(sorted(WALLET_CURRENCIES, key=lambda one: one not in games))
