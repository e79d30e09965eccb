"""What `flask audit` asks of the main game. Letters name the invariants: money, ranges, credit, settled, wins, once."""

from __future__ import annotations

from sqlalchemy import Text, and_, cast, func, select, text

from app.audit.models import AuditEntry
from app.core.checks import Breach
from app.core.db import db
from app.draws import rules as draw_rules
from app.draws.models import Draw
from app.draws.rules import DrawResult

from . import sealing
from .models import Round
from .rules import GAME

_QUERIES = {
    "M pool": """
        SELECT r.round_number AS what, CASE WHEN r.status IN ('settled', 'void') THEN 0
            ELSE coalesce((SELECT sum(s.jackpot_contribution_sats) FROM ticket_slips s
                           WHERE s.round_number = r.round_number), 0) END AS expected,
            coalesce(a.balance, 0) AS found
        FROM rounds r LEFT JOIN ledger_accounts a ON a.kind = 'pool' AND a.owner = 'rounds-' || r.round_number
    """,
    "M held": """
        SELECT r.round_number AS what, CASE WHEN r.status IN ('settled', 'void') THEN 0
            ELSE coalesce((SELECT sum(s.paid_sats - s.jackpot_contribution_sats) FROM ticket_slips s
                           WHERE s.round_number = r.round_number), 0) END AS expected,
            coalesce(a.balance, 0) AS found
        FROM rounds r LEFT JOIN ledger_accounts a ON a.kind = 'held' AND a.owner = 'rounds-' || r.round_number
    """,
    "M slips are their payments": """
        SELECT s.id AS what, s.paid_sats AS found, coalesce(sum(p.credited_sats), 0) AS expected
        FROM ticket_slips s LEFT JOIN order_payments p ON p.order_id = s.id AND p.status = 'credited'
        WHERE s.status <> 'void' GROUP BY s.id, s.paid_sats
    """,
    "M tickets are what was paid for": """
        SELECT s.id AS what, s.ticket_count AS found, s.paid_sats / o.player_ticket_price_sats AS expected
        FROM ticket_slips s JOIN ticket_orders o ON o.id = s.id WHERE s.status <> 'void'
    """,
    "M contributions": """
        SELECT s.id AS what, s.jackpot_contribution_sats AS found,
               s.ticket_count * o.base_ticket_price_sats AS expected
        FROM ticket_slips s JOIN ticket_orders o ON o.id = s.id
    """,
    "M jackpots are owed": """
        SELECT o.source_id AS what, o.amount_sats AS found, r.jackpot_sats AS expected
        FROM obligations o JOIN rounds r ON r.round_number = o.source_id::integer
        WHERE o.source = 'rounds' AND o.kind = 'jackpot'
    """,
    "R ranges add up": """
        SELECT r.round_number AS what, r.sold_tickets AS found,
               (SELECT coalesce(sum(g.after - g.first), 0) FROM slip_ranges g
                WHERE g.round_number = r.round_number) AS expected
        FROM rounds r
    """,
    "R ranges reach what is sold": """
        SELECT r.round_number AS what, r.sold_tickets AS found,
               (SELECT max(g.after) FROM slip_ranges g WHERE g.round_number = r.round_number) AS expected
        FROM rounds r
    """,
    "R slips hold their ranges": """
        SELECT s.id AS what, s.ticket_count AS found, coalesce(sum(g.after - g.first), 0) AS expected
        FROM ticket_slips s LEFT JOIN slip_ranges g ON g.slip_id = s.id GROUP BY s.id, s.ticket_count
    """,
    "O every payment has one fate": """
        SELECT c.payment_id AS what, (p.id IS NOT NULL AND (p.orphaned_at IS NULL) = (c.orphaned_at IS NULL))::integer
               AS found, 1 AS expected
        FROM coins c JOIN ticket_orders o ON o.deposit_address_id = c.deposit_address_id
        LEFT JOIN order_payments p ON p.id = c.payment_id
    """,
    "W wins": """
        SELECT r.round_number AS what, count(w.id) AS found,
               (EXISTS (SELECT FROM slip_ranges g WHERE g.round_number = r.round_number
                        AND r.winning_ticket >= g.first AND r.winning_ticket < g.after)
                AND r.status = 'settled')::integer AS expected
        FROM rounds r LEFT JOIN partner_wins w ON w.round_number = r.round_number GROUP BY r.round_number
    """,
    "W obligations": """
        SELECT w.round_number AS what, count(o.id) AS found, 1 AS expected
        FROM partner_wins w LEFT JOIN obligations o
          ON o.source = 'rounds' AND o.kind = 'jackpot' AND o.source_id = w.round_number::text
         AND o.address = w.payout_address AND o.partner_site_id = w.partner_site_id
        GROUP BY w.round_number
    """,
}

