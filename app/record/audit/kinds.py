"""The kinds of alarms: each slice and each game tells its own, with what an operator does about one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from app.core.ports import Port


@dataclass(frozen=True, slots=True)
class Advice:
    """What to do now, in a sentence or two; `href` is where in the console to look first, under the name `place`."""

    help: str
    href: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class AlarmKind:
    """A kind of alarms by its code. `title` says what is the matter; `help` in a sentence or two what to do now, in
    English as all that operators read. `reasons` are the codes of its detail's `reason` in words, `advice` what to do
    about those for which it is something else."""

    code: str
    title: str
    help: str
    reasons: Mapping[str, str] = field(default_factory=dict)
    advice: Mapping[str, Advice] = field(default_factory=dict)

    def advice_for(self, detail: Mapping[str, Any]) -> Advice:
        """What to do about one alarm, by its detail."""
        return self.advice.get(str(detail.get("reason"))) or Advice(self.help)

    def in_words(self, detail: Mapping[str, Any]) -> dict[str, Any]:
        """An alarm's detail with its reason in words; a person's stays as it was written."""
        return {name: self.reasons.get(str(told), told) if name == "reason" else told for name, told in detail.items()}


ALARM_KINDS: Final = Port[Mapping[str, AlarmKind]]("kinds of alarms", {})


def kind_of(code: str) -> AlarmKind:
    """What an alarm of this code is; one that an older version raised has no more than its name."""
    found = ALARM_KINDS.get().get(code)
    return found or AlarmKind(code, code.replace("_", " ").capitalize(), "")
