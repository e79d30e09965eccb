"""How things stand, as a badge says it: words of a game's own, beside those that all share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from flask_babel import LazyString

Tone = Literal["ok", "warn", "bad", "live", "mute"]


@dataclass(frozen=True, slots=True)
class StateWord:
    """What a state is called, and whether that is good."""

    tone: Tone
    text: LazyString
