"""RQ entry points of the rail of bets: reconcilers that ask what is due, of every game."""

from __future__ import annotations

from app.core.database.session import transaction

from .bankroll import capacity, watching
from .calendar import service as calendar
from .games import GAMES


def make_draws() -> int:
    """Make the draws of the days that are sold; how many were missing."""
    made = 0
    for game in GAMES.get().values():
        with transaction():
            made += calendar.make_ahead(game)
    return made


def count_capacity() -> None:
    """Ask the ledger how much money is free to be bet against, and say where that is too little."""
    with transaction():
        capacity.count()
        watching.watch()
