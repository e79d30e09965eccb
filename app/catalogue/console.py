"""What operators ask of a game that the rails do not answer: where its orders are, by whatever a caller can tell."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias
from uuid import UUID

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
