"""What the public log hears of its roots in payouts: which block holds one, and that it holds it no more."""

from __future__ import annotations

from typing import Final

from sqlalchemy import text

from app.chain.listeners import BlockRef
from app.core.database.session import db
from app.core.ids import new_id
from app.money.payouts import queries, rules
from app.money.payouts.models import Payout
from app.record.log.anchors import service as anchors
from app.record.log.anchors.models import Anchor

_BEFORE: Final = """
SELECT i.txid FROM payout_inputs i
JOIN payouts p ON p.txid = i.txid
JOIN payout_outputs o ON o.payout_id = p.id AND o.vout = i.vout AND o.kind = 'line'
WHERE i.payout_id = :payout ORDER BY i.position LIMIT 1
"""


def record(payout: Payout, block: BlockRef) -> None:
    """A block holds a payout: if it carries a root, that is anchored."""
    outputs = {row.kind: row for row in queries.outputs_of(payout.id) if row.kind in ("root", "line")}
    root = rules.root_of(outputs["root"].script) if "root" in outputs else None
    if root is None or payout.log_size is None:
        return
    before = db.session.scalar(text(_BEFORE), {"payout": payout.id})
    anchors.record(
        Anchor(
            id=new_id(),
            txid=payout.txid,
            vout=outputs["root"].vout,
            line_vout=outputs["line"].vout,
            previous_txid=bytes(before) if before is not None else None,
            root=root,
            size=payout.log_size,
            block_height=block.height,
            block_hash=block.hash,
        )
    )


def take_back(block: BlockRef) -> None:
    """The block is gone, and with it what it anchored."""
    anchors.take_back(block.hash)
