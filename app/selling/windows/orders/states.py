"""What state an order is in: one table a game decides it, and from it the word and its SQL are made. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Situation:
    """All that decides an order's state: its round's status, and whether anything is left of it; what its ticket's is,
    if it holds one; of its payments each one's fate, or `seen` while no block has it."""

    round_status: str
    ticket: str | None
    payments: frozenset[str]
    is_sold_out: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """A row: the state of an order of which all of this is true. What a row does not say may be anything.

    `rounds`: its round has one of these statuses; `is_sold_out`: nothing is left of it; `paid`: a payment of it is one
    of these; `has_won` is said of tickets alone.
    """

    state: str
    rounds: tuple[str, ...] = ()
    paid: tuple[str, ...] = ()
    is_sold_out: bool = False
    has_ticket: bool = False
    has_won: bool = False

    def fits(self, order: Situation) -> bool:
        """Whether an order is in the state if no row before this one fits it."""
        return (
            (not self.rounds or order.round_status in self.rounds)
            and (not self.paid or not order.payments.isdisjoint(self.paid))
            and (not self.is_sold_out or order.is_sold_out)
            and (not self.has_ticket or order.ticket is not None)
            and (not self.has_won or order.ticket == "won")
        )

    def is_part_of(self, other: When) -> bool:
        """Whether every order that fits this row fits the other too."""
        return (
            _is_part(self.rounds, other.rounds)
            and _is_part(self.paid, other.paid)
            and self.is_sold_out >= other.is_sold_out
            and self.has_ticket >= other.has_ticket
            and self.has_won >= other.has_won
        )


def _is_part(words: tuple[str, ...], of: tuple[str, ...]) -> bool:
    return not of or (bool(words) and set(words) <= set(of))


class States:
    """A game's table: of its rows the first one that fits an order says its state. `names` are all states, in the order
    in which people and the API's document read them."""

    def __init__(self, names: tuple[str, ...], rows: tuple[When, ...]) -> None:
        unknown = {row.state for row in rows} ^ set(names)
        if unknown or rows[-1] != When(state=rows[-1].state):
            raise ValueError(f"every state has a row, and the last row fits every order: {sorted(unknown)}")
        self.names = names
        self.rows = rows

    def of(self, order: Situation) -> str:
        """The one word for an order."""
        return next(row.state for row in self.rows if row.fits(order))

    def may_be(self, state: str, outside: tuple[str, ...]) -> bool:
        """Whether an order can be in this state while its round has none of these statuses."""
        return any(not row.rounds or not set(row.rounds) <= set(outside) for row in self.rows if row.state == state)

    def leading_to(self, state: str) -> list[tuple[When, list[When]]]:
        """The rows of a state, each with those that must not fit: what comes before it and says something else."""
        return [
            (row, _widest(other for other in self.rows[:at] if other.state != state))
            for at, row in enumerate(self.rows)
            if row.state == state
        ]


def _widest(rows: Iterable[When]) -> list[When]:
    """The rows without those that are part of another one; of rows that fit the same orders the first."""
    kept: list[When] = []
    for row in rows:
        if not any(row.is_part_of(other) for other in kept):
            kept = [other for other in kept if not other.is_part_of(row)] + [row]
    return kept
