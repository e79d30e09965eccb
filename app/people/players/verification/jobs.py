"""Files that nobody's row names any more, and marks of people that are needed no more."""

from __future__ import annotations

from app.core.database.session import transaction
from app.people.players.leaving import erasure

from . import service


def sweep() -> None:
    """Remove them. Runs at any time, any number of times."""
    with transaction():
        service.sweep()
    with transaction():
        erasure.forget_marks()
    with transaction():
        erasure.forget_identities()
