"""What runs in the background for accounts."""

from __future__ import annotations

from app.core.database.session import transaction

from . import service
from .codes import service as codes


def purge() -> None:
    """Forget used codes and links and ended sessions. Runs at any time, any number of times."""
    with transaction():
        codes.purge()
        service.purge()
