"""What `flask audit` asks of bets. What a row counts is compared with the rows that it counts, and with the book."""

from __future__ import annotations

from typing import Final

from app.core.checks import Breach, disagreements

_LIVE: Final = "state IN ('reserved', 'posted')"
QUERIES: Final = {
    "what a draw could cost on each outcome is what its lines weigh": f"""
        SELECT one.draw_id || ':' || one.outcome AS what, amount_minor AS found, coalesce((
            SELECT sum(line.wins_minor) FROM bet_lines AS line
            JOIN bet_entries AS entry USING (ticket_id, draw_id)
            WHERE line.draw_id = one.draw_id AND line.outcomes @> ARRAY[one.outcome] AND entry.{_LIVE}), 0) AS expected
        FROM bet_exposures AS one JOIN bet_draws AS draw ON draw.id = one.draw_id
        WHERE draw.state IN ('selling', 'sealed')
    """,
    "what a draw could cost at worst is its dearest outcome": """
        SELECT id AS what, worst_minor AS found, coalesce((
            SELECT max(amount_minor) FROM bet_exposures WHERE draw_id = one.id), 0) AS expected
        FROM bet_draws AS one WHERE state IN ('selling', 'sealed')
    """,
    "every line weighs on the outcomes that it wins on": f"""
        SELECT line.ticket_id || ':' || line.place AS what, (
            SELECT count(*) FROM bet_exposures AS found
            WHERE found.draw_id = line.draw_id AND found.outcome = ANY(line.outcomes)) AS found,
            cardinality(line.outcomes) AS expected
        FROM bet_lines AS line
        JOIN bet_entries AS entry USING (ticket_id, draw_id)
        JOIN bet_draws AS draw ON draw.id = line.draw_id
        WHERE draw.state IN ('selling', 'sealed') AND entry.{_LIVE}
    """,
    "what a draw has of the bankroll is held in the book": """
        SELECT one.id AS what, allotted_minor AS found, coalesce((
            SELECT sum(amount) FROM ledger_holds
            WHERE source = 'bet-draw' AND source_id = one.id::text AND state = 'reserved'), 0) AS expected
        FROM bet_draws AS one
    """,
    "what was staked on a draw is in the book": """
        SELECT one.id AS what, sold_minor AS found, coalesce((
            SELECT sum(stake_minor) FROM bet_entries WHERE draw_id = one.id AND state = 'posted'), 0) AS expected
        FROM bet_draws AS one
    """,
    "what is staked on a draw to come lies there for it": """
        SELECT one.id AS what, sold_minor AS found, coalesce((
            SELECT balance FROM ledger_accounts
            WHERE (kind, owner, currency) = ('stakes', one.id::text, one.currency)), 0) AS expected
        FROM bet_draws AS one WHERE state IN ('selling', 'sealed')
    """,
    "sales of a draw are numbered without gaps": """
        SELECT one.id AS what, sales AS found, coalesce((
            SELECT CASE WHEN count(*) = max(number) AND min(number) = 1 THEN count(*) ELSE -1 END
            FROM bet_entries WHERE draw_id = one.id AND number IS NOT NULL HAVING count(*) > 0), 0) AS expected
        FROM bet_draws AS one
    """,
    "a ticket costs what its parts cost": """
        SELECT one.id AS what, total_minor AS found, (
            SELECT sum(stake_minor) FROM bet_entries WHERE ticket_id = one.id) AS expected
        FROM bet_tickets AS one
    """,
    "what went back of a ticket is what its parts say": """
        SELECT one.id AS what, back_minor AS found, coalesce((
            SELECT sum(stake_minor) FROM bet_entries WHERE ticket_id = one.id AND state = 'refunded'), 0) AS expected
        FROM bet_tickets AS one
    """,
    "a part of a ticket costs what its lines cost": """
        SELECT one.id AS what, stake_minor AS found, (
            SELECT sum(stake_minor) FROM bet_lines
            WHERE ticket_id = one.ticket_id AND draw_id = one.draw_id) AS expected
        FROM bet_entries AS one
    """,
    "what draws took of the free money is what they have": """
        SELECT one.currency AS what, allotted_minor AS found, coalesce((
            SELECT sum(allotted_minor) FROM bet_draws WHERE currency = one.currency), 0) AS expected
        FROM bet_capacities AS one
    """,
}


def bets_agree() -> list[Breach]:
    """Tickets, draws and what these could cost are what their rows and the ledger say."""
    return disagreements("bets", QUERIES)


CHECKS: Final = (bets_agree,)
