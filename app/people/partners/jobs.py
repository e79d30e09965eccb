"""What runs in the background for partner sites."""

from __future__ import annotations

from app.core.database.session import transaction

from .team import service as team


def purge() -> None:
    """Forget old invitations. Runs at any time, any number of times."""
    with transaction():
        team.purge()
