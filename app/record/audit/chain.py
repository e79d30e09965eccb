"""The chain over audit entries: what is hashed, and how. Pure, so that a doubter's script can repeat it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

START: Final = bytes(32)
"""The hash before the first entry's."""
SEALED: Final = ("id", "recorded_at", "actor", "action", "subject", "reason", "detail")
"""What of an entry is hashed."""


def row_hash(
    *, id: UUID, recorded_at: datetime, actor: str, action: str, subject: str, reason: str, detail: Mapping[str, Any]
) -> bytes:
    """SHA-256 of an entry as canonical JSON: sorted keys, no spaces, UTF-8, the time in UTC with microseconds."""
    row = {
        "action": action,
        "actor": actor,
        "detail": detail,
        "id": str(id),
        "reason": reason,
        "recordedAt": recorded_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "subject": subject,
    }
    text = json.dumps(row, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).digest()


def link(previous_hash: bytes, row: bytes) -> bytes:
    """The chain's next hash."""
    return hashlib.sha256(previous_hash + row).digest()
