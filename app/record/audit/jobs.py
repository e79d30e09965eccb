"""Seals the audit log. Each job may run at any time, twice, or die half-way."""

from __future__ import annotations

from app.core.database.session import transaction

from .service import seal_entries

_BATCH = 1000


def seal() -> int:
    """Seal what is new, batch by batch. Returns how many entries."""
    sealed = 0
    while True:
        with transaction():
            batch = seal_entries(_BATCH)
        sealed += batch
        if batch < _BATCH:
            return sealed


def seal_stragglers() -> int:
    """Seal what committed so late that `seal` no longer looks for it."""
    with transaction():
        return seal_entries(_BATCH, horizon=None)
