"""Which outputs of a block pay to us, and which inputs spend what is ours: one query each, whatever we watch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from app.chain.node.blocks import Block
from app.core.database.session import db

_TAPROOT_PREFIX = b"\x51\x20"
_TAPROOT_BYTES = 34


@dataclass(frozen=True, slots=True)
class OutputAt:
    """An output by its place in a block."""

    txid: bytes
    vout: int
    tx_index: int
    amount_sats: int
    script: bytes


@dataclass(frozen=True, slots=True)
class MatchedOutput:
    """An output to a watched script: a deposit, or an addition to the reserve."""

    txid: bytes
    vout: int
    tx_index: int
    amount_sats: int
    deposit_address_id: UUID | None
    reserve_key_index: int | None


@dataclass(frozen=True, slots=True)
class MatchedSpend:
    """An input that spends one of our live coins."""

    coin_id: UUID
    amount_sats: int
    spending_txid: bytes


def match_outputs(block: Block) -> list[MatchedOutput]:
    """Outputs to watched scripts, in chain order. An output of nothing is no payment."""
    outputs = block.outputs
    # Everything we watch is taproot, so the rest need not travel to the database.
    return match(
        [
            OutputAt(
                outputs.txids[at], outputs.vouts[at], outputs.tx_indexes[at], outputs.values[at], outputs.scripts[at]
            )
            for at, script in enumerate(outputs.scripts)
            if len(script) == _TAPROOT_BYTES and script.startswith(_TAPROOT_PREFIX) and outputs.values[at] > 0
        ]
    )


def match(candidates: Sequence[OutputAt]) -> list[MatchedOutput]:
    """Those of `candidates` that pay to a watched script, in their order."""
    if not candidates:
        return []
    rows = db.session.execute(
        text(_MATCH_SCRIPTS),
        {"positions": list(range(len(candidates))), "scripts": [output.script for output in candidates]},
    )
    found = ((candidates[at], deposit_id, reserve_index) for at, deposit_id, reserve_index in rows)
    return [
        MatchedOutput(output.txid, output.vout, output.tx_index, output.amount_sats, deposit_id, reserve_index)
        for output, deposit_id, reserve_index in found
    ]


_MATCH_SCRIPTS = """
WITH paid AS MATERIALIZED (
    SELECT * FROM unnest(CAST(:positions AS integer[]), CAST(:scripts AS bytea[])) AS t (position, script)
)
SELECT paid.position, d.id, NULL::integer FROM paid JOIN deposit_addresses d ON d.script_pubkey = paid.script
UNION ALL
SELECT paid.position, NULL::uuid, r.key_index FROM paid JOIN reserve_addresses r ON r.script_pubkey = paid.script
ORDER BY 1
"""


def match_spends(block: Block) -> list[MatchedSpend]:
    """Inputs that spend live coins of ours, those this very block made included."""
    inputs = block.inputs
    if not len(inputs):
        return []
    rows = db.session.execute(
        text(
            "SELECT c.id, c.amount_sats, spent.txid FROM unnest(CAST(:txids AS bytea[]), CAST(:vouts AS bigint[]), "
            "CAST(:spenders AS bytea[])) AS spent (prev_txid, prev_vout, txid) "
            "JOIN coins c ON c.txid = spent.prev_txid AND c.vout = spent.prev_vout AND c.orphaned_at IS NULL"
        ),
        {"txids": inputs.prev_txids, "vouts": inputs.prev_vouts, "spenders": inputs.spending_txids},
    )
    return [MatchedSpend(*row) for row in rows]
