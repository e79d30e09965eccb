"""Every algorithm that a round of Luckotto was ever promised, and the one that is promised to new rounds.

None is ever taken out of the table: rounds are drawn, shown and checked by theirs for as long as there are any.
"""

from __future__ import annotations

from typing import Final

from app.games.luckotto.models import LuckottoRound

from .algorithms import NumbersAlgorithm, NumbersOutcome
from .from_one_hash import SIX_NUMBERS

ALGORITHMS: Final[dict[str, NumbersAlgorithm[NumbersOutcome]]] = {one.id: one for one in (SIX_NUMBERS,)}

_OF_NEW_ROUNDS: Final = SIX_NUMBERS.id


def of_new_rounds() -> NumbersAlgorithm[NumbersOutcome]:
    """What a round that is made now promises."""
    return ALGORITHMS[_OF_NEW_ROUNDS]


def of_round(round_: LuckottoRound) -> NumbersAlgorithm[NumbersOutcome]:
    """The round's own, for all that is told of it.

    Who writes a name that no algorithm has into a round breaks its promise: it is never drawn, but its pages and its
    bundle still tell everybody what became of it, as the first of all algorithms tells it.
    """
    return ALGORITHMS.get(round_.winner_algorithm, SIX_NUMBERS)


def run_on_pages() -> tuple[str, ...]:
    """The ids of those whose draws the verifier's form and the examples of scripts repeat."""
    return tuple(name for name, algorithm in ALGORITHMS.items() if algorithm.runs_on_pages)
