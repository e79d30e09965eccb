"""Files that nobody's row names any more."""

from __future__ import annotations

from app.core.database.session import transaction

from . import service


def sweep() -> None:
    """Remove them. Runs at any time, any number of times."""
    with transaction():
        service.sweep()
