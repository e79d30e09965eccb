"""Every algorithm that a round of the main game was ever promised, and the one that is promised to new rounds.

None is ever taken out of the table: rounds are drawn, shown and checked by theirs for as long as there are any.
"""

from __future__ import annotations

from typing import Final

from app.games.ticket_draw.models import Round

from .algorithms import TicketAlgorithm, TicketOutcome
from .by_digits import HASH_DRAW

ALGORITHMS: Final[dict[str, TicketAlgorithm[TicketOutcome]]] = {one.id: one for one in (HASH_DRAW,)}

_OF_NEW_ROUNDS: Final = HASH_DRAW.id


def of_new_rounds() -> TicketAlgorithm[TicketOutcome]:
    """What a round that is made now promises."""
    return ALGORITHMS[_OF_NEW_ROUNDS]


def of_round(round_: Round) -> TicketAlgorithm[TicketOutcome]:
    """The round's own, for all that is told of it.

    Who writes a name that no algorithm has into a round breaks its promise: it is never drawn, but its pages and its
    bundle still tell everybody what became of it, as the first of all algorithms tells it.
    """
    return ALGORITHMS.get(round_.winner_algorithm, HASH_DRAW)


def run_on_pages() -> tuple[str, ...]:
    """The ids of those whose draws the verifier's form and the examples of scripts repeat."""
    return tuple(name for name, algorithm in ALGORITHMS.items() if algorithm.runs_on_pages)
