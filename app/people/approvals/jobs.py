"""What runs in the background for decisions of two people."""

from __future__ import annotations

from app.core.database.session import transaction

from . import service


def expire() -> int:
    """End what nobody decided in time. Runs at any time, any number of times."""
    with transaction():
        return service.expire()
