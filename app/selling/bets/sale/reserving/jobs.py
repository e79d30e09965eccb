"""What runs in the background for reservations; at any time, any number of times."""

from __future__ import annotations

from app.core.database.session import transaction

from . import queries
from .releasing import release


def release_over() -> int:
    """Release tickets of whose payment nothing counts any more, whether its gateway has answered or not; how many. What
    it takes for them later goes back the way it came."""
    released = 0
    for ticket_id in queries.over():
        with transaction():
            released += release(ticket_id, "reservation_over")
    return released
