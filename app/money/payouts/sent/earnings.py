"""What has become of payouts of earnings: what a partner is told of the money that left his balance."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, Literal
from uuid import UUID

from sqlalchemy import text

from app.chain.node.blocks import display
from app.core.database.session import db

Step = Literal["drafted", "signed", "sent", "confirmed", "given_up"]

# Of a payment's versions the living one counts; else the newest, which says how it ended.
_PAYOUTS: Final = """
SELECT DISTINCT ON (v.root_id) v.root_id, v.state, v.live, v.txid, v.broadcast_at, c.block_height
FROM payouts v
LEFT JOIN payout_confirmations c ON c.payout_id = v.id AND c.orphaned_at IS NULL
WHERE v.root_id = ANY(:roots)
ORDER BY v.root_id, v.live DESC, v.id DESC
"""


@dataclass(frozen=True, slots=True)
class Paying:
    """How far a payment has come; `txid` as explorers print it, once a node was handed the transaction."""

    step: Step
    txid: str | None
    block_height: int | None


def of_roots(roots: Collection[UUID]) -> dict[UUID, Paying]:
    """By the first version, which the ledger's lines are of; one statement, none for none."""
    rows = db.session.execute(text(_PAYOUTS), {"roots": list(roots)}) if roots else ()
    return {
        row.root_id: Paying(
            _step(row.state, row.live, row.broadcast_at is not None),
            display(row.txid) if row.broadcast_at is not None else None,
            row.block_height,
        )
        for row in rows
    }


def _step(state: str, is_live: bool, was_sent: bool) -> Step:
    if not is_live:
        return "given_up"
    if state == "confirmed":
        return "confirmed"
    return "sent" if was_sent else "signed" if state == "signed" else "drafted"
