"""Identifiers and secrets. An id says when a thing was made and is no secret; a secret is stored only as a hash."""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime, timedelta
from uuid import UUID

import uuid_utils
from uuid_utils.compat import uuid7

SECRET_BYTES = 24  # 192 random bits
SECRET_CHARS = SECRET_BYTES * 4 // 3  # as it is written


def new_id() -> UUID:
    """A UUIDv7: ordered by time of creation, made here and not by the database, which may be too old to know it."""
    return uuid7()


def new_ids(count: int) -> list[uuid_utils.UUID]:
    """So many, for a column of rows that nobody here names: of a kind that is made in a fifth of the time."""
    return [uuid_utils.uuid7() for _ in range(count)]


def created_at(identifier: UUID) -> datetime:
    """When a UUIDv7 was made (millisecond precision, UTC)."""
    return datetime.fromtimestamp((identifier.int >> 80) / 1000, UTC)


def earliest_id(moment: datetime) -> UUID:
    """The lowest UUIDv7 of a moment (any zone): ids of what was made from then on are not below it."""
    milliseconds = min(max(int(moment.timestamp() * 1000), 0), 2**48 - 1)
    return UUID(int=milliseconds << 80)


def some_time_before(identifier: UUID, time: timedelta) -> UUID:
    """The lowest UUIDv7 of so long before `identifier` was made, whatever moment a stranger's says that was."""
    return UUID(int=max((identifier.int >> 80) - time // timedelta(milliseconds=1), 0) << 80)


def parse_id(text: str) -> UUID | None:
    """The UUID written canonically in `text`, or None. Other spellings of the same number are refused."""
    try:
        identifier = UUID(text)
    except ValueError:
        return None
    return identifier if str(identifier) == text else None


def new_secret() -> str:
    """A URL-safe secret of 192 random bits."""
    return secrets.token_urlsafe(SECRET_BYTES)


def hash_secret(secret: str) -> bytes:
    """What is stored of a secret. It has enough entropy that a plain hash suffices."""
    return hashlib.sha256(secret.encode()).digest()
