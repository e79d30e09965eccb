"""What runs in the background for answers that are kept."""

from __future__ import annotations

from app.core.database.session import transaction

from . import service


def purge() -> None:
    """Forget kept answers that are a day old. Runs at any time, any number of times."""
    with transaction():
        service.purge()
