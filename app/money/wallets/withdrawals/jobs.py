"""What runs in the background for withdrawals. Any of it may run twice, late, or die half-way."""

from __future__ import annotations

from . import sending


def send() -> int:
    """Send what is approved."""
    return sending.send()


def ask() -> int:
    """Ask about what is on its way."""
    return sending.ask()
