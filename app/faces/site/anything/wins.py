"""A win of ours, as everybody may know it."""

from __future__ import annotations

from dataclasses import dataclass

from app.catalogue.games import catalogue
from app.catalogue.parts import GameParts
from app.core.config import current_settings
from app.money.payouts.sent.debts import Debt


@dataclass(frozen=True, slots=True)
class Win:
    """A win that is owed or paid, and where its round is seen."""

    game: GameParts
    debt: Debt
    round_url: str | None

    @property
    def command(self) -> str | None:
        """The lines that prove its payment, from the bundle of its round."""
        if self.round_url is None:
            return None
        base_url, file = current_settings().base_url, f"{self.game.name}-{self.debt.source_id}.json"
        return (
            f"curl -fO {base_url}/utilities/verify_round.py\n"
            f"curl -fo {file} {base_url}/api{self.round_url}/bundle\n"
            f"python3 verify_round.py {file}"
        )


def win_of(debt: Debt) -> Win:
    """What a debt is the win of."""
    game = catalogue().called(debt.source)
    return Win(game, debt, round_url(game, debt.source_id))


def round_url(game: GameParts, number: object) -> str | None:
    """Where a round is seen; None where nobody may look at rounds of its game."""
    return game.records.round_url(number) if game.records is not None and game.records.round_url is not None else None
