"""The set-wise SQL of crediting the main game: one statement per table and block, however many payments it carries."""

ORDERS_PAID = """
SELECT o.id, o.deposit_address_id, o.partner_site_id, o.round_number, o.base_ticket_price_sats,
       o.player_ticket_price_sats, o.min_payment_sats, s.paid_sats, s.ticket_count
FROM ticket_orders o LEFT JOIN ticket_slips s ON s.id = o.id
WHERE o.deposit_address_id = ANY(CAST(:addresses AS uuid[]))
"""

UPSERT_SLIPS = """
INSERT INTO ticket_slips (id, round_number, paid_sats, ticket_count, jackpot_contribution_sats,
                          first_block_height, first_block_hash)
SELECT t.*, :height, :hash
FROM unnest(CAST(:ids AS uuid[]), CAST(:rounds AS integer[]), CAST(:paid AS bigint[]), CAST(:tickets AS bigint[]),
            CAST(:contributions AS bigint[])) AS t
ON CONFLICT (id) DO UPDATE SET paid_sats = EXCLUDED.paid_sats, ticket_count = EXCLUDED.ticket_count,
                               jackpot_contribution_sats = EXCLUDED.jackpot_contribution_sats
"""

INSERT_RANGES = """
INSERT INTO slip_ranges (round_number, first, after, ticket_supply, slip_id, payment_id)
SELECT t.round_number, t.first, t.after, r.ticket_supply, t.slip_id, t.payment_id
FROM unnest(CAST(:rounds AS integer[]), CAST(:firsts AS bigint[]), CAST(:afters AS bigint[]), CAST(:slips AS uuid[]),
            CAST(:payments AS uuid[])) AS t (round_number, first, after, slip_id, payment_id)
JOIN rounds r USING (round_number)
"""

DELETE_RANGES = "DELETE FROM slip_ranges WHERE payment_id = ANY(CAST(:ids AS uuid[]))"

# What is left of each slip: its other ranges and credited payments. A slip without tickets is no slip.
SHRINK_SLIPS = """
WITH affected AS (SELECT unnest(CAST(:ids AS uuid[])) AS id),
left_over AS (
    SELECT a.id, coalesce(sum(p.credited_sats), 0) AS paid,
           (SELECT coalesce(sum(g.after - g.first), 0) FROM slip_ranges g WHERE g.slip_id = a.id) AS tickets
    FROM (SELECT DISTINCT id FROM affected) a
    LEFT JOIN order_payments p ON p.order_id = a.id AND p.status = 'credited'
    GROUP BY a.id
),
gone AS (DELETE FROM ticket_slips s USING left_over l WHERE s.id = l.id AND l.tickets = 0)
UPDATE ticket_slips s
SET paid_sats = l.paid, ticket_count = l.tickets, jackpot_contribution_sats = l.tickets * o.base_ticket_price_sats
FROM left_over l JOIN ticket_orders o ON o.id = l.id
WHERE s.id = l.id AND l.tickets > 0
"""

COUNT_SOLD_AGAIN = """
UPDATE rounds r
SET sold_tickets = (SELECT max(g.after) FROM slip_ranges g WHERE g.round_number = r.round_number)
WHERE r.round_number = ANY(CAST(:rounds AS integer[]))
"""

HELD_BY_SITE = """
SELECT o.partner_site_id, sum(s.paid_sats - s.jackpot_contribution_sats)
FROM ticket_slips s JOIN ticket_orders o ON o.id = s.id WHERE s.round_number = :round GROUP BY 1
"""
