"""What a game that sells bets earned and paid, day by day where its draws are held: for its operators, and for whoever
supervises it.

Operators read it by the day of the draw, as it came to in the end; the supervisor by the day on which it was decided,
so that what was told once stays told. Amounts are in the game's minor unit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Final, Literal, TypeAlias, get_args
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select, text

from app.core.database.session import db
from app.core.ids import earliest_id
from app.core.text.amounts import major
from app.core.text.sheets import Cell
from app.record.ledger import queries as ledger
from app.record.ledger.queries import Line

from .. import postings
from ..games import BetGame
from ..models import BetDraw, BetSettlement
from ..settlement.postings import SETTLEMENT
from .figures import LONGEST_RESERVED, day_now

Step: TypeAlias = Literal["day", "week", "month"]
STEPS: Final[tuple[Step, ...]] = get_args(Step)
COUNTS: Final[Mapping[Step, int]] = {"day": 30, "week": 26, "month": 12}
"""How many of each are shown."""


@dataclass(frozen=True, slots=True)
class Span:
    """One step of time from the day `begins` on: draws that were held and that were not, what was staked on those that
    were and what they won; `moved` what the owner put in and took out, `balance` the bankroll at its end."""

    begins: date
    held: int = 0
    not_held: int = 0
    staked: int = 0
    won: int = 0
    moved: int = 0
    balance: int = 0

    @property
    def profit(self) -> int:
        """What the house keeps of it; below zero if it lost."""
        return self.staked - self.won


@dataclass(frozen=True, slots=True)
class Moved:
    """A line of the bankroll's account, with the draw that it is about, if it is about one."""

    line: Line
    draw: str | None


@dataclass(frozen=True, slots=True)
class Reported:
    """One day of a supervisor's report: draws held and not held; tickets accepted and what they cost; what was won and
    what went back, as it was decided on that day; who excluded themselves on it, and how many were so at its end."""

    day: date
    held: int
    not_held: int
    tickets: int
    stakes: int
    payouts: int
    refunds: int
    exclusions: int
    excluded: int

    def cells(self, currency: str) -> list[Cell]:
        """As a line of CSV, amounts in the currency's own unit."""
        amounts = [major(one, currency) for one in (self.stakes, self.payouts, self.refunds)]
        return [
            self.day,
            currency,
            self.held,
            self.not_held,
            self.tickets,
            *amounts,
            self.exclusions,
            self.excluded,
        ]


COLUMNS: Final = (
    *("day", "currency", "drawsHeld", "drawsNotHeld", "cards", "stakes", "payouts", "refunds"),
    *("selfExclusions", "selfExcludedAtEnd"),
)


def begins_of(day: date, step: Step) -> date:
    """The first day of the step that a day lies in; weeks begin on Monday. Pure."""
    if step == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if step == "month" else day


def steps_until(last: date, step: Step) -> list[date]:
    """The first days of the steps that end with this day, as many as are shown, the oldest first. Pure."""
    found = [begins_of(last, step)]
    while len(found) < COUNTS[step]:
        found.append(begins_of(found[-1] - timedelta(days=1), step))
    return found[::-1]


def spans(game: BetGame, last: date, step: Step) -> list[Span]:
    """The last steps until this day, the oldest first; those in which nothing happened too."""
    begins = steps_until(last, step)
    asked = {"game": game.name, "first": begins[0], "last": last}
    found = {day: Span(day) for day in begins}
    for row in db.session.execute(text(_DRAWS), asked):
        own = begins_of(row.day, step)
        before = found[own]
        found[own] = replace(
            before,
            held=before.held + row.held,
            not_held=before.not_held + row.not_held,
            staked=before.staked + int(row.staked),
            won=before.won + int(row.won),
        )
    account = postings.bankroll(game.name, game.currency)
    changed, moved = defaultdict[date, int](int), defaultdict[date, int](int)
    for change in ledger.daily_changes(account, begins[0], game.schedule().zone.key):
        own = begins_of(min(change.day, last), step)
        changed[own] += change.amount
        moved[own] += change.amount if change.source == postings.BANKROLL else 0
    balance, backwards = ledger.balance(account), list[Span]()
    for day in reversed(begins):
        backwards.append(replace(found[day], moved=moved[day], balance=balance))
        balance -= changed[day]
    return backwards[::-1]


def lines(game: BetGame, after: int | None, limit: int) -> list[Moved]:
    """One page of the bankroll's account, the newest line first."""
    found = ledger.lines(postings.bankroll(game.name, game.currency), after, limit)
    names = _names([line.source_id for line in found if line.source == postings.DRAW])
    of_settlements = _names_by_settlement([line.source_id for line in found if line.source == SETTLEMENT])
    return [Moved(line, {**names, **of_settlements}.get(line.source_id)) for line in found]


