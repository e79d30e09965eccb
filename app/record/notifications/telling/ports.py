"""Telling people of what concerns them, from every slice: who keeps notices stands above those who have things to tell.

`tell` is called in the transaction of what it tells of. The notice is there if that commits, and is sent afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Protocol
from uuid import UUID

from app.core.ports import Port

from ..models import Message


class Notices(Protocol):
    """Who keeps notices, what people have chosen, and which devices are theirs."""

    def tell(self, user_id: UUID, kind: str, *, once: str | None, params: Mapping[str, Any]) -> bool:
        """Write a notice and what is sent of it; False if it was told before, or may not be told."""

    def is_wanted(self, message: Message) -> bool:
        """Whether a message of a notice may still leave. Asked in the transaction that lets it."""

    def arrived(self, message: Message) -> None:
        """A device's token works."""

    def has_gone(self, message: Message) -> None:
        """A device's token was known to nobody any more when the message was handed over."""


NOTICES: Final = Port[Notices]("who keeps notices")


def tell(user_id: UUID, kind: str, *, once: str | None = None, **params: Any) -> bool:
    """Tell a person of something, within the caller's transaction; whether it is new.

    `once` names what is told of where a job may come by twice: a person is told of it one time. `params` are JSON;
    names that end in `At` are moments of RFC 3339, `…Minor` amounts of the `currency` beside them.

    Raises KeyError: no part has such a kind.
    """
    return NOTICES.get().tell(user_id, kind, once=once, params=params)
