"""The set-wise SQL of crediting the main game: one statement per table and block, however many payments it carries."""

ORDERS_PAID = """
SELECT o.id, o.deposit_address_id, o.partner_site_id, o.round_number, o.base_ticket_price_sats,
       o.player_ticket_price_sats, o.min_payment_sats, s.paid_sats, s.ticket_count, d.commitment,
       o.player_private_identifier
FROM ticket_orders o JOIN deposit_addresses d ON d.id = o.deposit_address_id
LEFT JOIN ticket_slips s ON s.id = o.id
WHERE o.deposit_address_id = ANY(CAST(:addresses AS uuid[]))
"""

NAMED = """
SELECT d.commitment, o.player_private_identifier
FROM ticket_orders o JOIN deposit_addresses d ON d.id = o.deposit_address_id WHERE o.id = :id
"""

INSERT_SLIPS = """
INSERT INTO ticket_slips (id, paid_sats, ticket_count, jackpot_contribution_sats, round_number,
                          first_block_height, first_block_hash)
SELECT t.*, :height, :hash
FROM unnest(CAST(:ids AS uuid[]), CAST(:paid AS bigint[]), CAST(:tickets AS bigint[]),
            CAST(:contributions AS bigint[]), CAST(:rounds AS integer[])) AS t
"""

GROW_SLIPS = """
UPDATE ticket_slips s
SET paid_sats = t.paid, ticket_count = t.tickets, jackpot_contribution_sats = t.contribution
FROM unnest(CAST(:ids AS uuid[]), CAST(:paid AS bigint[]), CAST(:tickets AS bigint[]),
            CAST(:contributions AS bigint[])) AS t (id, paid, tickets, contribution)
WHERE s.id = t.id
"""

INSERT_RANGES = """
INSERT INTO slip_ranges (round_number, first, after, ticket_supply, slip_id, payment_id)
SELECT t.round_number, t.first, t.after, r.ticket_supply, t.slip_id, t.payment_id
FROM unnest(CAST(:rounds AS integer[]), CAST(:firsts AS bigint[]), CAST(:afters AS bigint[]), CAST(:slips AS uuid[]),
            CAST(:payments AS uuid[])) AS t (round_number, first, after, slip_id, payment_id)
JOIN rounds r USING (round_number)
"""

DELETE_RANGES = "DELETE FROM slip_ranges WHERE payment_id = ANY(CAST(:ids AS uuid[]))"

# A slip without tickets is no slip; of the others what is left: their other ranges and credited payments. Both parts
# of the statement see the slips as they were.
SHRINK_SLIPS = """
WITH gone AS (
    DELETE FROM ticket_slips s WHERE s.id = ANY(CAST(:ids AS uuid[]))
    AND NOT EXISTS (SELECT FROM slip_ranges g WHERE g.slip_id = s.id)
)
UPDATE ticket_slips s
SET paid_sats = p.paid, ticket_count = g.tickets, jackpot_contribution_sats = g.tickets * o.base_ticket_price_sats
FROM (SELECT slip_id, sum(after - first) AS tickets FROM slip_ranges WHERE slip_id = ANY(CAST(:ids AS uuid[]))
      GROUP BY slip_id) AS g
JOIN ticket_orders o ON o.id = g.slip_id
CROSS JOIN LATERAL (SELECT coalesce(sum(q.credited_sats), 0) AS paid FROM order_payments q
                    WHERE q.order_id = g.slip_id AND q.status = 'credited') AS p
WHERE s.id = g.slip_id
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
