"""Refunds: money that bought nothing goes to the partner's balance when an operator has decided so.

That is possible once it is certain that it bought nothing: its round is over and its block is buried. The partner then
makes its player whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, text

from app.audit import service as audit
from app.chain.models import ChainCursor
from app.core.checks import Breach
from app.core.db import db
from app.core.faults import step
from app.events import service as events
from app.ledger import queries as ledger_queries
from app.ledger import service as ledger
from app.payouts import balances

from . import postings
from .rules import GAME

BATCH = 1_000

_WAITING = """
SELECT (SELECT coalesce(sum(balance), 0) FROM ledger_accounts WHERE kind = 'suspense') AS found,
       (SELECT coalesce(sum(refundable_sats), 0) FROM order_payments
        WHERE orphaned_at IS NULL AND refunded_at IS NULL) AS expected
"""

_DUE = """
SELECT p.id, p.order_id, p.txid, p.vout, p.refundable_sats, p.status, o.partner_site_id, o.round_number
FROM order_payments p
JOIN ticket_orders o ON o.id = p.order_id
JOIN rounds r ON r.round_number = o.round_number
WHERE p.refundable_sats > 0 AND p.refunded_at IS NULL AND p.orphaned_at IS NULL
  AND r.status IN ('settled', 'void') AND (CAST(:round AS integer) IS NULL OR r.round_number = :round)
  AND p.block_height + r.settlement_depth <= :tip
ORDER BY p.id LIMIT :limit
"""

_MARK = "UPDATE order_payments SET refunded_at = clock_timestamp() WHERE id = ANY(CAST(:ids AS uuid[]))"


def due(number: int | None = None, limit: int = BATCH) -> Sequence[Row[Any]]:
    """Payments whose refund may be decided now, of one round or of all; at most `limit`."""
    cursor = db.session.get(ChainCursor, 1, populate_existing=True)
    if cursor is None:
        return []
    return db.session.execute(text(_DUE), {"tip": cursor.height, "round": number, "limit": limit}).all()


def decide(actor: str, reason: str, number: int | None = None, limit: int = BATCH) -> int:
    """Move up to `limit` refunds that are due from suspense to their partners' balances, each once; how many."""
    # The cursor's lock keeps the scanner and a second decision out.
    db.session.get(ChainCursor, 1, with_for_update=True, populate_existing=True)
    rows = due(number, limit)
    if not rows:
        return 0
    sites = {str(row.id): row.partner_site_id for row in rows}
    legs = [
        postings.refund(leg, sites[leg.source_id])
        for kind in ("credit", "void")
        for leg in ledger_queries.postings_of(postings.PAYMENT, list(sites), kind)
        if leg.credit.kind == "suspense"
    ]
    ledger.post(legs)
    db.session.execute(text(_MARK), {"ids": [row.id for row in rows]})
    step("refund.posted")
    events.record_many(
        [
            events.Fact(
                "payment.refunded", GAME, f"order:{row.order_id}",
                {"orderId": str(row.order_id), "roundNumber": row.round_number, "txid": row.txid, "vout": row.vout,
                 "refundedSats": row.refundable_sats, "status": row.status},
                row.partner_site_id,
            )
            for row in rows
        ]
    )  # fmt: skip
    balances.tell(GAME, legs, "refund")
    refunded = sum(row.refundable_sats for row in rows)
    audit.note(actor, "payments.refunded", _subject(number), reason, payments=len(rows), sats=refunded)
    return len(rows)


def _subject(number: int | None) -> str:
    return "rounds" if number is None else f"round:{number}"


def suspense_is_what_waits() -> list[Breach]:
    """For `flask audit`: what is in suspense is what payments say is still to be refunded."""
    row = db.session.execute(text(_WAITING)).one()
    if row.found == row.expected:
        return []
    return [Breach("rounds.M suspense", f"found {row.found}, expected {row.expected}")]
