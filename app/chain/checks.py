"""What `flask audit` asks of the chain's tables."""

from __future__ import annotations

from typing import Final

from sqlalchemy import text

from app.core.checks import Breach
from app.core.database.session import db
from app.record.ledger import queries as ledger
from app.record.ledger.entries import AccountRef

_UNSPENT = """
SELECT coalesce(sum(c.amount_sats), 0) FROM coins c
WHERE c.orphaned_at IS NULL
  AND NOT EXISTS (SELECT FROM coin_spends s WHERE s.coin_id = c.id AND s.orphaned_at IS NULL)
"""

_OFF_CHAIN = """
SELECT c.id FROM coins c LEFT JOIN chain_blocks b ON b.height = c.block_height AND b.hash = c.block_hash
WHERE c.orphaned_at IS NULL AND b.hash IS NULL LIMIT 5
"""

_REVERSED = """
SELECT c.id FROM coins c JOIN payments p ON p.id = c.payment_id
WHERE (c.orphaned_at IS NULL) <> (p.reversed_at IS NULL) LIMIT 5
"""

_BROKEN_LINKS = """
SELECT b.height FROM chain_blocks b JOIN chain_blocks parent ON parent.height = b.height - 1
WHERE parent.hash <> b.previous_hash LIMIT 5
"""

_CURSOR = """
SELECT c.height FROM chain_cursor c JOIN (SELECT max(height) AS height FROM chain_blocks) top ON true
LEFT JOIN chain_blocks b ON b.height = c.height
WHERE top.height IS NOT NULL AND (top.height <> c.height OR b.hash <> c.hash)
"""


def coins_are_the_unspent_outputs() -> list[Breach]:
    """The ledger's coins are the sum of live, unspent outpoints."""
    unspent = int(db.session.execute(text(_UNSPENT)).scalar_one())
    booked = ledger.balance(AccountRef("coins"))
    return [] if unspent == booked else [Breach("chain.coins", f"unspent {unspent}, ledger {booked}")]


def live_coins_are_on_the_chain() -> list[Breach]:
    """No live coin belongs to a block that is not (any more) on the chain we follow; no reversed payment is live."""
    return [
        *(Breach("chain.off_chain", f"coin {row.id}") for row in db.session.execute(text(_OFF_CHAIN))),
        *(Breach("chain.reversed", f"coin {row.id}") for row in db.session.execute(text(_REVERSED))),
    ]


def blocks_are_linked() -> list[Breach]:
    """Every applied block names the one before it, and the cursor is on the last."""
    return [
        *(Breach("chain.links", f"block {row.height}") for row in db.session.execute(text(_BROKEN_LINKS))),
        *(Breach("chain.cursor", f"cursor {row.height}") for row in db.session.execute(text(_CURSOR))),
    ]


CHECKS: Final = (coins_are_the_unspent_outputs, live_coins_are_on_the_chain, blocks_are_linked)
