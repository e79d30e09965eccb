"""What a game sells, and until when there is something left of it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, final

from sqlalchemy import ColumnElement, true
from sqlalchemy.orm import InstrumentedAttribute

from app.core.config import Settings
from app.core.money import Sats
from app.selling.windows.tables import RoundT


@dataclass(frozen=True, slots=True)
class Promise:
    """What a new round is frozen with beside its heights. `hash_steps` is the whole draw's work, which is what makes
    cheating expensive; `columns` are the game's own."""

    jackpot_sats: Sats
    algorithm: str
    hash_steps: int
    columns: Mapping[str, int | None]


class Sale(ABC, Generic[RoundT]):
    """Asked when a round is made or opens, and when an order looks for one."""

    @abstractmethod
    def promise(self, settings: Settings, number: int | None) -> Promise:
        """What the round of that number promises if it is made now, and for ever; None: one of version 1, which comes
        back after a restore, and was drawn by the first algorithm of its game."""

    def round_made(self, round_: RoundT) -> None:
        """A round's row is new; write what it needs beside it."""

    @abstractmethod
    def has_sold(self) -> ColumnElement[bool]:
        """The condition on its rounds' table that something was sold, so that the jackpot may have to be paid."""

    def has_room(self) -> ColumnElement[bool]:
        """The condition on its rounds' table that something is left to sell."""
        return true()

    @final
    def is_sold_out(self, round_: RoundT) -> bool:
        """The opposite, of one round: its row says it."""
        return round_.is_sold_out

    @abstractmethod
    def player(self) -> InstrumentedAttribute[str]:
        """The column of its orders with the name that the partner knows the player by: a site's open orders are counted
        by it."""

    @abstractmethod
    def names(self) -> tuple[InstrumentedAttribute[str], InstrumentedAttribute[str]]:
        """The columns of its orders with a player's names: the one that others see, and the partner's own account."""
