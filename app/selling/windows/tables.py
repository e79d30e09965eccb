"""A game of windows by its names and its tables: all that most of the rail needs to know of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar

from flask_babel import LazyString

from .models import WindowOrder, WindowPayment, WindowRound

RoundT = TypeVar("RoundT", bound=WindowRound)
OrderT = TypeVar("OrderT", bound=WindowOrder)
PaymentT = TypeVar("PaymentT", bound=WindowPayment)


@dataclass(frozen=True, kw_only=True, eq=False)
class GameTables(Generic[RoundT, OrderT, PaymentT]):
    """`round_kind` is what audit, alarms, events and ledger call its rounds; it is never changed. `title` is what
    people call the game."""

    name: str
    title: LazyString
    round_kind: str
    round: type[RoundT]
    order: type[OrderT]
    payment: type[PaymentT]

    def subject(self, number: int) -> str:
        """A round as audit rows, events and alarms name it."""
        return f"{self.round_kind}:{number}"


AnyTables: TypeAlias = GameTables[Any, Any, Any]
