"""What `flask audit` asks of Luckotto. Letters name the invariants: money, tickets, wins."""

from __future__ import annotations

from sqlalchemy import text

from app.core.checks import Breach, disagreements
from app.core.database.session import db
from app.games.luckotto.models import TABLES
from app.selling.windows.orders.said import LEAF_OF, SAID, persons
from app.selling.windows.statements import for_tables_of

_QUERIES = {
    "L tickets are what was said": f"""
        WITH {SAID}, bits AS (SELECT generate_series(1, 63) AS n)
        SELECT p.id AS what, jsonb_build_array(told -> 'sequence', told -> 'numbers') AS found,
               jsonb_build_array(
                   t.sequence, (SELECT jsonb_agg(n ORDER BY n) FROM bits WHERE t.numbers >> n - 1 & 1 = 1)
               ) AS expected
        FROM luckotto_payments p JOIN {LEAF_OF} LEFT JOIN luckotto_tickets t ON t.payment_id = p.id
        WHERE p.status = 'credited'
    """,
    "L requests are what was said": f"""
        WITH {SAID}, bits AS (SELECT generate_series(1, 63) AS n)
        SELECT p.id AS what, told -> 'requestedNumbers' AS found,
               (SELECT jsonb_agg(n ORDER BY n) FROM bits WHERE o.requested >> n - 1 & 1 = 1) AS expected
        FROM luckotto_payments p JOIN luckotto_orders o ON o.id = p.order_id JOIN {LEAF_OF}
    """,
    "L players are whom the log names": for_tables_of(TABLES, persons("player_identifier")),
    "M pool": """
        SELECT r.round_number AS what, CASE WHEN r.status IN ('settled', 'void') THEN 0
            ELSE r.sold_combinations * r.base_combination_price_sats END AS expected, coalesce(a.balance, 0) AS found
        FROM luckotto_rounds r
        LEFT JOIN ledger_accounts a ON a.kind = 'pool' AND a.owner = 'luckotto-' || r.round_number
    """,
    "M held": """
        SELECT r.round_number AS what, CASE WHEN r.status IN ('settled', 'void') THEN 0
            ELSE coalesce((SELECT sum(p.credited_sats) FROM luckotto_payments p
                           WHERE p.credited_round_number = r.round_number AND p.status = 'credited'), 0)
                 - r.sold_combinations * r.base_combination_price_sats END AS expected,
            coalesce(a.balance, 0) AS found
        FROM luckotto_rounds r
        LEFT JOIN ledger_accounts a ON a.kind = 'held' AND a.owner = 'luckotto-' || r.round_number
    """,
    "M orders are priced by their numbers": """
        SELECT o.id AS what, o.base_sats AS found, c.covered * r.base_combination_price_sats AS expected
        FROM luckotto_orders o JOIN luckotto_rounds r USING (round_number)
        CROSS JOIN LATERAL (SELECT bit_count(o.requested::bit(64)) AS k) n
        CROSS JOIN LATERAL (SELECT n.k * (n.k - 1) * (n.k - 2) * (n.k - 3) * (n.k - 4) * (n.k - 5) / 720 AS covered) c
    """,
    "T tickets are paid for": """
        SELECT t.id AS what, (coalesce(sum(p.credited_sats), 0) >= o.base_sats + o.fee_sats)::integer AS found,
               1 AS expected
        FROM luckotto_tickets t JOIN luckotto_orders o ON o.id = t.id
        LEFT JOIN luckotto_payments p ON p.order_id = t.id AND p.credited_sats > 0
        WHERE t.status <> 'void' GROUP BY t.id, o.base_sats, o.fee_sats
    """,
    "T funded orders hold a ticket": """
        SELECT o.id AS what, (t.id IS NOT NULL)::integer AS found, 1 AS expected
        FROM (SELECT order_id, sum(credited_sats) AS paid, bool_or(status = 'unallocated') AS has_none
              FROM luckotto_payments WHERE orphaned_at IS NULL GROUP BY order_id) p
        JOIN luckotto_orders o ON o.id = p.order_id LEFT JOIN luckotto_tickets t ON t.id = o.id
        WHERE NOT p.has_none AND p.paid >= o.base_sats + o.fee_sats
    """,
    "T tickets have the size that was asked for": """
        SELECT t.id AS what, bit_count(t.numbers::bit(64)) AS found, bit_count(o.requested::bit(64)) AS expected
        FROM luckotto_tickets t JOIN luckotto_orders o ON o.id = t.id
    """,
    "T sold tickets": """
        SELECT r.round_number AS what, r.sold_tickets AS found, count(t.id) AS expected
        FROM luckotto_rounds r LEFT JOIN luckotto_tickets t USING (round_number) GROUP BY r.round_number
    """,
    "T sold combinations": """
        SELECT r.round_number AS what, r.sold_combinations AS found, coalesce(sum(t.combinations), 0) AS expected
        FROM luckotto_rounds r LEFT JOIN luckotto_tickets t USING (round_number) GROUP BY r.round_number
    """,
    "T sequences have no holes": """
        SELECT r.round_number AS what, coalesce(max(t.sequence) + 1, 0) AS found, r.sold_tickets AS expected
        FROM luckotto_rounds r LEFT JOIN luckotto_tickets t USING (round_number) GROUP BY r.round_number
    """,
    "W wins": """
        SELECT r.round_number AS what, count(w.id) AS found,
               (r.status = 'settled' AND EXISTS (
                   SELECT FROM luckotto_tickets t WHERE t.round_number = r.round_number
                   AND t.numbers & r.winning_numbers = r.winning_numbers))::integer AS expected
        FROM luckotto_rounds r LEFT JOIN luckotto_wins w USING (round_number) GROUP BY r.round_number
    """,
    "W obligations": """
        SELECT w.round_number AS what, count(o.id) AS found, 1 AS expected
        FROM luckotto_wins w LEFT JOIN obligations o
          ON o.source = 'luckotto' AND o.kind = 'jackpot' AND o.source_id = w.round_number::text
         AND o.address = w.payout_address AND o.partner_site_id = w.partner_site_id
        GROUP BY w.round_number
    """,
}

# Every combination of a round that may still be drawn is entered, and so, by the primary key, with one ticket only.
_COMBINATIONS = """
SELECT r.round_number AS what, r.sold_combinations AS expected, count(c.combination) AS found
FROM luckotto_rounds r LEFT JOIN luckotto_combinations c USING (round_number)
WHERE r.status NOT IN ('settled', 'void') GROUP BY r.round_number
HAVING count(c.combination) <> r.sold_combinations LIMIT 5
"""


def numbers_agree() -> list[Breach]:
    """Balances, tickets and wins are what orders and payments say."""
    return disagreements("luckotto", _QUERIES)


def no_two_can_win() -> list[Breach]:
    """What the tickets of an undrawn round cover is entered whole."""
    return [
        Breach("luckotto.T combinations", f"round {row.what}: found {row.found}, expected {row.expected}")
        for row in db.session.execute(text(_COMBINATIONS))
    ]
