"""What becomes of a message that is handed to somebody who carries it. Refused is not unknown (decision 19)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Parcel:
    """A message as it is handed over. `handed_at`: since when somebody may have it."""

    id: UUID
    recipient: str
    title: str
    text: str
    handed_at: datetime


@dataclass(frozen=True, slots=True)
class Sent:
    """The provider took it, and calls it so."""

    provider_id: str


@dataclass(frozen=True, slots=True)
class Refused:
    """It was not taken. `for_good`: asking again will not help; else after `wait` seconds, if they were named.

    `is_gone`: there is nobody at that address any more, and never will be again.
    """

    reason: str
    for_good: bool = False
    wait: int | None = None
    is_gone: bool = False


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may have been taken: the provider has to be asked before it is sent again."""

    reason: str


@dataclass(frozen=True, slots=True)
class Candidates:
    """What the provider has that reads like the parcel, by its own names. None: it never took it."""

    provider_ids: tuple[str, ...]


class Way(Protocol):
    """A provider. Neither is called inside a transaction; neither raises for what the provider does."""

    def send(self, parcel: Parcel) -> Sent | Refused | Unknown:
        """Hand it over, once."""

    def find(self, parcel: Parcel) -> Candidates | Unknown:
        """Whether it was taken at an earlier try whose answer did not come."""
