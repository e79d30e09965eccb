"""A win of ours, as everybody may know it."""

from __future__ import annotations

from dataclasses import dataclass

from app.catalogue.games import catalogue
from app.catalogue.parts import GameParts
from app.money.payouts.sent.debts import Debt


@dataclass(frozen=True, slots=True)
class Win:
    """A win that is owed or paid, and where its round is seen."""

    game: GameParts
    debt: Debt
    round_url: str | None


def win_of(debt: Debt) -> Win:
    """What a debt is the win of."""
    game = catalogue().called(debt.source)
    return Win(game, debt, round_url(game, debt.source_id))


def round_url(game: GameParts, number: object) -> str | None:
    """Where a round is seen; None where nobody may look at rounds of its game."""
    return game.records.round_url(number) if game.records is not None and game.records.round_url is not None else None