def report(game: BetGame, month: date) -> list[Reported]:
    """Each day of the month that begins with this day, the first one first; none that is still to come."""
    zone, until = game.schedule().zone, next_month(month)
    begins, ends = _midnight(month, zone), _midnight(until, zone)
    asked = {
        "game": game.name,
        "zone": zone.key,
        "first": month,
        "last": min(until - timedelta(days=1), day_now(game)),
        "begins": begins,
        "ends": ends,
        "from_id": earliest_id(begins - LONGEST_RESERVED),
        "until_id": earliest_id(ends),
    }
    return [Reported(row[0], *(int(one) for one in row[1:])) for row in db.session.execute(text(_REPORT), asked)]


def months_until(last: date, count: int) -> list[date]:
    """The first days of so many months, that of this day first, then backwards. Pure."""
    found = [last.replace(day=1)]
    while len(found) < count:
        found.append((found[-1] - timedelta(days=1)).replace(day=1))
    return found


def next_month(month: date) -> date:
    """The first day of the month after that of a day. Pure."""
    return (month.replace(day=1) + timedelta(days=31)).replace(day=1)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


def _names(draw_ids: Sequence[str]) -> dict[str, str]:
    found = select(BetDraw.id, BetDraw.name).where(BetDraw.id.in_([UUID(one) for one in draw_ids]))
    return {str(row.id): row.name for row in db.session.execute(found)} if draw_ids else {}


def _names_by_settlement(ids: Sequence[str]) -> dict[str, str]:
    found = select(BetSettlement.id, BetDraw.name).join(BetDraw, BetDraw.id == BetSettlement.draw_id)
    wanted = found.where(BetSettlement.id.in_([UUID(one) for one in ids]))
    return {str(row.id): row.name for row in db.session.execute(wanted)} if ids else {}


_DRAWS: Final = """
    SELECT day, count(*) FILTER (WHERE state = 'resulted') AS held,
        count(*) FILTER (WHERE state = 'cancelled') AS not_held,
        coalesce(sum(sold_minor) FILTER (WHERE state = 'resulted'), 0) AS staked, sum(won_minor) AS won
    FROM bet_draws WHERE game = :game AND day BETWEEN :first AND :last GROUP BY day
"""
_REPORT: Final = """
    WITH days AS (SELECT generate_series(CAST(:first AS date), CAST(:last AS date), interval '1 day')::date AS day),
    draws AS (
        SELECT day, count(*) FILTER (WHERE state = 'resulted') AS held,
            count(*) FILTER (WHERE state = 'cancelled') AS not_held
        FROM bet_draws WHERE game = :game AND day BETWEEN :first AND :last GROUP BY day
    ), sold AS (
        SELECT (posted_at AT TIME ZONE :zone)::date AS day, count(*) AS tickets, sum(total_minor) AS amount
        FROM bet_tickets WHERE game = :game AND state = 'posted' AND id >= :from_id AND id < :until_id
            AND posted_at >= :begins AND posted_at < :ends GROUP BY 1
    ), won AS (
        SELECT (moment AT TIME ZONE :zone)::date AS day, sum(amount) AS amount FROM (
            SELECT draw_id, made_at AS moment, won_minor AS amount FROM bet_settlements
            UNION ALL SELECT draw_id, reversed_at, -won_minor FROM bet_settlements WHERE NOT is_borne
        ) AS settled JOIN bet_draws AS draw ON draw.id = draw_id
        WHERE draw.game = :game AND moment >= :begins AND moment < :ends GROUP BY 1
    ), returned AS (
        SELECT (refunded_at AT TIME ZONE :zone)::date AS day, sum(entry.stake_minor) AS amount
        FROM bet_entries AS entry JOIN bet_draws AS draw ON draw.id = entry.draw_id
        WHERE draw.game = :game AND refunded_at >= :begins AND refunded_at < :ends GROUP BY 1
    ), excluded AS (
        SELECT (begins_at AT TIME ZONE :zone)::date AS day, count(*) AS people FROM player_exclusions
        WHERE begins_at >= :begins AND begins_at < :ends GROUP BY 1
    )
    SELECT day, coalesce(held, 0), coalesce(not_held, 0), coalesce(sold.tickets, 0), coalesce(sold.amount, 0),
        coalesce(won.amount, 0), coalesce(returned.amount, 0), coalesce(excluded.people, 0), (
            SELECT count(DISTINCT user_id) FROM player_exclusions
            WHERE begins_at < ((day + 1)::timestamp AT TIME ZONE :zone)
                AND ends_at >= ((day + 1)::timestamp AT TIME ZONE :zone))
    FROM days LEFT JOIN draws USING (day) LEFT JOIN sold USING (day) LEFT JOIN won USING (day)
        LEFT JOIN returned USING (day) LEFT JOIN excluded USING (day)
    ORDER BY day
"""
