"""What runs in the background for letters. It may run at any time, any number of times."""

from __future__ import annotations

from app.core.database.session import transaction

from . import service


def forget() -> None:
    """Remove letters that ended long ago."""
    with transaction():
        service.forget()
