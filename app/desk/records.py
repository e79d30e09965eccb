"""What a list on a partner's desk is: where its rows come from, and its columns as a spreadsheet gets them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.core.ids import parse_id
from app.partners.models import PartnerSite

from .wanted import Wanted

Cell = str | int | None


@dataclass(frozen=True, slots=True)
class Records:
    """One list. `read` gives rows below the cursor, the newest first; `cursor` says where a row stands."""

    name: str
    read: Callable[[PartnerSite, Wanted, str | None, int], Sequence[Any]]
    cursor: Callable[[Any], str]
    columns: Mapping[str, Callable[[Any], Cell]]
    states: tuple[str, ...] = ()
    has_filter: bool = True
    template: str = ""  # of its rows


def received_sats(view: Any) -> int:
    """What was paid to an order and is still in the chain or on its way."""
    return sum(payment.amount_sats for payment in view.payments if payment.status != "orphaned")


def id_of(text: str | None) -> UUID | None:
    """A cursor that is an id."""
    return parse_id(text) if text else None


def number_of(text: str | None, most: int) -> int | None:
    """A cursor that is a number."""
    return int(text) if text and text.isascii() and text.isdigit() and int(text) <= most else None
