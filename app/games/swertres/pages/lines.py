"""A card that is being filled, as an address carries it: one text a line, so that nothing is kept before it is bought.

`047:r:1000:2026-11-30-0,2026-11-30-1` is ten pesos on 047 in any order, on each of two draws.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Final

from werkzeug.datastructures import MultiDict

from app.core.money import MOST_MINOR
from app.games.swertres.buying import Asked
from app.games.swertres.reads.cards import Card
from app.selling.bets.rules import MOST_LINES

_LINE: Final = re.compile(r"([0-9]{3}):([sr]):([1-9][0-9]{0,15}):([0-9,-]{1,900})", re.ASCII)
_GAME: Final = re.compile(r"\d{4}-\d{2}-\d{2}-\d{1,3}", re.ASCII)


@dataclass(frozen=True, slots=True)
class CardLine:
    """A number, how it wins, a stake in centavos, and the draws that it is on: a bet each."""

    number: str
    is_rumble: bool
    stake: int
    games: tuple[str, ...]

    @property
    def text(self) -> str:
        """As an address carries it."""
        return f"{self.number}:{'r' if self.is_rumble else 's'}:{self.stake}:{','.join(self.games)}"

    @property
    def bets(self) -> list[Asked]:
        """One a draw."""
        return [Asked(game, self.number, self.stake, self.is_rumble) for game in self.games]

    @property
    def total(self) -> int:
        """What it costs."""
        return self.stake * len(self.games)


def told_in(values: MultiDict[str, str]) -> list[str]:
    """The texts of an address, which has a name for each, or of a form, which has one for all of them."""
    return [text for told in values.getlist("line") for text in told.split()]


def read(texts: Iterable[str]) -> list[CardLine]:
    """The lines of an address; what is none is left out."""
    found = [_read(text) for text in list(texts)[:MOST_LINES]]
    return [one for one in found if one is not None]


def is_game(name: str) -> bool:
    """Whether it could be the name of a draw."""
    return _GAME.fullmatch(name) is not None


def _read(text: str) -> CardLine | None:
    parts = _LINE.fullmatch(text)
    if parts is None or int(parts[3]) > MOST_MINOR:
        return None
    games = tuple(dict.fromkeys(name for name in parts[4].split(",") if is_game(name)))
    return CardLine(parts[1], parts[2] == "r", int(parts[3]), games) if games else None


def lines_of(card: Card) -> list[CardLine]:
    """What a card was filled with, as far as its draws still take bets."""
    found: dict[tuple[str, bool, int], list[str]] = {}
    for bet in card.bets:
        if bet.game.is_open:
            found.setdefault((bet.number, bet.is_rumble, bet.stake), []).append(bet.game.id)
    return [CardLine(*line, tuple(games)) for line, games in found.items()]


def without(lines: Iterable[CardLine], closed: Collection[str]) -> list[CardLine]:
    """The same card without some draws; a line that is on no other is left out."""
    left = [replace(line, games=tuple(name for name in line.games if name not in closed)) for line in lines]
    return [line for line in left if line.games]


def bets_of(lines: Iterable[CardLine]) -> list[Asked]:
    """All bets of a card, in the order of its lines."""
    return [bet for line in lines for bet in line.bets]
