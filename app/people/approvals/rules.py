"""Pure decisions about decisions: which states there are, and whether two are two people."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from app.core.errors import DomainError
from app.record.log.format.leaves import canonical

STATES: Final = ("open", "confirmed", "refused", "expired", "withdrawn", "failed")
BY_ANOTHER: Final = ("confirmed", "refused", "failed")
"""States that a second person has brought about: `failed` is what was confirmed and could not be done."""

LONGEST_PAYLOAD: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class Person:
    """Who somebody is, as far as anybody has told: the operator, the account, and hashes of addresses and numbers."""

    operator_id: UUID | None
    user_id: UUID | None
    contacts: frozenset[bytes]

    def is_also(self, other: Person) -> bool:
        """Whether both are one person, whatever they are called."""
        return (
            (self.operator_id is not None and self.operator_id == other.operator_id)
            or (self.user_id is not None and self.user_id == other.user_id)
            or not self.contacts.isdisjoint(other.contacts)
        )

    def is_among(self, users: Collection[UUID], contacts: Collection[bytes]) -> bool:
        """Whether this is one of those people."""
        return self.user_id in users or not self.contacts.isdisjoint(contacts)


def sha256_of(payload: Mapping[str, Any]) -> bytes:
    """The hash of what is to be done, in the one form that its JSON has. Raises ValueError for what is none."""
    written = canonical(payload).encode()
    if len(written) > LONGEST_PAYLOAD:
        raise ValueError("more than anybody reads before confirming it")
    return hashlib.sha256(written).digest()


def check_time(now: datetime, not_before: datetime, expires_at: datetime) -> None:
    """Raises DomainError 409: `approval_too_early`, `approval_expired`."""
    if now >= expires_at:
        raise DomainError("approval_expired", status=409)
    if now < not_before:
        raise DomainError("approval_too_early", status=409, opensAt=not_before.isoformat())
