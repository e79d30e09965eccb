"""What always holds in the audit log."""

from __future__ import annotations

from datetime import timedelta

from app.core.checks import Breach

from . import queries

_PATIENCE = timedelta(minutes=5)


def chain_holds() -> list[Breach]:
    """No sealed entry was changed, removed or inserted afterwards."""
    return queries.verify_chain()


def everything_is_sealed() -> list[Breach]:
    """No entry waits for its seal longer than five minutes."""
    waiting = queries.unsealed_for(_PATIENCE)
    return [Breach("audit.unsealed", f"{waiting} entries wait for more than five minutes")] if waiting else []


CHECKS = (chain_holds, everything_is_sealed)
