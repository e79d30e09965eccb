"""The time of day. Money's clock is the chain; this one is for sessions, mail and logs."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """The current time, aware, in UTC."""
    return datetime.now(UTC)
