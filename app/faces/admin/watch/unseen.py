"""Rounds that are void for want of witnesses: what came of each witness since, and what an operator does now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.record.audit import queries as audit
from app.record.audit.models import Alarm
from app.selling.windows.lists import unseen
from app.selling.windows.proof import kept
from app.selling.windows.words import voided

from . import subjects

_CODE = "round_voided"
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Told:
    """One such round, with the address of its alarm. `witnesses`: each one's name, where it is, and what came of it."""

    title: str
    href: str
    to_cosign: str
    witnesses: Sequence[tuple[str, str, str]]
    steps: Sequence[str]


def of_alarm(alarm: Alarm) -> Told | None:
    """As it is known now; None of an alarm about something else."""
    if alarm.code != _CODE or alarm.detail.get("reason") != kept.NOT_COSIGNED:
        return None
    found = unseen.about(alarm.subject)
    if found is None:
        return None
    return Told(
        subjects.in_words(alarm.subject),
        f"/admin/alarms/{alarm.id}",
        voided.time_to_cosign(found),
        [
            (one.name, f"/admin/system/log#{subjects.anchor_of(one.key)}", voided.since_then(found, one))
            for one in found.missing
        ],
        voided.next_steps(found),
    )


def lately() -> list[Told]:
    """The last few, the newest first."""
    return [told for alarm in audit.alarms_for(_CODE, kept.NOT_COSIGNED, _SHOWN) if (told := of_alarm(alarm))]
