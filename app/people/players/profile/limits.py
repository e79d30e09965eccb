"""How often names and birth dates may be tried, for each answer says a little about who is known here; and how often
files may be handed in, for each that is a picture is unpacked. Neither uses up the other's."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from flask import g

from app.core.config import current_settings
from app.core.limits.limiter import limiter

_SCOPE: Final = "player-identities"
_TRIES_PER_LOGIN: Final = 3
_FILES_OF_PERSON: Final = 3
_FILES_OF_NETWORK: Final = 12  # a mobile operator's is many people's


def count_upload(user_id: UUID) -> None:
    """Count a file before it is looked at. Raises RateLimitExceeded."""
    g.uploader = str(user_id)
    _count_file()
    _count_file_of_network()


def _per_login(times: int) -> str:
    return f"{current_settings().logins_per_hour * times} per hour"


@limiter.shared_limit(lambda: _per_login(_TRIES_PER_LOGIN), scope=_SCOPE)
def count_try() -> None:
    """Raises RateLimitExceeded."""


@limiter.shared_limit(lambda: _per_login(_FILES_OF_PERSON), scope="uploads-by-person", key_func=lambda: g.uploader)
def _count_file() -> None:
    """Raises RateLimitExceeded."""


@limiter.shared_limit(lambda: _per_login(_FILES_OF_NETWORK), scope="uploads-by-network")
def _count_file_of_network() -> None:
    """Raises RateLimitExceeded."""
