"""Pure decisions about operators: what there is to be privileged for, how long a session lasts, what a password is."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from app.core.errors import DomainError

MODULES: Final = (
    "rounds",
    "results",
    "orders",
    "refunds",
    "payouts",
    "wallets",
    "partners",
    "people",
    "content",
    "alarms",
    "audit",
    "jobs",
    "system",
)
"""What the console consists of, for privileges: who has one opens its pages and decides there."""

ABSOLUTE_LIFETIME: Final = timedelta(hours=12)
IDLE_LIFETIME: Final = timedelta(minutes=30)
SEEN_PRECISION: Final = timedelta(minutes=1)
"""How stale `last_seen_at` may become before a request renews it."""

SHORTEST_PASSWORD: Final = 12


def checked_privileges(names: list[str]) -> list[str]:
    """These, each once, in the order in which modules are told. Raises DomainError `privilege_unknown`."""
    unknown = sorted(set(names) - set(MODULES))
    if unknown:
        raise DomainError("privilege_unknown", field="privileges", name=unknown[0])
    return [name for name in MODULES if name in names]
