"""The kinds of alarms: each slice and each game tells its own, with what an operator does about one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from app.core.ports import Port


@dataclass(frozen=True, slots=True)
class AlarmKind:
    """A kind of alarms by its code. `title` says what is the matter; `help` in a sentence or two what to do now, in
    English as all that operators read."""

    code: str
    title: str
    help: str


ALARM_KINDS: Final = Port[Mapping[str, AlarmKind]]("kinds of alarms", {})


def kind_of(code: str) -> AlarmKind:
    """What an alarm of this code is; one that an older version raised has no more than its name."""
    found = ALARM_KINDS.get().get(code)
    return found or AlarmKind(code, code.replace("_", " ").capitalize(), "")
