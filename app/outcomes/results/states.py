"""How far a result has come: one table of all moves. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

from app.core.errors import DomainError

State: TypeAlias = Literal["expected", "provisional", "confirmed", "settled", "dismissed"]
Move: TypeAlias = Literal["agree", "doubt", "confirm", "settle", "correct", "dismiss", "renew"]

STATES: Final[tuple[State, ...]] = ("expected", "provisional", "confirmed", "settled", "dismissed")
OPEN: Final[tuple[State, ...]] = ("expected", "provisional")
"""Sources are asked while it is one of these."""
KNOWN: Final[tuple[State, ...]] = ("confirmed", "settled")

MOVES: Final[Mapping[Move, Mapping[State, State]]] = {
    "agree": {"expected": "provisional", "provisional": "provisional"},
    "doubt": {"provisional": "expected"},
    "confirm": {"expected": "confirmed", "provisional": "confirmed"},
    "settle": {"confirmed": "settled"},
    "correct": {"confirmed": "confirmed", "settled": "confirmed"},
    "dismiss": {"expected": "dismissed", "provisional": "dismissed"},
    "renew": {"dismissed": "expected"},
}
"""`agree`: the sources say the same, not long enough yet; `doubt`: not any more. A correction is to be settled
anew; `renew`: a draw that was skipped takes place after all."""


def moved(state: State, move: Move) -> State:
    """The state after a move. Raises DomainError 409 `result_known`, `result_not_known`, `result_dismissed`."""
    found = MOVES[move].get(state)
    if found is None:
        code = "result_dismissed" if state == "dismissed" else "result_known" if state in KNOWN else "result_not_known"
        raise DomainError(code, status=409)
    return found
