"""What runs in the background for teams of partner sites."""

from __future__ import annotations

from app.core.database.session import transaction

from . import service


def purge() -> None:
    """Forget old invitations. Runs at any time, any number of times."""
    with transaction():
        service.purge()
