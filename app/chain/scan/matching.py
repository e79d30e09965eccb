"""Which outputs of a block pay to us, and which inputs spend what is ours: one query each, whatever we watch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import text

from app.chain.node.blocks import Block
from app.core.database.session import db

_TAPROOT_PREFIX = b"\x51\x20"
_TAPROOT_BYTES = 34


class OutputAt(NamedTuple):
    """An output by its place in a block."""

    txid: bytes
    vout: int
    tx_index: int
    amount_sats: int
    script: bytes


class MatchedOutput(NamedTuple):
    """An output to a watched script: a deposit, or an addition to the reserve."""

    txid: bytes
    vout: int
    tx_index: int
    amount_sats: int
    deposit_address_id: UUID | None
    reserve_key_index: int | None


class MatchedSpend(NamedTuple):
    """An input that spends one of our live coins."""

    coin_id: UUID
    amount_sats: int
    spending_txid: bytes


def match_outputs(block: Block) -> list[MatchedOutput]:
    """Outputs to watched scripts, in chain order. An output of nothing is no payment."""
    outputs = block.outputs
    # Everything we watch is taproot, so the rest need not travel to the database.
    places = [
        at
        for at, script in enumerate(outputs.scripts)
        if len(script) == _TAPROOT_BYTES and script.startswith(_TAPROOT_PREFIX) and outputs.values[at] > 0
    ]
    found = _watched([outputs.scripts[at] for at in places])
    return [
        MatchedOutput(
            outputs.txids[at], outputs.vouts[at], outputs.tx_indexes[at], outputs.values[at], deposit, reserve
        )
        for at, deposit, reserve in ((places[place], deposit, reserve) for place, deposit, reserve in found)
    ]


def match(candidates: Sequence[OutputAt]) -> list[MatchedOutput]:
    """Those of `candidates` that pay to a watched script, in their order."""
    found = _watched([output.script for output in candidates])
    return [MatchedOutput(*candidates[place][:-1], deposit, reserve) for place, deposit, reserve in found]


def _watched(scripts: list[bytes]) -> Sequence[tuple[int, UUID | None, int | None]]:
    """Which of these scripts are ours: the place of each, and whose it is; in their order."""
    if not scripts:
        return []
    return [(row[0], row[1], row[2]) for row in db.session.execute(text(_MATCH_SCRIPTS), {"scripts": scripts}).all()]


def match_spends(block: Block) -> list[MatchedSpend]:
    """Inputs that spend live coins of ours, those this very block made included."""
    inputs = block.inputs
    if not len(inputs):
        return []
    rows = db.session.execute(text(_MATCH_SPENDS), {"txids": inputs.prev_txids, "vouts": inputs.prev_vouts}).all()
    return [MatchedSpend(row.id, row.amount_sats, inputs.spending_txids[row.place]) for row in rows]


_MATCH_SCRIPTS: Final = """
WITH paid AS MATERIALIZED (
    SELECT position - 1 AS place, script
    FROM unnest(CAST(:scripts AS bytea[])) WITH ORDINALITY AS t (script, position)
)
SELECT paid.place, d.id, NULL::integer FROM paid JOIN deposit_addresses d ON d.script_pubkey = paid.script
UNION ALL
SELECT paid.place, NULL::uuid, r.key_index FROM paid JOIN reserve_addresses r ON r.script_pubkey = paid.script
ORDER BY 1
"""

_MATCH_SPENDS: Final = """
SELECT c.id, c.amount_sats, spent.position - 1 AS place
FROM unnest(CAST(:txids AS bytea[]), CAST(:vouts AS bigint[])) WITH ORDINALITY AS spent (txid, vout, position)
JOIN coins c ON c.txid = spent.txid AND c.vout = spent.vout AND c.orphaned_at IS NULL
"""
