"""What `flask audit` asks of bets. What a row counts is compared with the rows that it counts, and with the book."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from sqlalchemy import text

from app.core.checks import Breach, disagreements
from app.core.database.session import db

from . import exposure
from .calendar import promise
from .games import GAMES, BetGame

_LIVE: Final = "state IN ('reserved', 'posted')"
QUERIES: Final = {
    "what a draw could cost by each mark is what its lines weigh": f"""
        WITH draws AS MATERIALIZED (SELECT id FROM bet_draws WHERE state IN ('selling', 'sealed')),
        weighs AS (
            SELECT line.draw_id, way.mark, sum(coalesce(way.wins, line.wins_minor)) AS amount
            FROM bet_lines AS line JOIN bet_entries AS entry USING (ticket_id, draw_id),
                unnest(line.marks, line.wins_by_mark) AS way (mark, wins)
            WHERE line.draw_id IN (SELECT id FROM draws) AND entry.{_LIVE} GROUP BY line.draw_id, way.mark
        )
        SELECT one.draw_id || ':' || one.mark AS what, amount_minor AS found, coalesce(amount, 0) AS expected
        FROM bet_exposures AS one LEFT JOIN weighs USING (draw_id, mark)
        WHERE one.draw_id IN (SELECT id FROM draws)
    """,
    "every line weighs on the marks that it wins by": f"""
        SELECT line.ticket_id || ':' || line.place AS what, (
            SELECT count(*) FROM bet_exposures AS found
            WHERE found.draw_id = line.draw_id AND found.mark = ANY(line.marks)) AS found,
            cardinality(line.marks) AS expected
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


def worst_cases_hold() -> list[Breach]:
    """What a draw keeps is what its dearest outcome would cost, until its result is final: beside what was won by it.
    Where a draw shows several marks it is that or more."""
    found = []
    for row in db.session.execute(text(_WORST)):
        game = GAMES.get().get(row.game)
        is_counted = game is not None and not game.shows_one
        dearest = _seen(game, row.id, row.promise) if game is not None and is_counted else row.dearest
        expected = max(0, dearest - row.won)
        if row.worst < expected or (row.worst > expected and not is_counted):
            found.append(Breach("bets.worst case", f"{row.id}: found {row.worst}, expected {expected}"))
    return found


def _seen(game: BetGame, draw_id: UUID, text_of_promise: str) -> int:
    return exposure.costs(game, draw_id, promise.read(text_of_promise)).seen()


_WORST: Final = """
    SELECT id, game, promise, worst_minor AS worst, won_minor AS won, coalesce((
        SELECT max(amount_minor) FROM bet_exposures WHERE draw_id = one.id), 0) AS dearest
    FROM bet_draws AS one WHERE state IN ('selling', 'sealed') OR outcome IS NOT NULL AND final_at > now()
"""

CHECKS: Final = (bets_agree, worst_cases_hold)
