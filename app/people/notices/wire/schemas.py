"""The JSON of notices and devices."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.core.wire.parameters import Next, UuidText
from app.core.wire.schemas import Answer, Question

from ..rules import Platform

Ids = Annotated[list[UuidText], Field(min_length=1, max_length=100)]


class NoticeRecord(Answer):
    """A notice in its reader's language. `path` is the page of ours where to go on."""

    id: UUID
    kind: str
    title: str
    text: str
    path: str
    at: datetime
    is_read: bool


class Notices(Answer):
    """A page of them, the newest first, and how many in all are not read."""

    notices: list[NoticeRecord]
    unread: int
    next: Next


class NoticesRead(Question):
    """Which are read: these, or all up to one that was shown."""

    ids: Ids | None = None
    up_to: UuidText | None = None


class Unread(Answer):
    """How many are still not read."""

    unread: int


class DeviceWanted(Question):
    """A device by the token that push reaches it with."""

    token: str = Field(min_length=1, max_length=4096, pattern=r"^[\x21-\x7e]*$")
    platform: Platform


class DeviceRecord(Answer):
    """A device that push reaches. Its token is not told."""

    id: UUID
    platform: Platform
    registered_at: datetime
    last_ok_at: datetime | None


class Devices(Answer):
    """All of them, the newest first."""

    devices: list[DeviceRecord]
