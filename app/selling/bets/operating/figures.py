"""What operators ask of a game that sells bets: what it has, what its draws could cost, what its day brought, who bets.

Amounts are in the game's minor unit. Each is a statement or two, however many draws there are.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text

from app.core.database.session import db
from app.core.ids import earliest_id
from app.people.players.queries import read_now
from app.record.ledger import queries as ledger

from .. import postings
from ..bankroll import owner
from ..games import BetGame

LONGEST_RESERVED: Final = timedelta(days=1)
"""A ticket that waits for its payment is accepted within minutes of its making: so long before a stretch of time is
looked for what was accepted in it."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is in the bankroll, what undrawn draws could cost at worst and have of it, what is left for others, and what
    the owner could take out."""

    bankroll: int
    worst: int
    held: int
    available: int
    free_to_leave: int


@dataclass(frozen=True, slots=True)
class Today:
    """What is bet on undrawn draws, and what the day brought and cost from midnight on, where draws are held."""

    bets: int
    staked: int
    revenue: int
    payouts: int


@dataclass(frozen=True, slots=True)
class Exposed:
    """What a mark of a draw would cost, and the bets that win by it."""

    mark: int
    bets: int
    staked: int
    cost: int


@dataclass(frozen=True, slots=True)
class Bettor:
    """Somebody who has bet, by what it came to. `back` is what of the stakes has gone back."""

    id: UUID
    tickets: int
    staked: int
    back: int
    won: int
    last_at: datetime

    @property
    def left(self) -> int:
        """What the house has of it; below zero: what it has lost."""
        return self.staked - self.back - self.won


def standing(game: BetGame) -> Standing:
    """As it is now."""
    account = postings.bankroll(game.name, game.currency)
    worst, held = db.session.execute(text(_UNDRAWN), {"game": game.name}).one()
    return Standing(
        ledger.balance(account), int(worst), int(held), ledger.available(account), owner.free_to_leave(game)
    )


def day_now(game: BetGame) -> date:
    """Today, where its draws are held."""
    return read_now().astimezone(game.schedule().zone).date()


def today(game: BetGame) -> Today:
    """From midnight on, where its draws are held."""
    zone = game.schedule().zone
    midnight = read_now().astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    asked = {"game": game.name, "since": midnight, "from_id": earliest_id(midnight - LONGEST_RESERVED)}
    return Today(*(int(one) for one in db.session.execute(text(_TODAY), asked).one()))


def at_stake(draw_ids: Collection[UUID]) -> tuple[int, int]:
    """How many tickets are on these draws, and what is staked there and has not gone back."""
    cards, staked = db.session.execute(text(_AT_STAKE), {"draws": list(draw_ids)}).one()
    return cards, staked


def exposure(draw_id: UUID, limit: int = 1000) -> list[Exposed]:
    """What a draw's marks would cost, the dearest first."""
    rows = db.session.execute(text(_EXPOSURE), {"draw": draw_id, "limit": limit})
    return [Exposed(*row) for row in rows]


def dearest(draw_ids: Collection[UUID], each: int) -> dict[UUID, list[tuple[int, int]]]:
    """The dearest few marks of each of these draws and what they cost, the dearest first."""
    found: dict[UUID, list[tuple[int, int]]] = {draw_id: [] for draw_id in draw_ids}
    for draw_id, mark, amount in db.session.execute(text(_DEAREST), {"draws": list(draw_ids), "each": each}):
        found[draw_id].append((mark, amount))
    return found


def across(draw_ids: Collection[UUID], limit: int) -> list[tuple[int, int, int]]:
    """The marks that these draws together would cost most: each with that sum, and with how many draws weigh."""
    rows = db.session.execute(text(_ACROSS), {"draws": list(draw_ids), "limit": limit})
    return [(row.mark, int(row.amount), row.draws) for row in rows]


def at(draw_ids: Collection[UUID], mark: int) -> dict[UUID, int]:
    """What one mark would cost in each of these draws; those where it costs nothing are left out."""
    rows = db.session.execute(text(_AT), {"draws": list(draw_ids), "mark": mark})
    return {row.draw_id: row.amount_minor for row in rows}


def heat(draw_ids: Collection[UUID], steps: int) -> dict[UUID, dict[int, Sequence[int]]]:
    """By draw the marks of each step of weight: equal steps from 1, the lightest, up to the dearest of them all."""
    found: dict[UUID, dict[int, Sequence[int]]] = {draw_id: {} for draw_id in draw_ids}
    for row in db.session.execute(text(_HEAT), {"draws": list(draw_ids), "steps": steps}):
        found[row.draw_id][row.step] = row.marks
    return found


