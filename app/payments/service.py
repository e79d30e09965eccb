"""Payments arrive and may be taken back; what they mean is decided by whoever they were made to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text

from app.core.database.session import db


class Receipt(NamedTuple):
    """A payment to record: its new id and its amount in the currency's minor unit."""

    id: UUID
    amount: int


def receive(receipts: Sequence[Receipt], *, rail: str = "onchain", currency: str = "sat") -> None:
    """Record payments, one statement for all."""
    if not receipts:
        return
    db.session.execute(
        text(
            "INSERT INTO payments (id, rail, currency, amount) "
            "SELECT id, :rail, :currency, amount "
            "FROM unnest(CAST(:ids AS uuid[]), CAST(:amounts AS bigint[])) AS t (id, amount)"
        ),
        {
            "rail": rail,
            "currency": currency,
            "ids": [receipt.id for receipt in receipts],
            "amounts": [receipt.amount for receipt in receipts],
        },
    )


def reverse(payment_ids: Sequence[UUID]) -> None:
    """Mark payments as taken back. They never become live again."""
    if payment_ids:
        db.session.execute(
            text(
                "UPDATE payments SET reversed_at = clock_timestamp() "
                "WHERE id = ANY(CAST(:ids AS uuid[])) AND reversed_at IS NULL"
            ),
            {"ids": list(payment_ids)},
        )
