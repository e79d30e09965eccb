"""How a draw stands, and what may come of that. Pure: one table of moves, for code and database.

What the clock alone decides is not stored: a draw that sells is scheduled before it opens, closed after its cut-off.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final, Literal, get_args

State = Literal["selling", "sealed", "resulted", "cancelled"]
Told = Literal["scheduled", "open", "closed", "sealed", "resulted", "cancelled"]
STATES: Final[tuple[State, ...]] = get_args(State)

MOVES: Final[dict[State, frozenset[State]]] = {
    # skipped by an operator, or void by rule where it could not be sealed
    "selling": frozenset({"sealed", "cancelled"}),
    # drawn; or void by rule: its seal was not witnessed, its official source cancelled it or told nothing in time
    "sealed": frozenset({"resulted", "cancelled"}),
    "resulted": frozenset(),
    # only before its cut-off, for a skipped slot that is drawn after all
    "cancelled": frozenset({"selling"}),
}

TicketState = Literal["reserved", "posted", "released"]
TICKET_STATES: Final[tuple[TicketState, ...]] = get_args(TicketState)
"""A ticket waits for its payment, is accepted, or came to nothing."""

EntryState = Literal["reserved", "posted", "released", "refunded"]
ENTRY_STATES: Final[tuple[EntryState, ...]] = get_args(EntryState)
"""The same of a ticket's part in one draw, which may go back without the others."""


def may_become(now: State, then: State) -> bool:
    """Whether a draw may move so."""
    return then in MOVES[now]


def told(state: State, opens_at: datetime, closes_at: datetime, now: datetime) -> Told:
    """How a draw stands at a moment of the database's clock."""
    if state != "selling":
        return state
    if now < opens_at:
        return "scheduled"
    return "open" if now < closes_at else "closed"