def bettors(
    game: str, *, ids: Collection[UUID] | None = None, before: UUID | None = None, limit: int = 50
) -> list[Bettor]:
    """Who has bet, the newest accounts first; of these people only, if any are said."""
    asked: dict[str, Any] = {"game": game, "limit": limit}
    where = ""
    if ids is not None:
        where, asked["ids"] = f"{where} AND user_id = ANY(:ids)", list(ids)
    if before is not None:
        where, asked["before"] = f"{where} AND user_id < :before", before
    return [Bettor(*row) for row in db.session.execute(text(_BETTORS.format(where=where)), asked)]


_UNDRAWN: Final = """
    SELECT coalesce(sum(worst_minor), 0), coalesce(sum(allotted_minor), 0) FROM bet_draws
    WHERE game = :game AND state IN ('selling', 'sealed')
"""
# Of lines there are many, of those that are not accepted, or went back, few: only these are looked up.
_TODAY: Final = """
    WITH undrawn AS MATERIALIZED (
        SELECT id, sold_minor FROM bet_draws WHERE game = :game AND state IN ('selling', 'sealed')
    )
    SELECT
        (SELECT count(*) FROM bet_lines WHERE draw_id IN (SELECT id FROM undrawn))
            - (SELECT count(*) FROM bet_lines AS line JOIN bet_entries AS entry USING (ticket_id, draw_id)
                WHERE draw_id IN (SELECT id FROM undrawn) AND entry.state <> 'posted'),
        coalesce((SELECT sum(sold_minor) FROM undrawn), 0),
        coalesce((SELECT sum(total_minor - back_minor) FROM bet_tickets
            WHERE game = :game AND state = 'posted' AND id >= :from_id AND posted_at >= :since), 0),
        coalesce((SELECT sum(won_minor) FROM bet_draws
            WHERE game = :game AND state = 'resulted' AND resulted_at >= :since), 0)
"""
_AT_STAKE: Final = """
    SELECT count(DISTINCT ticket_id), coalesce(sum(stake_minor), 0)::bigint FROM bet_entries
    WHERE draw_id = ANY(CAST(:draws AS uuid[])) AND state = 'posted'
"""
_EXPOSURE: Final = """
    SELECT one.mark, coalesce(lines.bets, 0), coalesce(lines.staked, 0), one.amount_minor
    FROM bet_exposures AS one LEFT JOIN (
        SELECT mark, count(*) AS bets, sum(line.stake_minor)::bigint AS staked
        FROM bet_lines AS line, unnest(line.marks) AS mark
        WHERE line.draw_id = :draw AND NOT EXISTS (
            SELECT FROM bet_entries AS entry WHERE entry.draw_id = :draw AND entry.ticket_id = line.ticket_id
                AND entry.state IN ('released', 'refunded'))
        GROUP BY mark
    ) AS lines USING (mark)
    WHERE one.draw_id = :draw AND one.amount_minor > 0
    ORDER BY one.amount_minor DESC, one.mark LIMIT :limit
"""
_DEAREST: Final = """
    SELECT draw.id, most.mark, most.amount_minor FROM unnest(CAST(:draws AS uuid[])) AS draw (id), LATERAL (
        SELECT mark, amount_minor FROM bet_exposures WHERE draw_id = draw.id AND amount_minor > 0
        ORDER BY amount_minor DESC, mark LIMIT :each
    ) AS most ORDER BY draw.id, most.amount_minor DESC, most.mark
"""
_ACROSS: Final = """
    SELECT mark, sum(amount_minor) AS amount, count(*) AS draws FROM bet_exposures
    WHERE draw_id = ANY(:draws) AND amount_minor > 0
    GROUP BY mark ORDER BY amount DESC, mark LIMIT :limit
"""
_AT: Final = "SELECT draw_id, amount_minor FROM bet_exposures WHERE draw_id = ANY(:draws) AND mark = :mark"
_HEAT: Final = """
    WITH found AS MATERIALIZED (
        SELECT draw_id, mark, amount_minor FROM bet_exposures WHERE draw_id = ANY(:draws) AND amount_minor > 0
    ), most AS (SELECT max(amount_minor) AS amount FROM found)
    SELECT draw_id, ceil(amount_minor * CAST(:steps AS numeric) / most.amount)::integer AS step,
        array_agg(mark ORDER BY mark) AS marks
    FROM found CROSS JOIN most GROUP BY draw_id, step
"""
_BETTORS: Final = """
    SELECT user_id, count(*), sum(total_minor)::bigint, sum(back_minor)::bigint, coalesce((
        SELECT sum(amount_minor) FROM bet_winnings AS won JOIN bet_settlements AS made ON made.id = won.settlement_id
        JOIN bet_draws AS draw ON draw.id = made.draw_id
        WHERE won.user_id = ticket.user_id AND (made.reversed_at IS NULL OR made.is_borne) AND draw.game = :game),
        0)::bigint, max(posted_at)
    FROM bet_tickets AS ticket WHERE game = :game AND state = 'posted'{where}
    GROUP BY user_id ORDER BY user_id DESC LIMIT :limit
"""
