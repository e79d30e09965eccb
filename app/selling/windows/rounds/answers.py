"""What the public JSON of every game tells of a round alike."""

from __future__ import annotations

from typing import Any

from app.selling.windows.models import WindowRound
from app.selling.windows.proof import promise


def round_fields(round_: WindowRound) -> dict[str, Any]:
    """Its number, state, heights and promise, its seal and the hash that draws it."""
    return {
        "round_number": round_.round_number,
        "status": round_.status,
        "opens_at_height": round_.opens_at_height,
        "sales_end_height": round_.sales_end_height,
        "closing_height": round_.closing_height,
        "settlement_depth": round_.settlement_depth,
        "jackpot_sats": round_.jackpot_sats,
        "winner_algorithm": round_.winner_algorithm,
        "seal_root": round_.seal_root.hex() if round_.seal_root else None,
        "closing_block_hash": round_.closing_block_hash.hex() if round_.closing_block_hash else None,
        **promise_fields(round_),
    }


def promise_fields(round_: WindowRound) -> dict[str, str | None]:
    """The text of its promise, and the hash by which orders and the seal refer to that."""
    return {"round_terms": round_.round_terms, "round_commitment": promise.commitment_of(round_)}
