"""What has become of payouts of earnings: what a partner is told of the money that left his balance."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, Literal
from uuid import UUID

from sqlalchemy import func, select, text

from app.chain.node.blocks import display
from app.core.database.session import db
from app.core.money import Sats
from app.money.payouts.models import Payout, PayoutOutput

Step = Literal["drafted", "signed", "sent", "confirmed", "given_up"]

# Of a payment's versions the living one counts; else the newest, which says how it ended.
_PAYOUTS: Final = """
SELECT DISTINCT ON (v.root_id) v.root_id, v.state, v.live, v.txid, v.broadcast_at, c.block_height,
    (SELECT min(o.address) FROM payout_outputs o
     WHERE o.payout_id = v.id AND o.kind = 'balance' AND o.partner_site_id = :site) AS address
FROM payouts v
LEFT JOIN payout_confirmations c ON c.payout_id = v.id AND c.orphaned_at IS NULL
WHERE v.root_id = ANY(:roots)
ORDER BY v.root_id, v.live DESC, v.id DESC
"""


@dataclass(frozen=True, slots=True)
class Paying:
    """How far a payment has come; `txid` as explorers print it, once a node was handed the transaction. `address` is
    where the site's part of it goes."""

    step: Step
    txid: str | None
    block_height: int | None
    address: str | None


@dataclass(frozen=True, slots=True)
class Left:
    """What has left a site's balance: `on_its_way` until it is buried in the chain, `paid_out` from then on."""

    on_its_way: Sats
    paid_out: Sats


def left(site_id: UUID) -> Left:
    """All of it so far; what was given up lies in the balance again."""
    is_paid = Payout.state == "confirmed"
    sums = (func.coalesce(func.sum(PayoutOutput.sats).filter(which), 0) for which in (~is_paid, is_paid))
    query = select(*sums).select_from(PayoutOutput).join(Payout, Payout.id == PayoutOutput.payout_id)
    its = (PayoutOutput.partner_site_id == site_id, PayoutOutput.kind == "balance", PayoutOutput.live)
    row = db.session.execute(query.where(*its)).one()
    return Left(int(row[0]), int(row[1]))


def of_roots(site_id: UUID, roots: Collection[UUID]) -> dict[UUID, Paying]:
    """By the first version, which the ledger's lines are of; one statement, none for none."""
    rows = db.session.execute(text(_PAYOUTS), {"roots": list(roots), "site": site_id}) if roots else ()
    return {
        row.root_id: Paying(
            _step(row.state, row.live, row.broadcast_at is not None),
            display(row.txid) if row.broadcast_at is not None else None,
            row.block_height,
            row.address,
        )
        for row in rows
    }


def _step(state: str, is_live: bool, was_sent: bool) -> Step:
    if not is_live:
        return "given_up"
    if state == "confirmed":
        return "confirmed"
    return "sent" if was_sent else "signed" if state == "signed" else "drafted"
