"""Reads of the chain's tables for pages, APIs and other slices."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select

from app.core.database.session import db

from .models import ChainBlock, ChainCursor, DepositAddress, Sighting


def cursor() -> ChainCursor | None:
    """Where the scanner is, or None before its first step."""
    return db.session.get(ChainCursor, 1, populate_existing=True)


def tip_height() -> int:
    """The height of the last applied block; 0 before the first."""
    place = cursor()
    return place.height if place else 0


def applied_block(height: int) -> ChainBlock | None:
    """The block applied at `height`, if it is on the chain we follow."""
    return db.session.get(ChainBlock, height)


def headers(first: int, last: int) -> list[ChainBlock]:
    """Applied blocks from `first` to `last`, both included, in order."""
    rows = select(ChainBlock).where(ChainBlock.height.between(first, last)).order_by(ChainBlock.height)
    return list(db.session.scalars(rows))


def deposit_address(address_id: UUID) -> DepositAddress:
    """A deposit address that is known to exist."""
    return db.session.get_one(DepositAddress, address_id)


def sightings_of(address_ids: Iterable[UUID]) -> list[Sighting]:
    """Unconfirmed outputs to these addresses, oldest first."""
    rows = select(Sighting).where(Sighting.deposit_address_id.in_(list(address_ids))).order_by(Sighting.id)
    return list(db.session.scalars(rows))
