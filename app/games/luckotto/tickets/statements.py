"""The set-wise SQL of Luckotto: one statement per table and block, however many payments the block carries."""

from __future__ import annotations

ORDERS_PAID = """
SELECT o.id, o.deposit_address_id, o.partner_site_id, o.round_number, o.requested, o.base_sats, o.fee_sats,
       o.min_payment_sats, d.commitment, o.player_identifier, t.id IS NOT NULL AS is_allocated,
       coalesce(p.credited, 0) AS credited, coalesce(p.unallocated, false) AS is_unallocated
FROM luckotto_orders o
JOIN deposit_addresses d ON d.id = o.deposit_address_id
LEFT JOIN luckotto_tickets t ON t.id = o.id
LEFT JOIN LATERAL (
    SELECT sum(q.credited_sats) AS credited, bool_or(q.status = 'unallocated') AS unallocated
    FROM luckotto_payments q WHERE q.order_id = o.id AND q.orphaned_at IS NULL
) p ON true
WHERE o.deposit_address_id = ANY(CAST(:addresses AS uuid[]))
"""

NAMED = """
SELECT d.commitment, o.player_identifier, o.requested
FROM luckotto_orders o JOIN deposit_addresses d ON d.id = o.deposit_address_id WHERE o.id = :id
"""

# Which of these sets cover a combination that a ticket of their round covers already.
COLLIDING = """
SELECT DISTINCT w.which
FROM unnest(CAST(:which AS integer[]), CAST(:rounds AS integer[]), CAST(:combinations AS bigint[]))
     AS w (which, round_number, combination)
JOIN luckotto_combinations c ON c.round_number = w.round_number AND c.combination = w.combination
"""

# All sets of a round in one value, eight bytes each.
TAKEN = """
SELECT coalesce(string_agg(int8send(numbers), ''::bytea ORDER BY sequence), ''::bytea)
FROM luckotto_tickets WHERE round_number = :round
"""

SHARES_SIX = """
SELECT EXISTS (SELECT FROM luckotto_tickets
               WHERE round_number = :round AND bit_count((numbers & :numbers)::bit(64)) >= 6)
"""

INSERT_TICKETS = """
INSERT INTO luckotto_tickets (id, round_number, pool_size, sequence, numbers, combinations, payment_id)
SELECT t.id, t.round_number, r.pool_size, t.sequence, t.numbers, t.combinations, t.payment_id
FROM unnest(CAST(:ids AS uuid[]), CAST(:rounds AS integer[]), CAST(:sequences AS integer[]),
            CAST(:numbers AS bigint[]), CAST(:combinations AS integer[]), CAST(:payments AS uuid[]))
     AS t (id, round_number, sequence, numbers, combinations, payment_id)
JOIN luckotto_rounds r USING (round_number)
"""

TICKETS_BROUGHT = """
SELECT payment_id, combinations FROM luckotto_tickets WHERE payment_id = ANY(CAST(:ids AS uuid[])) ORDER BY sequence
"""

REMOVE_TICKETS = """
WITH removed AS (
    DELETE FROM luckotto_tickets WHERE payment_id = ANY(CAST(:ids AS uuid[])) RETURNING round_number, combinations
),
lost AS (SELECT round_number, count(*) AS tickets, sum(combinations) AS combinations FROM removed GROUP BY 1)
UPDATE luckotto_rounds r
SET sold_tickets = r.sold_tickets - l.tickets, sold_combinations = r.sold_combinations - l.combinations
FROM lost l WHERE l.round_number = r.round_number
"""

# Money of orders that got no ticket, when nothing can change that any more.
WITHOUT_TICKET = """
SELECT p.id, p.order_id, p.txid, p.vout, p.amount_sats, p.credited_sats, o.partner_site_id,
       EXISTS (SELECT FROM luckotto_payments q WHERE q.order_id = o.id AND q.status = 'unallocated') AS is_unallocated
FROM luckotto_payments p
JOIN luckotto_orders o ON o.id = p.order_id
LEFT JOIN luckotto_tickets t ON t.id = o.id
WHERE p.credited_round_number = :round AND p.status = 'credited' AND t.id IS NULL
ORDER BY p.id
"""

