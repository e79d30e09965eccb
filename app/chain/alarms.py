"""The alarms that the chain raises, and what to do about each."""

from __future__ import annotations

from typing import Final

from app.record.audit.kinds import AlarmKind

ALARM_KINDS: Final = (
    AlarmKind(
        "node_away",
        "The Bitcoin node does not answer",
        "Look whether the node runs and whether BITCOIN_RPC_URL still leads to it. Nothing is lost meanwhile: "
        "orders wait, and blocks are read when it is back. The alarm closes by itself.",
    ),
    AlarmKind(
        "reorganised_below_start",
        "The chain changed below our first block",
        "Stop sales, and find out which chain the node follows: another network, or a restored database with "
        "another node, looks like this. Do not go on before node and database agree about the first block.",
    ),
    AlarmKind(
        "unplanned_spend",
        "A coin of ours was spent, and no payout planned it",
        "If nobody can say at once who spent it, treat the signer's key as stolen and move what is left. Otherwise "
        "explain the spend on the page of payouts; payouts are frozen until then.",
    ),
)
