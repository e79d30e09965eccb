"""What operators ask of a game that the rails do not answer: where its orders are, by whatever a caller can tell; by
what it goes, and went before."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, TypeAlias
from uuid import UUID

from flask_babel import LazyString

from app.core.errors import DomainError
from app.people.approvals.models import Approval
from app.people.partners.models import PartnerSite


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Which orders are looked for; None and "" mean all. `words` are an order's id or a player's name, as they are
    written; `partner` is a site's name; `before` an order, for older ones."""

    words: str = ""
    round_number: int | None = None
    partner: str = ""
    before: UUID | None = None


@dataclass(frozen=True, slots=True)
class RoundTold:
    """A round as a line of the console's table: what of it is sold, and whose player won, where somebody did."""

    sold: str
    winner: str | None = None
    site: str | None = None


RoundsTold: TypeAlias = Callable[[Sequence[Any]], Mapping[int, RoundTold]]
"""The same of many rounds by their numbers, in as many queries as for one."""

Finding: TypeAlias = Callable[[Search, int], Sequence[tuple[PartnerSite, Any]]]
"""At most so many orders, the newest first: rows as the game's list of orders reads them, each with its site."""

Value: TypeAlias = int | str | None
"""Of a setting: an amount in the game's minor unit, a number, one of its choices; None where there may be none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One value by which a game goes, as operators read and change it. `choices` are its words by their values, where
    it is one of them. `by_two`: an outsider who knew of a change could profit, so that two people make it."""

    name: str
    title: LazyString
    hint: LazyString
    is_amount: bool = False
    choices: Mapping[str, str] = field(default_factory=dict)
    is_optional: bool = False
    by_two: bool = False


@dataclass(frozen=True, slots=True)
class Version:
    """What a game has gone by from a moment on."""

    number: int
    said_at: datetime
    values: Mapping[str, Value]


class Configuring(Protocol):
    """How a game is configured, where operators may change that."""

    @property
    def settings(self) -> Sequence[Setting]:
        """What there is to change."""

    @property
    def subject(self) -> str:
        """What the audit log says its changes are about."""

    def in_force(self) -> Mapping[str, Value]:
        """By what it goes now."""

    def history(self, limit: int) -> Sequence[Version]:
        """What it went by, the newest first."""

    def wrong(self, changes: Mapping[str, Value]) -> Sequence[DomainError]:
        """Why these values may not be together: 422, each with the setting as its field."""

    def propose(self, changes: Mapping[str, Value], why: str, *, actor: str) -> Approval | None:
        """Change these, or ask a second operator to confirm it, where one of them takes two; None: it is done.

        Raises DomainError 422 with the setting as its field.
        """
