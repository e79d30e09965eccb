"""The catalogue of events: each slice and each game tells its own types, and what each is for people."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EventType:
    """A type of events. `words` say what happened, after the type's name, in English as all that partners are told of
    events; None: they are not told of it.

    `is_suggested`: chosen in the form of a new endpoint. `about` is what it stands with in lists; "": what its name
    begins with.
    """

    name: str
    words: str | None
    is_suggested: bool = False
    about: str = ""

    @property
    def group(self) -> str:
        """What it is about: `order`, `payment`, `ticket`, `round`, `win`, `balance`, `payout`."""
        return self.about or self.name.partition(".")[0]
