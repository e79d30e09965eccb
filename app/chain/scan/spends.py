"""Who spent our coins, block by block: a payout that was planned, or somebody else, which is a visible loss."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, text

from app.chain import postings
from app.chain.listeners import BlockRef, NobodyPlans, SpendPlanner
from app.chain.node.blocks import display
from app.core.database.session import db
from app.core.ids import new_id
from app.core.ports import Port
from app.record.audit import service as audit
from app.record.events import service as events
from app.record.ledger import service as ledger
from app.record.ledger.entries import mirrored

from .matching import MatchedSpend

_NOBODY = NobodyPlans()

PLANNER: Final = Port[SpendPlanner]("who plans our spends", _NOBODY)

_UNEXPLAINED = """
SELECT s.id, s.coin_id, s.spending_txid, s.block_height, c.txid, c.vout, c.amount_sats
FROM coin_spends s JOIN coins c ON c.id = s.coin_id
WHERE NOT s.planned AND s.orphaned_at IS NULL AND s.explained_at IS NULL
ORDER BY s.id
"""


def planner() -> SpendPlanner:
    """Whoever plans our spends; nobody where the product was assembled without."""
    return PLANNER.get()


def store(spends: Sequence[MatchedSpend], block: BlockRef) -> None:
    """Record who spent our coins. A spend that no payout planned is posted as a loss and rings the alarm."""
    spenders = list(dict.fromkeys(spend.spending_txid for spend in spends))
    known = planner().known(spenders) if spenders else set()
    booked = {txid for txid in spenders if txid in known and planner().spent(block, txid)}
    for txid in sorted(known - booked):
        _count_change_as_money(txid, block)
    for spend in spends:
        _store(spend, block, planned=spend.spending_txid in booked)


def _store(spend: MatchedSpend, block: BlockRef, *, planned: bool) -> None:
    spend_id = new_id()
    db.session.execute(
        text(
            "INSERT INTO coin_spends (id, coin_id, spending_txid, block_height, block_hash, planned) "
            "VALUES (:id, :coin, :txid, :height, :hash, :planned)"
        ),
        {
            "id": spend_id,
            "coin": spend.coin_id,
            "txid": spend.spending_txid,
            "height": block.height,
            "hash": block.hash,
            "planned": planned,
        },
    )
    if planned:
        return
    ledger.post([postings.unplanned_spend(str(spend_id), spend.amount_sats)])
    txid = display(spend.spending_txid)
    audit.raise_alarm("unplanned_spend", f"coin:{spend.coin_id}", txid=txid, sats=spend.amount_sats)
    events.record(
        "coin.spent_unplanned",
        "chain",
        f"coin:{spend.coin_id}",
        {"txid": txid, "amountSats": spend.amount_sats, "blockHeight": block.height},
    )


def _count_change_as_money(txid: bytes, block: BlockRef) -> None:
    """A known transaction could not be booked as a payout: what it gave the reserve is like any other deposit."""
    rows = db.session.execute(
        text(
            "UPDATE coins SET planned = false WHERE txid = :txid AND block_hash = :hash AND planned "
            "AND orphaned_at IS NULL RETURNING id, amount_sats"
        ),
        {"txid": txid, "hash": block.hash},
    )
    ledger.post([postings.reserve_deposit(str(row.id), row.amount_sats) for row in rows])


def undo(block: BlockRef) -> None:
    """The reverse of `store` for a block that leaves the chain."""
    undone = db.session.execute(
        text(
            "UPDATE coin_spends s SET orphaned_at = clock_timestamp() FROM coins c "
            "WHERE c.id = s.coin_id AND s.block_height = :h AND s.block_hash = :x AND s.orphaned_at IS NULL "
            "RETURNING s.id, s.coin_id, c.amount_sats, s.planned"
        ),
        {"h": block.height, "x": block.hash},
    ).all()
    unplanned = [row for row in undone if not row.planned]
    ledger.post(mirrored([postings.unplanned_spend(str(row.id), row.amount_sats) for row in unplanned], "undo"))
    for row in unplanned:
        audit.close_alarm("unplanned_spend", f"coin:{row.coin_id}")
    planner().taken_back(block)


def unexplained() -> Sequence[Row[Any]]:
    """Unplanned spends on our chain that no operator has explained yet: id, coin, spender, amount."""
    return db.session.execute(text(_UNEXPLAINED)).all()


def explain(spend_id: UUID, actor: str, reason: str) -> bool:
    """Say what an unplanned spend was, and close its alarm. The loss stays where it is. Whether this call did it."""
    row = db.session.execute(
        text(
            "UPDATE coin_spends SET explained_at = clock_timestamp() "
            "WHERE id = :id AND NOT planned AND explained_at IS NULL AND orphaned_at IS NULL "
            "RETURNING coin_id, spending_txid"
        ),
        {"id": spend_id},
    ).first()
    if row is None:
        return False
    audit.close_alarm("unplanned_spend", f"coin:{row.coin_id}")
    audit.note(actor, "spend.explained", f"coin:{row.coin_id}", reason, txid=display(row.spending_txid))
    return True
