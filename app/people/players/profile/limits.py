"""How often names and birth dates may be tried: each answer says a little about who is known here."""

from __future__ import annotations

from typing import Final

from app.core.config import current_settings
from app.core.limits.limiter import limiter

_SCOPE: Final = "player-identities"
_TRIES_PER_LOGIN: Final = 3


def _tries() -> str:
    return f"{current_settings().logins_per_hour * _TRIES_PER_LOGIN} per hour"


@limiter.shared_limit(_tries, scope=_SCOPE)
def count_try() -> None:
    """Raises RateLimitExceeded."""
