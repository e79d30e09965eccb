"""What runs in the background for players."""

from __future__ import annotations

from app.core.database.session import transaction

from . import notices


def tell_of_raises() -> None:
    """Tell of raises that wait for their second yes. Runs at any time, any number of times."""
    with transaction():
        notices.raises_that_wait()
