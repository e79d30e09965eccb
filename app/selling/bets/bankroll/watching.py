"""What goes wrong with bankrolls, said before a sale is refused: one that runs out, and money that is not there."""

from __future__ import annotations

from typing import Final

from app.core.database.session import db
from app.record.audit import service as audit
from app.record.audit.kinds import AlarmKind
from app.record.ledger import queries as ledger_queries

from .. import postings
from ..games import GAMES, BetGame
from ..models import BetCapacity

LOW: Final = 10
"""Percent of a bankroll that no draw has taken: below this somebody should know."""
ENOUGH: Final = 20
"""From here on it is low no more: one that goes up and down alarms nobody twice a minute."""

ALARM_KINDS: Final = (
    AlarmKind(
        "bankroll_low",
        "A bankroll runs out",
        "Less than a tenth of it is left for further bets; they are refused where they could cost more. Put money into "
        "it (flask bets fund), or do nothing: it is free again as draws are held. The alarm closes by itself.",
    ),
    AlarmKind(
        "bets_uncovered",
        "Draws could cost more than there is",
        "Free money has become less than what draws may cost at worst: a gateway's account is short, money was lost in "
        "a dispute, or was moved. Nothing more is sold meanwhile. Look at where money lies (flask wallets house) and "
        "put in what is missing; the alarm closes by itself.",
    ),
)


def watch() -> None:
    """Raise and close alarms by what was counted just now."""
    games = GAMES.get().values()
    for game in games:
        _watch_bankroll(game)
    for currency in sorted({game.currency for game in games}):
        _watch_cover(currency)


def _watch_bankroll(game: BetGame) -> None:
    """A game without any bankroll sells nothing, which its owner knows."""
    ref, subject = postings.bankroll(game.name, game.currency), f"bankroll:{game.name}"
    there, left = ledger_queries.balance(ref), ledger_queries.available(ref)
    if left * 100 < there * LOW:
        audit.raise_alarm("bankroll_low", subject, leftMinor=left, bankrollMinor=there, currency=game.currency)
    elif left * 100 >= there * ENOUGH:
        audit.close_alarm("bankroll_low", subject)


def _watch_cover(currency: str) -> None:
    capacity = db.session.get(BetCapacity, currency, populate_existing=True)
    if capacity is None or capacity.allotted_minor <= capacity.free_minor:
        audit.close_alarm("bets_uncovered", f"bets:{currency}")
        return
    audit.raise_alarm(
        "bets_uncovered",
        f"bets:{currency}",
        allottedMinor=capacity.allotted_minor,
        freeMinor=capacity.free_minor,
        currency=currency,
    )
