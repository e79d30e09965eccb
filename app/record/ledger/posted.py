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


@dataclass(frozen=True, slots=True)
class Credited:
    """What transfers of one kind, from one kind of source, have put into an account, in minor units of its currency."""

    source: str
    kind: str
    amount: int


def credited(ref: AccountRef) -> list[Credited]:
    """All that ever came into an account, by what it was."""
    given = {"kind": ref.kind, "owner": ref.owner, "currency": ref.currency}
    return [Credited(row.source, row.transfer_kind, int(row.amount)) for row in db.session.execute(_CREDITED, given)]


_CREDITED: Final = text("""
    SELECT transfer.source, transfer.kind AS transfer_kind, sum(transfer.amount) AS amount
    FROM ledger_accounts AS account JOIN ledger_transfers AS transfer ON transfer.credit_account_id = account.id
    WHERE account.kind = :kind AND account.owner = :owner AND account.currency = :currency
    GROUP BY transfer.source, transfer.kind ORDER BY transfer.source, transfer.kind
""")
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