_CREDITED_WRONGLY = """
SELECT p.id, p.status FROM order_payments p
JOIN ticket_orders o ON o.id = p.order_id JOIN rounds r ON r.round_number = o.round_number
JOIN coins c ON c.payment_id = p.id
LEFT JOIN chain_blocks b ON b.height = c.block_height AND b.hash = c.block_hash
WHERE (p.status = 'credited' AND (b.hash IS NULL OR p.block_height >= r.sales_end_height
                                  OR p.amount_sats < o.min_payment_sats))
   OR (p.status = 'late' AND p.block_height < r.sales_end_height)
   OR (p.status = 'below_minimum' AND p.amount_sats >= o.min_payment_sats)
LIMIT 5
"""


def numbers_agree() -> list[Breach]:
    """Balances, ranges and counts are what the payments say."""
    return [
        Breach(f"rounds.{name}", f"{row.what}: found {row.found}, expected {row.expected}")
        for name, query in _QUERIES.items()
        for row in db.session.execute(
            text(f"SELECT * FROM ({query}) AS checked WHERE found IS DISTINCT FROM expected LIMIT 5")
        )
    ]


def credits_are_due() -> list[Breach]:
    """Nothing is credited from an unconfirmed, orphaned, late or too small payment."""
    return [
        Breach("rounds.C fates", f"payment {row.id} is {row.status}")
        for row in db.session.execute(text(_CREDITED_WRONGLY))
    ]


def seals_hold() -> list[Breach]:
    """What was sealed is what the tables say."""
    sealed = select(Round).where(Round.seal_root.is_not(None), Round.status.in_(("sealed", "drawing", "settled")))
    return [
        Breach("rounds.S seal", f"round {round_.round_number}")
        for round_ in db.session.scalars(sealed)
        if sealing.recomputed_root(round_.round_number) != round_.seal_root
    ]


def draws_hold() -> list[Breach]:
    """Every settled round has the outcome its draw recorded, from its own closing block, as the sealed audit says."""
    noted = (
        select(AuditEntry.id)
        .where(
            AuditEntry.action == "round.settled",
            AuditEntry.subject == func.concat("round:", cast(Round.round_number, Text)),
        )
        .order_by(AuditEntry.id.desc())  # a development reset begins the numbers anew and keeps the audit
        .limit(1)
        .correlate(Round)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(Round, Draw, AuditEntry)
        .outerjoin(
            Draw,
            and_(Draw.game == GAME, Draw.subject == cast(Round.round_number, Text), Draw.state != "void"),
        )
        .outerjoin(AuditEntry, AuditEntry.id == noted)
        .where(Round.status == "settled")
    )
    return [
        Breach("rounds.S draw", f"round {round_.round_number}")
        for round_, draw, entry in rows
        if not (_agrees(round_, draw) and _is_as_noted(draw, entry))
    ]


def _is_as_noted(draw: Draw, entry: AuditEntry | None) -> bool:
    return entry is not None and (draw.outcome or {}).get("drawDigests") == entry.detail.get("drawDigests")


def _agrees(round_: Round, draw: Draw | None) -> bool:
    """Digits, digests and winner belong together. The hashing itself is the verifier's to repeat."""
    if draw is None or draw.state != "confirmed" or draw.outcome is None or round_.closing_block_hash is None:
        return False
    outcome = DrawResult(draw.outcome["drawDigits"], draw.outcome["drawDigests"], draw.outcome["winningTicket"])
    return (
        draw.seed == round_.closing_block_hash.hex()
        and outcome.winning_ticket == round_.winning_ticket
        and draw_rules.is_consistent(outcome, round_.ticket_digits)
    )
