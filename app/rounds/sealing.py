"""The seal: once a round's last sale is buried, a root over everything that holds a ticket is fixed and published,
before the closing block exists. A round that could not be sealed in time is void by rule; nobody chooses."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select, text

from app.audit import service as audit
from app.chain.models import ChainCursor
from app.core.clock import now
from app.core.db import db
from app.core.errors import DomainError
from app.core.faults import step
from app.draws import service as draws
from app.draws.merkle_sum import Leaf, root
from app.events import service as events
from app.ledger import service as ledger

from . import postings
from .models import Round
from .rules import GAME, is_buried

_POSTED_AT_ONCE = 10_000
_CREDITED = """
SELECT p.id, d.commitment, p.txid, p.vout, p.amount_sats, p.credited_sats, g.first, g.after, o.base_ticket_price_sats,
       p.block_height, p.block_hash, o.id AS order_id
FROM slip_ranges g
JOIN order_payments p ON p.id = g.payment_id
JOIN ticket_orders o ON o.id = p.order_id
JOIN deposit_addresses d ON d.id = o.deposit_address_id
WHERE g.round_number = :round
ORDER BY g.first
"""


def due() -> list[int]:
    """Rounds whose last sale is buried and that have no seal yet."""
    cursor = db.session.get(ChainCursor, 1, populate_existing=True)
    if cursor is None:
        return []
    closed = select(Round).where(Round.status == "closed").order_by(Round.round_number)
    return [
        round_.round_number
        for round_ in db.session.scalars(closed)
        if is_buried(round_.sales_end_height - 1, cursor.height, round_.settlement_depth)
    ]


def seal(number: int, node_tip: int) -> bool:
    """Fix and publish the round's root; False if that is not due.

    `node_tip` is the node's height, asked just before: the proof that the closing block was not known yet.
    """
    # The cursor's lock keeps the scanner out while the leaves are read.
    cursor = db.session.get_one(ChainCursor, 1, with_for_update=True, populate_existing=True)
    round_ = db.session.get_one(Round, number, with_for_update=True, populate_existing=True)
    known_height = max(node_tip, cursor.height)  # a paused process or another node may have told an old height
    if round_.status != "closed" or known_height >= round_.closing_height:
        return False
    if not is_buried(round_.sales_end_height - 1, cursor.height, round_.settlement_depth):
        return False
    rows = db.session.execute(text(_CREDITED), {"round": number}).all()
    round_.seal_root = seal_root(number, rows)
    round_.sealed_at = now()
    round_.sealed_at_height = known_height
    round_.status = "sealed"
    step("seal.written")
    facts: dict[str, Any] = {
        "roundNumber": number, "sealRoot": round_.seal_root.hex(), "payments": len(rows),
        "soldTickets": round_.sold_tickets, "tipHeight": known_height,
    }  # fmt: skip
    audit.note("system", "round.sealed", f"round:{number}", **facts)
    events.record("round.sealed", GAME, f"round:{number}", facts)
    return True


def seal_root(number: int, rows: Sequence[Row[Any]]) -> bytes:
    """The root over a round's credited payments, in ticket order."""
    return root(number.to_bytes(4, "big"), [leaf_of(row) for row in rows])


def leaf_of(row: Row[Any]) -> Leaf:
    """An order's commitment, one outpoint that paid it, and the tickets it got: canonical JSON."""
    record = {
        "amountSats": row.amount_sats,
        "commitment": row.commitment.hex(),
        "creditedSats": row.credited_sats,
        "firstTicket": row.first,
        "lastTicket": row.after - 1,
        "txid": row.txid,
        "vout": row.vout,
    }
    data = json.dumps(record, sort_keys=True, separators=(",", ":")).encode()
    return Leaf(data, row.after - row.first, row.credited_sats)


def recomputed_root(number: int) -> bytes:
    """The root as the tables give it now; equal to the published one, or something was changed."""
    return seal_root(number, db.session.execute(text(_CREDITED), {"round": number}).all())


def void(number: int, node_tip: int, reason: str) -> bool:
    """Void a round that was not sealed before its closing block: everything paid waits for its refund."""
    cursor = db.session.get_one(ChainCursor, 1, with_for_update=True, populate_existing=True)
    round_ = db.session.get_one(Round, number, with_for_update=True, populate_existing=True)
    known_height = max(node_tip, cursor.height)
    if round_.status != "closed" or known_height < round_.closing_height:
        return False
    if not is_buried(round_.sales_end_height - 1, cursor.height, round_.settlement_depth):
        return False  # there may be payments in time that were not applied yet
    _write_void(round_, reason, "system", known_height)
    return True


def resolve_halted(number: int, outcome: str, actor: str, reason: str) -> None:
    """A person's way out for a round that was halted: `void` it, or `resume` it where its seal holds again.

    Raises:
        DomainError: 409 `round_not_halted`, or `seal_does_not_hold`: what the tables say is not what was published.
    """
    cursor = db.session.get_one(ChainCursor, 1, with_for_update=True, populate_existing=True)
    round_ = db.session.get_one(Round, number, with_for_update=True, populate_existing=True)
    if round_.status != "halted":
        raise DomainError("round_not_halted", status=409)
    if outcome == "void":
        _write_void(round_, reason, actor, cursor.height)
    elif round_.seal_root is None or recomputed_root(number) != round_.seal_root:
        raise DomainError("seal_does_not_hold", status=409)
    else:
        round_.status = "sealed"
        round_.closing_block_hash = None
        draws.abandon(GAME, str(number))
        audit.note(actor, "round.resumed", f"round:{number}", reason)
        events.record("round.sealed", GAME, f"round:{number}", {"roundNumber": number, "resumed": True})
    audit.close_alarm("round_halted", f"round:{number}")


def _write_void(round_: Round, reason: str, actor: str, height: int) -> None:
    """All that was credited goes to suspense, and waits there for its refund."""
    number = round_.round_number
    credited = db.session.execute(text(_CREDITED), {"round": number}).all()
    for start in range(0, len(credited), _POSTED_AT_ONCE):  # no statement may outlast its timeout
        ledger.post(
            [
                leg
                for row in credited[start : start + _POSTED_AT_ONCE]
                for leg in postings.void(
                    row.id, number, row.credited_sats, row.after - row.first, row.base_ticket_price_sats
                )
            ]
        )
    _mark_void([row.id for row in credited])
    db.session.execute(text("UPDATE ticket_slips SET status = 'void' WHERE round_number = :round"), {"round": number})
    round_.status = "void"
    step("void.written")
    audit.note(actor, "round.voided", f"round:{number}", reason, tip=height)
    audit.raise_alarm("round_voided", f"round:{number}", reason=reason)
    events.record("round.voided", GAME, f"round:{number}", {"roundNumber": number, "reason": reason})


def _mark_void(payment_ids: Sequence[UUID]) -> None:
    db.session.execute(
        text(
            "UPDATE order_payments SET status = 'void', refundable_sats = amount_sats, credited_sats = 0 "
            "WHERE id = ANY(CAST(:ids AS uuid[])) AND status = 'credited'"
        ),
        {"ids": list(payment_ids)},
    )
