"""The states of a withdrawal: how it gets from one to the next, and what that does to money. Pure.

Held in the wallet, reviewed, sent, paid. Whether it was sent is not known where an answer was lost: then it is asked
about, and never sent again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias, cast

from app.core.errors import DomainError

State: TypeAlias = Literal["held", "approved", "sending", "sent", "paid", "refused", "unknown", "returned"]
Move: TypeAlias = Literal["approve", "refuse", "send", "lose", "leave", "arrive", "reject", "bounce"]
Effect: TypeAlias = Literal["leave", "free", "come_back"]
Answered: TypeAlias = Literal["paid", "sent", "refused", "unknown", "not_found"]

STATES: Final[tuple[State, ...]] = ("held", "approved", "sending", "sent", "paid", "refused", "unknown", "returned")
MOVES: Final[Mapping[Move, Mapping[State, State]]] = {
    "approve": {"held": "approved"},
    "refuse": {"held": "refused"},
    "send": {"approved": "sending"},
    "lose": {"sending": "unknown"},
    "leave": {"sending": "sent", "unknown": "sent"},
    "arrive": {"sending": "paid", "unknown": "paid", "sent": "paid"},
    "reject": {"sending": "refused", "unknown": "refused"},
    "bounce": {"sent": "returned", "paid": "returned"},
}
"""Every move from every state; there are no others. Once reviewed, only the provider's word leads back."""

HELD: Final[tuple[State, ...]] = ("held", "approved", "sending", "unknown")
"""In these the amount is set aside in the wallet."""
LEFT: Final[tuple[State, ...]] = ("sent", "paid")
"""In these it has left the wallet."""
ASKED: Final[tuple[State, ...]] = ("sent", "unknown")
"""About these the provider is asked."""
ENDED: Final[tuple[State, ...]] = ("paid", "refused", "returned")


def moved(state: State, move: Move) -> State:
    """The state after a move. Raises DomainError 409 `withdrawal_state`."""
    found = MOVES[move].get(state)
    if found is None:
        raise DomainError("withdrawal_state", status=409, state=state)
    return found


def move_of(state: State, answered: Answered, *, is_late: bool) -> Move | None:
    """What a provider's answer does to a withdrawal; None: nothing, it is asked again.

    That a provider does not know of it counts only once that is no delay (`is_late`). What it refuses after it had
    taken it has come back.
    """
    if answered == "not_found":
        answered = "refused" if is_late and state == "unknown" else "unknown"
    wanted: Mapping[Answered, tuple[Move, ...]] = {
        "paid": ("arrive",),
        "sent": ("leave",),
        "refused": ("reject", "bounce"),
        "unknown": ("lose",),
    }
    return next((move for move in wanted[answered] if state in MOVES[move]), None)


def effect(before: State, after: State) -> Effect | None:
    """What becomes of the money on the way from one state to another."""
    if before in HELD and after in LEFT:
        return "leave"
    if before in HELD and after == "refused":
        return "free"
    return "come_back" if before in LEFT and after == "returned" else None


def as_state(text: str) -> State:
    """A state as it is kept."""
    return cast(State, text)
