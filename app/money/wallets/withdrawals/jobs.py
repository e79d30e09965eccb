"""What runs in the background for withdrawals. Any of it may run twice, late, or die half-way."""

from __future__ import annotations

from app.core.database.session import transaction
from app.record.audit.service import close_alarms
from app.record.ledger import queries as ledger

from . import sending


def send() -> int:
    """Send what is approved."""
    return sending.send()


def ask() -> int:
    """Ask about what is on its way; what holds enough again alarms no more."""
    with transaction():
        close_alarms("clearing_below_zero", ledger.is_covered)
    return sending.ask()