# What takes part in the draw: each ticket with all that was credited to its order.
_SEALED = """
SELECT t.id, t.sequence, t.status, t.numbers, t.combinations, d.commitment, p.paid
FROM luckotto_tickets t
JOIN luckotto_orders o ON o.id = t.id
JOIN deposit_addresses d ON d.id = o.deposit_address_id
JOIN LATERAL (
    SELECT jsonb_agg(jsonb_build_array(q.txid, q.vout, q.credited_sats)
                     ORDER BY q.block_height, q.tx_index, q.vout) AS paid
    FROM luckotto_payments q
    WHERE q.order_id = o.id AND q.credited_round_number = t.round_number AND q.credited_sats > 0
) p ON true
"""

SEALED = f"{_SEALED} WHERE t.round_number = :round ORDER BY t.sequence"

# The same of those that payments of some blocks brought.
SEALED_IN_BLOCKS = f"""{_SEALED}
JOIN luckotto_payments b ON b.id = t.payment_id
WHERE t.round_number = :round AND b.block_height BETWEEN :begin AND :last ORDER BY t.sequence
"""

# The payments that reached their totals first, for they used up what the others had left with the round.
CREDITED = """
SELECT p.id, p.credited_sats, CASE WHEN t.id IS NULL THEN 0 ELSE o.base_sats END AS to_pool
FROM luckotto_payments p
JOIN luckotto_orders o ON o.id = p.order_id
LEFT JOIN luckotto_tickets t ON t.payment_id = p.id
WHERE p.credited_round_number = :round AND p.status = 'credited'
ORDER BY t.id IS NULL, p.id
"""

VOID_TICKETS = "UPDATE luckotto_tickets SET status = 'void' WHERE round_number = :round"

HELD_BY_SITE = """
SELECT o.partner_site_id, sum(p.credited - o.base_sats)
FROM luckotto_tickets t
JOIN luckotto_orders o ON o.id = t.id
JOIN LATERAL (
    SELECT sum(q.credited_sats) AS credited FROM luckotto_payments q WHERE q.order_id = o.id AND q.status = 'credited'
) p ON true
WHERE t.round_number = :round GROUP BY 1
"""

UNSETTLED = """
SELECT coalesce(sum(p.credited - o.base_sats), 0)
FROM luckotto_rounds r
JOIN luckotto_orders o USING (round_number)
JOIN luckotto_tickets t ON t.id = o.id
JOIN LATERAL (
    SELECT sum(q.credited_sats) AS credited FROM luckotto_payments q WHERE q.order_id = o.id AND q.status = 'credited'
) p ON true
WHERE r.status NOT IN ('settled', 'void') AND o.partner_site_id = :site
"""

FORGET_COMBINATIONS = """
DELETE FROM luckotto_combinations WHERE ctid = ANY(ARRAY(
    SELECT c.ctid FROM luckotto_rounds r JOIN luckotto_combinations c USING (round_number)
    WHERE r.status IN ('settled', 'void') LIMIT :limit))
"""

# Live payments of a round in some blocks, in chain order.
BUNDLED_PAYMENTS = """
SELECT p.order_id, p.txid, p.vout, p.amount_sats, p.credited_sats, p.refundable_sats, p.block_height, p.status
FROM luckotto_payments p JOIN luckotto_orders o ON o.id = p.order_id
WHERE o.round_number = :round AND p.orphaned_at IS NULL AND p.block_height BETWEEN :begin AND :last
ORDER BY p.block_height, p.tx_index, p.vout
"""

# Orders whose first payment is in these blocks.
BUNDLED_ORDERS = """
SELECT o.id, o.player_uname, o.player_identifier, o.requested, o.base_sats, o.fee_sats, site.name,
       d.address, d.internal_key, d.terms, d.commitment
FROM (
    SELECT p.order_id, min(p.block_height) AS first_paid
    FROM luckotto_payments p JOIN luckotto_orders o ON o.id = p.order_id
    WHERE o.round_number = :round AND p.orphaned_at IS NULL GROUP BY p.order_id
) AS paid
JOIN luckotto_orders o ON o.id = paid.order_id
JOIN partner_sites site ON site.id = o.partner_site_id
JOIN deposit_addresses d ON d.id = o.deposit_address_id
WHERE paid.first_paid BETWEEN :begin AND :last
ORDER BY o.id
"""
