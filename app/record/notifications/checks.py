"""What always holds for messages."""

from __future__ import annotations

from datetime import timedelta

from app.core.checks import Breach

from . import queries

_PATIENCE = timedelta(minutes=15)


def nothing_is_left_lying() -> list[Breach]:
    """No due message waits longer than fifteen minutes for an attempt."""
    waiting = queries.due_for(_PATIENCE)
    return [Breach("notifications.waiting", f"{waiting} due messages were not attempted")] if waiting else []


CHECKS = (nothing_is_left_lying,)
