"""The set-wise SQL of a sale: one statement for all tickets of a batch, with all that belongs to them."""

from __future__ import annotations

from typing import Final

from sqlalchemy import text

from app.record.log.receipts.statements import keep

from .leaves import SOLD

_TICKETS: Final = """
    tickets AS (
        INSERT INTO bet_tickets (id, game, code, user_id, currency, total_minor, payment, state, made_at,
                                 reserved_until, posted_at)
        SELECT id, game, code, user_id, currency, total, payment, state, :now, until,
               CASE WHEN state = 'posted' THEN CAST(:now AS timestamptz) END
        FROM unnest(CAST(:ticket_ids AS uuid[]), CAST(:games AS text[]), CAST(:codes AS text[]),
                    CAST(:users AS uuid[]), CAST(:currencies AS text[]), CAST(:totals AS bigint[]),
                    CAST(:payments AS text[]), CAST(:states AS text[]), CAST(:untils AS timestamptz[]))
            AS one (id, game, code, user_id, currency, total, payment, state, until)
    )
"""
_ENTRIES: Final = """
    entries AS (
        INSERT INTO bet_entries (id, ticket_id, draw_id, stake_minor, state, number, leaf)
        SELECT * FROM unnest(CAST(:entry_ids AS uuid[]), CAST(:entry_tickets AS uuid[]), CAST(:entry_draws AS uuid[]),
                             CAST(:entry_stakes AS bigint[]), CAST(:entry_states AS text[]), CAST(:numbers AS bigint[]),
                             CAST(:hashes AS bytea[]))
    )
"""
_LINES: Final = """
    lines AS (
        INSERT INTO bet_lines (ticket_id, place, draw_id, kind, selection, stake_minor, numerator, denominator,
                               marks, wins_minor, odds_by_mark, wins_by_mark)
        SELECT ticket_id, place, draw_id, kind, selection, stake, numerator, denominator,
               CAST(marks AS integer[]), wins, CAST(odds_by_mark AS integer[]), CAST(wins_by_mark AS bigint[])
        FROM unnest(CAST(:line_tickets AS uuid[]), CAST(:places AS integer[]), CAST(:line_draws AS uuid[]),
                    CAST(:kinds AS text[]), CAST(:selections AS text[]), CAST(:stakes AS bigint[]),
                    CAST(:numerators AS integer[]), CAST(:denominators AS integer[]), CAST(:marks AS text[]),
                    CAST(:wins AS bigint[]), CAST(:odds_by_mark AS text[]), CAST(:wins_by_mark AS text[]))
            AS line (ticket_id, place, draw_id, kind, selection, stake, numerator, denominator, marks, wins,
                     odds_by_mark, wins_by_mark)
    )
"""
# Receipts are the ticket's; leaves are told in the order of acceptance, which is that of their numbers.
_SAID: Final = f"""
    sold AS MATERIALIZED (
        SELECT * FROM unnest(CAST(:subjects AS text[]), CAST(:holders AS text[]), CAST(:facts AS text[]),
                             CAST(:data AS text[]), CAST(:salts AS bytea[]))
            WITH ORDINALITY AS leaf (subject, holder, fact, data, salt, place)
    ), {keep(SOLD, "sold", salt="salt", order="place", holder="holder", at="CAST(:now AS timestamptz)")}
"""
_DRAWS: Final = """
    UPDATE bet_draws AS draw SET sales = now.sales, tip = now.tip, sold_minor = sold_minor + now.staked
    FROM unnest(CAST(:draws AS uuid[]), CAST(:sales AS bigint[]), CAST(:tips AS bytea[]), CAST(:staked AS bigint[]))
        AS now (id, sales, tip, staked)
    WHERE draw.id = now.id
"""

RECORD: Final = text(f"WITH {_TICKETS}, {_ENTRIES}, {_LINES}, {_SAID} {_DRAWS}")
"""New tickets; those that are posted at once with their numbers and leaves."""

POST: Final = text(f"""
    WITH tickets AS (
        UPDATE bet_tickets SET state = 'posted', posted_at = :now WHERE id = ANY(CAST(:ticket_ids AS uuid[]))
    ), entries AS (
        UPDATE bet_entries AS entry SET state = 'posted', number = one.number, leaf = one.leaf
        FROM unnest(CAST(:entry_ids AS uuid[]), CAST(:numbers AS bigint[]), CAST(:hashes AS bytea[]))
            AS one (id, number, leaf)
        WHERE entry.id = one.id
    ), {_SAID} {_DRAWS}
""")
"""Tickets that were reserved are paid, and get their numbers and leaves now."""
