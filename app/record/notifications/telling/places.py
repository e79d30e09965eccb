"""Where a notice is read: on our own pages, and by what leaves the house."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

Place: TypeAlias = Literal["app", "mail", "sms", "push"]
PLACES: Final[tuple[Place, ...]] = ("app", "mail", "sms", "push")
