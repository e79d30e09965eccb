"""Several bounds for one deed: it is counted in all of them, or in none, and only if it is done.

A limit of a route counts who asks, whatever comes of it. A budget is spent by what is done for him, such as a message
that is sent: what is refused by one budget, or has nothing sent, has used up nothing of another.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import Final

from limits import RateLimitItem, parse_many

from .limiter import limiter

_SCOPE: Final = "budget"


@dataclass(frozen=True, slots=True)
class Budget:
    """So much for somebody, as `6 per hour; 18 per day`. `name` says what of, and `key` whose; it holds no address."""

    name: str
    key: str
    most: str

    def seconds_to_wait(self) -> int:
        """Until there is room again; 0: there is."""
        full = [item for item in parse_many(self.most) if not limiter.limiter.test(item, *self._words)]
        return max((self._seconds(item) for item in full), default=0)

    def spend(self) -> bool:
        """Count one, in one step; False if another request has just taken the last."""
        return all(limiter.limiter.hit(item, *self._words) for item in parse_many(self.most))

    @property
    def _words(self) -> tuple[str, str, str]:
        return _SCOPE, self.name, self.key

    def _seconds(self, item: RateLimitItem) -> int:
        until = limiter.limiter.get_window_stats(item, *self._words).reset_time
        return max(math.ceil(until - time.time()), 1)


@dataclass(frozen=True, slots=True)
class Spent:
    """The budget that has no room, and in how many seconds it has some."""

    budget: Budget
    seconds: int


def spend(*budgets: Budget) -> Spent | None:
    """Count one deed in all of these; None if it may be done, else which one lets it not, and none is touched, but by
    those that ask for the last place at the same moment."""
    for one in budgets:
        if seconds := one.seconds_to_wait():
            return Spent(one, seconds)
    return next((Spent(one, max(one.seconds_to_wait(), 1)) for one in budgets if not one.spend()), None)
