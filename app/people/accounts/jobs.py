"""What runs in the background for accounts."""

from __future__ import annotations

from app.core.database.session import transaction

from . import service


def purge() -> None:
    """Forget used links and ended sessions. Runs at any time, any number of times."""
    with transaction():
        service.purge()
