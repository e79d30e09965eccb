"""What `flask audit` asks of the main game alone. Letters name the invariants: money, ranges, wins."""

from __future__ import annotations

from app.core.checks import Breach, disagreements
from app.games.ticket_draw.models import TABLES
from app.selling.windows.orders.said import LEAF_OF, SAID, persons
from app.selling.windows.statements import for_tables_of

_QUERIES = {
    "L tickets are what was said": f"""
        WITH {SAID} SELECT p.id AS what, nullif(told -> 'tickets', 'null') AS found,
               (SELECT jsonb_build_array(g.first, g.after - 1) FROM slip_ranges g WHERE g.payment_id = p.id) AS expected
        FROM order_payments p JOIN {LEAF_OF} WHERE p.status = 'credited'
    """,
    "L players are whom the log names": for_tables_of(TABLES, persons("player_private_identifier")),
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


def numbers_agree() -> list[Breach]:
    """Balances, ranges and counts are what the payments say."""
    return disagreements("rounds", _QUERIES)
