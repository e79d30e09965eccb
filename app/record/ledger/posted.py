"""What was posted for something, whichever accounts it moved: transfers by the keys that they were posted under."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import text

from app.core.database.session import db

from .entries import AccountRef


@dataclass(frozen=True, slots=True)
class Posted:
    """One transfer, in minor units of its accounts' currency."""

    id: int
    posted_at: datetime
    source: str
    kind: str
    amount: int
    debit: AccountRef
    credit: AccountRef


def posted_for(keys: Sequence[tuple[str, str]]) -> list[Posted]:
    """Everything that was posted under these keys (source, source id), the oldest first."""
    rows = db.session.execute(
        text(_POSTED), {"sources": [source for source, _ in keys], "ids": [source_id for _, source_id in keys]}
    )
    return [
        Posted(
            row.id,
            row.posted_at,
            row.source,
            row.kind,
            row.amount,
            AccountRef(row.debit_kind, row.debit_owner, row.currency),
            AccountRef(row.credit_kind, row.credit_owner, row.currency),
        )
        for row in rows
    ]


_POSTED: Final = """
    SELECT transfer.id, transfer.posted_at, transfer.source, transfer.kind, transfer.amount, transfer.currency,
           debit.kind AS debit_kind, debit.owner AS debit_owner, credit.kind AS credit_kind,
           credit.owner AS credit_owner
    FROM unnest(CAST(:sources AS text[]), CAST(:ids AS text[])) AS wanted (source, source_id)
    JOIN ledger_transfers AS transfer USING (source, source_id)
    JOIN ledger_accounts AS debit ON debit.id = transfer.debit_account_id
    JOIN ledger_accounts AS credit ON credit.id = transfer.credit_account_id
    ORDER BY transfer.id
"""
