"""What `flask audit` asks of results: that who won is who should have, that it is owed or paid once, that what was
staked is nobody's but the bankroll's or on its way back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import func, select, text

from app.core.checks import Breach, disagreements
from app.core.database.session import db

from ..calendar import promise
from ..calendar.making import subject_of
from ..games import GAMES, BetGame
from ..models import BetDraw, BetSettlement
from .result import PAYS

_COUNTS: Final = "(settlement.reversed_at IS NULL OR settlement.is_borne)"
_BALANCE: Final = """
    coalesce((SELECT balance FROM ledger_accounts
              WHERE (kind, owner, currency) = ('{kind}', one.id::text, one.currency)), 0)
"""
# Counting all lines of all draws again takes minutes after a year: each is counted while it may be corrected.
_YOUNG: Final = "one.final_at > now() - interval '2 days'"
_LIVE: Final = "(settlement.draw_id, settlement.reversed_at IS NULL) = (one.id, true)"
_PAYS: Final = PAYS.format(shown="live.shown")

QUERIES: Final = {
    "a draw with a result has one settlement in force, by that result": f"""
        SELECT one.id AS what, (
            SELECT string_agg(settlement.outcome::text, ',') FROM bet_settlements AS settlement WHERE {_LIVE}
        ) AS found, outcome::text AS expected
        FROM bet_draws AS one
    """,
    "who won by a result is who bet on it": f"""
        SELECT one.id AS what, (
            SELECT coalesce(sum(won.amount_minor), 0) FROM bet_winnings AS won
            JOIN bet_settlements AS settlement ON settlement.id = won.settlement_id
            JOIN bet_lines AS line ON (line.ticket_id, line.place) = (won.ticket_id, won.place)
            WHERE settlement.draw_id = one.id AND {_COUNTS}
              AND line.draw_id = one.id AND line.marks && live.shown AND {_PAYS} = won.amount_minor
        ) AS found, (
            SELECT coalesce(sum({_PAYS}), 0) FROM bet_lines AS line
            JOIN bet_entries AS entry USING (ticket_id, draw_id)
            WHERE line.draw_id = one.id AND entry.state = 'posted' AND line.marks && live.shown
        ) AS expected
        FROM bet_draws AS one LEFT JOIN LATERAL (
            SELECT shown FROM bet_settlements AS settlement
            WHERE (settlement.draw_id, settlement.outcome) = (one.id, one.outcome) LIMIT 1) AS live ON true
        WHERE one.outcome IS NOT NULL AND {_YOUNG}
    """,
    "nothing is won by a result that does not count any more, and no line wins twice": f"""
        SELECT one.ticket_id || ':' || one.place AS what, count(*) AS found, 1 AS expected
        FROM bet_winnings AS one JOIN bet_settlements AS settlement ON settlement.id = one.settlement_id
        JOIN bet_draws AS draw ON draw.id = settlement.draw_id
        WHERE {_COUNTS} AND draw.final_at > now() - interval '2 days'
        GROUP BY one.ticket_id, one.place
    """,
    "a settlement counts its winnings": """
        SELECT one.id AS what, ARRAY[winners, won_minor] AS found, (
            SELECT ARRAY[count(*), coalesce(sum(amount_minor), 0)]::bigint[] FROM bet_winnings
            WHERE settlement_id = one.id) AS expected
        FROM bet_settlements AS one
    """,
    "a draw counts what was won": f"""
        SELECT one.id AS what, won_minor AS found, coalesce((
            SELECT sum(settlement.won_minor) FROM bet_settlements AS settlement
            WHERE settlement.draw_id = one.id AND {_COUNTS}), 0) AS expected
        FROM bet_draws AS one
    """,
    "what is owed is what was not paid": f"""
        SELECT one.id AS what, {_BALANCE.format(kind="owed")} AS found, coalesce((
            SELECT sum(won.amount_minor) FROM bet_winnings AS won
            JOIN bet_settlements AS settlement ON settlement.id = won.settlement_id
            WHERE settlement.draw_id = one.id AND {_COUNTS} AND won.paid_at IS NULL), 0) AS expected
        FROM bet_draws AS one
    """,
    "a settled draw owes nothing": f"""
        SELECT one.id AS what, {_BALANCE.format(kind="owed")} AS found, 0 AS expected
        FROM bet_draws AS one WHERE settled_at IS NOT NULL
    """,
    "what was staked is the bankroll's once it is drawn, and goes back where it is not": f"""
        SELECT one.id AS what, {_BALANCE.format(kind="stakes")} AS found,
               CASE state WHEN 'resulted' THEN 0 ELSE sold_minor END AS expected
        FROM bet_draws AS one WHERE state IN ('resulted', 'cancelled')
    """,
    "a stake that went back is in the book": """
        SELECT one.id AS what, coalesce((
            SELECT sum(amount) FROM ledger_transfers
            WHERE (source, source_id, kind) = ('bet', one.id::text, 'given_back')), 0) AS found,
               CASE state WHEN 'refunded' THEN stake_minor ELSE 0 END AS expected
        FROM bet_entries AS one
    """,
}


def results_agree() -> list[Breach]:
    """Settlements are what the lines say, and what the ledger says."""
    return disagreements("bets", QUERIES)


def settlements_show() -> list[Breach]:
    """The marks that won by a result are those that the game says it shows."""
    games, young = GAMES.get(), BetDraw.final_at > func.now() - text("interval '2 days'")
    asked = (BetDraw.game, BetDraw.name, BetDraw.promise, BetSettlement.outcome, BetSettlement.shown)
    rows = db.session.execute(select(*asked).join(BetSettlement, BetSettlement.draw_id == BetDraw.id).where(young))
    return [
        Breach("bets.shown", f"{subject_of(row.game, row.name)}: {row.shown}")
        for row in rows
        if set(row.shown) != set(_shown(games.get(row.game), row.promise, row.outcome))
    ]


def _shown(game: BetGame | None, text_of_promise: str, outcome: int) -> Sequence[int]:
    return (outcome,) if game is None else game.shown(promise.read(text_of_promise), outcome)


CHECKS: Final = (results_agree, settlements_show)
