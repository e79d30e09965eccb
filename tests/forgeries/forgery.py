"""What a forgery is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from .chain import Record
from .story import Story

BOTH: Final = ("rounds", "luckotto")


@dataclass(frozen=True)
class Forgery:
    """`claims` must be called false, and nothing else must, or at least these where they end with a plus sign.

    `plan` changes what is told, `spoil` what was told. `untold` are claims that cannot be told for what was forged.
    `seen` are the things of which somebody who noted them beforehand sees that they are others; where `claims` is
    empty nobody else sees anything.
    """

    name: str
    claims: str = ""
    plan: Callable[[Story], object] | None = None
    spoil: Callable[[Record, Story], object] | None = None
    games: tuple[str, ...] = BOTH
    untold: str = ""
    seen: str = ""
    of_log: bool = False  # it is the log that is forged
    status: int | None = None  # where it is none that follows: 1 with claims, 0 without

    def forge(self, story: Story) -> Record:
        if self.plan:
            self.plan(story)
        bundle = story.tell()
        if self.spoil:
            self.spoil(bundle, story)
        if not self.of_log and isinstance(bundle.get("log"), dict):
            bundle["log"] = story.logged(bundle)  # whoever forges a round has the log say the same
        return bundle


def other_hex(text: str) -> str:
    return text[:-1] + ("0" if text[-1] != "0" else "1")
