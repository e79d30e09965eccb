"""Whether a payout is still exactly what a process of ours drafted, whatever was written into the database since."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from app.core.database.session import db
from app.core.marks import is_ours, mark
from app.money.payouts import queries
from app.money.payouts.models import Payout, PayoutOutput
from app.money.payouts.signed import psbt

_DRAFT: Final = "tiraj/payout draft/1"


def vouch(payout: Payout) -> None:
    """Mark a payout that was drafted just now, with its outputs: what is checked of it later counts for this alone."""
    db.session.flush()
    payout.mark = mark(_DRAFT, _told(payout, queries.outputs_of(payout.id)))


def is_whole(payout: Payout, outputs: Sequence[PayoutOutput]) -> bool:
    """Whether the mark is of these outputs and this transaction, and what was handed out to be signed is the same."""
    if not is_ours(payout.mark, _DRAFT, _told(payout, outputs)):
        return False
    try:
        drafted = psbt.decode(payout.psbt)
    except psbt.PsbtRefused:
        return False
    inputs = queries.inputs_of(payout.id)
    meant = (
        payout.txid,
        [(row.sats, row.script) for row in outputs],
        [(row.txid, row.vout, row.sats) for row in inputs],
    )
    stored = (
        drafted.txid,
        [(out.sats, out.script) for out in drafted.outputs],
        [(put.txid, put.vout, put.sats) for put in drafted.inputs],
    )
    lives = {row.live for row in outputs} | {row.live for row in inputs}
    return meant == stored and lives == {payout.live}


def _told(payout: Payout, outputs: Sequence[PayoutOutput]) -> list[Any]:
    """A transaction's id stands for its coins, its outputs and their order; the rows say whom each of them pays."""
    rows = [
        [row.vout, row.kind, str(row.obligation_id), str(row.partner_site_id), row.reserve_key_index, row.script.hex()]
        for row in outputs
    ]
    return [str(payout.id), str(payout.root_id), payout.kind, payout.txid.hex(), payout.fee_cap_sats, rows]
