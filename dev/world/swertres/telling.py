"""How Swertres stands at a moment, for the partner's page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.games.swertres.reads import draws
from app.people.players.queries import read_now


@dataclass(frozen=True, slots=True)
class Now:
    """The draw whose bets end next, by the clock of where it is held, and what was drawn last; None, where there is
    none."""

    draws_at: datetime | None
    seconds_to_bet: int
    number: str | None
    winners: int


def now() -> Now:
    """Read from the platform's records."""
    following, last = next(iter(draws.open_now()), None), next(iter(draws.results(limit=1)), None)
    left = (following.closes_at - read_now()).total_seconds() if following else 0
    return Now(
        following.local if following else None,
        max(0, int(left)),
        last.number if last else None,
        draws.winners(last) if last else 0,
    )
