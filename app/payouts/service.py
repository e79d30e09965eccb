"""Obligations: what games owe on chain. A game calls `owe`, and this slice never learns which game it was."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from app.core.db import db
from app.core.ids import new_id
from app.core.money import Sats
from app.ledger import service as ledger

from . import postings
from .models import Obligation


def owe(kind: str, source: str, source_id: str, site_id: UUID, address: str, sats: Sats) -> bool:
    """Write a debt and the transfer that backs it, together. Returns whether this call did it; a repeat is a no-op.

    `source` is the game and `source_id` its round. `address` is where it will be paid and never changes.
    """
    written = db.session.execute(
        insert(Obligation)
        .values(
            id=new_id(), kind=kind, source=source, source_id=source_id, partner_site_id=site_id, address=address,
            amount_sats=sats,
        )
        .on_conflict_do_nothing()
        .returning(Obligation.id)  # the number of rows is not told for an insert like this
    ).first()  # fmt: skip
    ledger.post([postings.owed(kind, source, source_id, sats)])
    return written is not None
