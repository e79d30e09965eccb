"""What always holds in the audit log."""

from __future__ import annotations

from datetime import timedelta

from app.core.checks import Breach
from app.record.log import queries as public_log

from . import leaves, queries

_PATIENCE = timedelta(minutes=5)


def chain_holds() -> list[Breach]:
    """No sealed entry was changed, removed or inserted afterwards."""
    return queries.verify_chain()


def everything_is_sealed() -> list[Breach]:
    """No entry waits for its seal longer than five minutes."""
    waiting = queries.unsealed_for(_PATIENCE)
    return [Breach("audit.unsealed", f"{waiting} entries wait for more than five minutes")] if waiting else []


def everything_decided_is_said() -> list[Breach]:
    """What is public of each entry is in the public log, and the log has nothing that no entry says."""
    wanted, found = queries.leaves_of_entries(), public_log.leaves_of_kinds(leaves.KINDS)
    unsaid, unmade = wanted - found, found - wanted
    return [
        *(Breach("audit.log", f"{leaf.kind} of {leaf.subject} was never said") for leaf in sorted(unsaid)[:50]),
        *(Breach("audit.log", f"{leaf.kind} of {leaf.subject} has no entry") for leaf in sorted(unmade)[:50]),
    ]


CHECKS = (chain_holds, everything_is_sealed, everything_decided_is_said)
