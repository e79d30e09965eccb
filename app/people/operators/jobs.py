"""What runs in the background for operators."""

from __future__ import annotations

from app.core.database.session import transaction

from . import service


def purge() -> None:
    """Forget sessions that ended long ago. Runs at any time, any number of times."""
    with transaction():
        service.purge()
