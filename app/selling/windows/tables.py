"""A game of windows by its names and its tables: all that most of the rail needs to know of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

from flask_babel import LazyString

from .models import WindowOrder, WindowPayment, WindowRound

RoundT = TypeVar("RoundT", bound=WindowRound)
OrderT = TypeVar("OrderT", bound=WindowOrder)
PaymentT = TypeVar("PaymentT", bound=WindowPayment)
RoundT_co = TypeVar("RoundT_co", bound=WindowRound, covariant=True)
OrderT_co = TypeVar("OrderT_co", bound=WindowOrder, covariant=True)
PaymentT_co = TypeVar("PaymentT_co", bound=WindowPayment, covariant=True)


@dataclass(frozen=True, kw_only=True, eq=False)
class GameTables(Generic[RoundT_co, OrderT_co, PaymentT_co]):
    """`round_kind` is what audit, alarms, events and ledger call its rounds; it is never changed. `title` is what
    people call the game."""

    name: str
    title: LazyString
    round_kind: str
    round: type[RoundT_co]
    order: type[OrderT_co]
    payment: type[PaymentT_co]

    def subject(self, number: int) -> str:
        """A round as audit rows, events and alarms name it."""
        return f"{self.round_kind}:{number}"


AnyTables: TypeAlias = GameTables[WindowRound, WindowOrder, WindowPayment]

RoundsOf: TypeAlias = GameTables[RoundT, WindowOrder, WindowPayment]
OrdersOf: TypeAlias = GameTables[WindowRound, OrderT, WindowPayment]
PaymentsOf: TypeAlias = GameTables[WindowRound, WindowOrder, PaymentT]
"""A game of which one table is known as its own."""
