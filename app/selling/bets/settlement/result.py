"""A draw has its result: who won is counted, and the bankroll owes it, in one transaction.

Winnings are counted by one statement over all lines of the draw, and only those that won get a row: a line that lost is
one without. What the draw could have cost beyond what it does cost stays with it until the result is final.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, NamedTuple, cast
from uuid import UUID

from sqlalchemy import text

from app.core.database.session import db
from app.core.errors import DomainError
from app.core.ids import new_id
from app.people.players.queries import read_now
from app.people.players.rules import rfc3339
from app.record.ledger import service as ledger
from app.record.log import service as public_log

from .. import postings
from ..bankroll import capacity
from ..calendar import promise
from ..calendar.making import subject_of
from ..calendar.service import locked
from ..games import game_named
from ..models import BetDraw
from ..states import State, may_become

RESULTED: Final = "bet.resulted"


class Won(NamedTuple):
    """What a result comes to: so many lines won, so much together (minor units)."""

    settlement_id: UUID
    winners: int
    amount: int


def settle(draw_id: UUID, outcome: int, *, final_at: datetime | None = None) -> bool:
    """A sealed draw has its result, whose winnings leave nobody's wallet before `final_at`; if that is not told, so
    long after now as the draw promises. False if it has this one already.

    Raises:
        NotFound: `draw_not_found`.
        DomainError: 409 `draw_not_sealed`: it is not, or had another result; 409 `draw_differs`: its rows are not what
            was sold.
        ValueError: the draw has no such outcome.
    """
    draw = locked(draw_id)
    if draw.state == "resulted" and draw.outcome == outcome:
        return False
    if not may_become(cast(State, draw.state), "resulted"):
        raise DomainError("draw_not_sealed", status=409)
    won = win(draw, outcome)
    if won.amount > draw.worst_minor:
        raise DomainError("draw_differs", status=409, won=won.amount, worst=draw.worst_minor)
    now = read_now()
    draw.state, draw.outcome, draw.resulted_at = "resulted", outcome, now
    draw.final_at = final_at or now + timedelta(seconds=_final_after(draw))
    draw.won_minor, draw.worst_minor = won.amount, draw.worst_minor - won.amount
    db.session.flush()
    capacity.narrow(draw.id, draw.worst_minor)
    if won.amount > draw.sold_minor:
        capacity.lost(draw.currency, won.amount - draw.sold_minor)
    ledger.post(postings.drawn(draw.id, draw.game, draw.currency, draw.sold_minor, won.amount))
    public_log.tell(RESULTED, subject_of(draw.game, draw.name), told(draw, won) | {"staked": draw.sold_minor})
    return True


def win(draw: BetDraw, outcome: int) -> Won:
    """Who wins by an outcome, in rows, and how much. Lines that were paid by a result that was final win no more.

    Raises ValueError: the draw has no such outcome.
    """
    if not 0 <= outcome < draw.classes:
        raise ValueError(f"{draw.name} has no outcome {outcome}")
    settlement_id = new_id()
    shown = list(game_named(draw.game).shown(promise.read(draw.promise), outcome))
    asked = {"id": settlement_id, "draw": draw.id, "outcome": outcome, "shown": shown}
    row = db.session.execute(text(_WIN), asked).one()
    return Won(settlement_id, row.winners, row.won_minor)


def told(draw: BetDraw, won: Won) -> dict[str, object]:
    """What the public log says of a result; amounts in minor units."""
    assert draw.outcome is not None
    assert draw.final_at is not None
    return {
        "promise": draw.promise_hash.hex(),
        "outcome": draw.outcome,
        "result": game_named(draw.game).told(draw.outcome),
        "currency": draw.currency,
        "winners": won.winners,
        "won": won.amount,
        "settlement": str(won.settlement_id),
        "finalAt": rfc3339(draw.final_at),
    }


def _final_after(draw: BetDraw) -> int:
    return promise.rules_in(promise.read(draw.promise)).final_after_seconds


PAYS: Final = """
    CASE WHEN line.wins_by_mark IS NULL THEN line.wins_minor ELSE (
        SELECT max(way.wins) FROM unnest(line.marks, line.wins_by_mark) AS way (mark, wins)
        WHERE way.mark = ANY({shown})) END
"""
"""What a line wins, one of whose marks is among those that its draw shows: by the best of them."""

# Winnings refer to the settlement that the same statement makes: such references are looked up at its end.
_SHOWN: Final = "CAST(:shown AS integer[])"
_WIN: Final = f"""
    WITH won AS MATERIALIZED (
        SELECT line.ticket_id, line.place, ticket.user_id, {PAYS.format(shown=_SHOWN)} AS amount
        FROM bet_lines AS line
        JOIN bet_entries AS entry USING (ticket_id, draw_id)
        JOIN bet_tickets AS ticket ON ticket.id = line.ticket_id
        WHERE line.draw_id = :draw AND line.marks && {_SHOWN} AND line.wins_minor > 0
          AND entry.state = 'posted' AND NOT EXISTS (
            SELECT FROM bet_winnings AS kept JOIN bet_settlements AS borne ON borne.id = kept.settlement_id
            WHERE (kept.ticket_id, kept.place) = (line.ticket_id, line.place) AND borne.is_borne)
    ), made AS (
        INSERT INTO bet_settlements (id, draw_id, outcome, shown, winners, won_minor)
        SELECT :id, :draw, :outcome, {_SHOWN}, count(*) FILTER (WHERE amount > 0),
            coalesce(sum(amount), 0)::bigint FROM won
        RETURNING winners, won_minor
    ), written AS (
        INSERT INTO bet_winnings (settlement_id, ticket_id, place, user_id, amount_minor)
        SELECT :id, ticket_id, place, user_id, amount FROM won WHERE amount > 0
    )
    SELECT winners, won_minor FROM made
"""
