"""What `flask audit` asks of anchors: each is a root that was signed, and follows one that is in the chain too."""

from __future__ import annotations

from typing import Final

from app.core.checks import Breach, disagreements

_QUERIES: Final = {
    "anchored what was signed": """
        SELECT encode(a.txid, 'hex') AS what, count(c.size) AS found, 1 AS expected FROM log_anchors a
        LEFT JOIN log_checkpoints c ON c.size = a.size AND c.root = a.root
        WHERE a.orphaned_at IS NULL GROUP BY a.txid
    """,
    "anchors are one line": """
        SELECT encode(a.txid, 'hex') AS what, count(b.id) AS found, 1 AS expected FROM log_anchors a
        LEFT JOIN log_anchors b ON b.txid = a.previous_txid AND b.orphaned_at IS NULL AND b.size < a.size
        WHERE a.orphaned_at IS NULL AND a.previous_txid IS NOT NULL GROUP BY a.txid
    """,
}


def anchors_hold() -> list[Breach]:
    """Roots and their line are as signed and as the chain has them."""
    return disagreements("log", _QUERIES)
