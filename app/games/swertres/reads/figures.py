"""What operators ask of draws and bettors: sums and counts, read in few statements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text

from app.core.database.session import db
from app.games.swertres.game import SWERTRES, ZONE
from app.people.players.queries import read_now
from app.record.ledger import queries as ledger
from app.selling.bets import postings

from .draws import Game


@dataclass(frozen=True, slots=True)
class Bankroll:
    """What the owner has in the game, what undrawn draws could cost, and what more of them may; centavos."""

    balance: int
    worst: int
    available: int


@dataclass(frozen=True, slots=True)
class Day:
    """What is bet on undrawn draws, and what today brought and cost; centavos."""

    bets: int
    staked: int
    revenue: int
    payouts: int


@dataclass(frozen=True, slots=True)
class Exposed:
    """What a number of a draw would cost, and the bets that win on it; centavos."""

    outcome: int
    bets: int
    staked: int
    cost: int


@dataclass(frozen=True, slots=True)
class Bettor:
    """Somebody who has bet, by what it came to; centavos."""

    id: UUID
    cards: int
    staked: int
    won: int
    last_at: datetime


def bankroll() -> Bankroll:
    """As it stands."""
    account = postings.bankroll(SWERTRES.name, SWERTRES.currency)
    worst = db.session.execute(text(_WORST), {"game": SWERTRES.name}).scalar_one()
    return Bankroll(ledger.balance(account), int(worst), ledger.available(account))


def today() -> Day:
    """From midnight on, where draws are held."""
    midnight = read_now().astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    row = db.session.execute(text(_TODAY), {"game": SWERTRES.name, "since": midnight}).one()
    return Day(*(int(one) for one in row))


def exposure(game: Game, limit: int = 1000) -> list[Exposed]:
    """The dearest numbers first."""
    rows = db.session.execute(text(_EXPOSURE), {"draw": game.key, "limit": limit})
    return [Exposed(*row) for row in rows]


def worst_of(games: Mapping[UUID, Game]) -> dict[UUID, int]:
    """What each of these could cost at worst."""
    rows = db.session.execute(text("SELECT id, worst_minor FROM bet_draws WHERE id = ANY(:ids)"), {"ids": list(games)})
    return {row.id: row.worst_minor for row in rows}


def bettors(user_id: UUID | None = None, before: UUID | None = None, limit: int = 50) -> list[Bettor]:
    """Who has bet, the newest accounts first; or one of them."""
    asked: dict[str, Any] = {"game": SWERTRES.name, "one": user_id, "before": before, "limit": limit}
    return [Bettor(*row) for row in db.session.execute(text(_BETTORS), asked)]


_WORST: Final = """
    SELECT coalesce(sum(worst_minor), 0) FROM bet_draws WHERE game = :game AND state IN ('selling', 'sealed')
"""
_TODAY: Final = """
    SELECT
        coalesce((SELECT count(*) FROM bet_lines AS line JOIN bet_entries AS entry USING (ticket_id, draw_id)
            JOIN bet_draws AS draw ON draw.id = line.draw_id
            WHERE draw.game = :game AND draw.state IN ('selling', 'sealed') AND entry.state = 'posted'), 0),
        coalesce((SELECT sum(sold_minor) FROM bet_draws
            WHERE game = :game AND state IN ('selling', 'sealed')), 0),
        coalesce((SELECT sum(total_minor) FROM bet_tickets
            WHERE game = :game AND state = 'posted' AND posted_at >= :since), 0),
        coalesce((SELECT sum(won_minor) FROM bet_draws
            WHERE game = :game AND state = 'resulted' AND resulted_at >= :since), 0)
"""
_EXPOSURE: Final = """
    SELECT one.outcome, coalesce(lines.bets, 0), coalesce(lines.staked, 0), one.amount_minor
    FROM bet_exposures AS one LEFT JOIN (
        SELECT outcome, count(*) AS bets, sum(line.stake_minor)::bigint AS staked
        FROM bet_lines AS line JOIN bet_entries AS entry USING (ticket_id, draw_id), unnest(line.outcomes) AS outcome
        WHERE line.draw_id = :draw AND entry.state IN ('reserved', 'posted') GROUP BY outcome
    ) AS lines USING (outcome)
    WHERE one.draw_id = :draw AND one.amount_minor > 0
    ORDER BY one.amount_minor DESC, one.outcome LIMIT :limit
"""
_BETTORS: Final = """
    SELECT user_id, count(*), sum(total_minor)::bigint, coalesce((
        SELECT sum(amount_minor) FROM bet_winnings AS won JOIN bet_settlements AS made ON made.id = won.settlement_id
        JOIN bet_draws AS draw ON draw.id = made.draw_id
        WHERE won.user_id = ticket.user_id AND made.reversed_at IS NULL AND draw.game = :game), 0)::bigint,
        max(posted_at)
    FROM bet_tickets AS ticket
    WHERE game = :game AND state = 'posted'
        AND (CAST(:one AS uuid) IS NULL OR user_id = :one) AND (CAST(:before AS uuid) IS NULL OR user_id < :before)
    GROUP BY user_id ORDER BY user_id DESC LIMIT :limit
"""
