"""When sources are believed. Pure: reads in, a verdict out.

A source says a number once its last two reads at least, so far apart, found it, and none between another one. Of each
group of sources that a lottery needs one has to say it, and of each origin: who copies somebody is no second witness.
What nobody says, or two say differently, is no result.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal, TypeAlias
from uuid import UUID

Stands: TypeAlias = Literal["nothing", "once", "agreed"]
CONTRADICTS: Final = "two_numbers"
"""A page that says two things of one draw takes back what it said before."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What it takes: of each group in `needs` a source, of each of `origins` a source, in reads so far `apart`."""

    needs: tuple[tuple[str, ...], ...]
    origins: frozenset[str]
    apart: timedelta


@dataclass(frozen=True, slots=True)
class Read:
    """What a source was found to say: it was read between `asked_at` and `answered_at`."""

    id: UUID
    source: str
    origin: str
    asked_at: datetime
    answered_at: datetime
    numbers: str | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`once`: all that it takes say `numbers`, some of them for the first time; `agreed`: all of them twice, far enough
    apart. `reads` are those that say so; `against` the sources that say another number."""

    stands: Stands
    numbers: str | None = None
    reads: tuple[UUID, ...] = ()
    against: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Says:
    numbers: str
    first: Read
    last: Read

    def holds(self, apart: timedelta) -> bool:
        return self.last.asked_at - self.first.answered_at >= apart


def verdict(rule: Rule, reads: Sequence[Read]) -> Verdict:
    """What these reads of one draw amount to."""
    said = {name: says for name in {read.source for read in reads} if (says := _says(name, reads)) is not None}
    numbers = sorted({says.numbers for says in said.values()})
    found = [one for one in (_of(each, rule, said) for each in numbers) if one.stands != "nothing"]
    agreed = [one for one in found if one.stands == "agreed"]
    if len(agreed or found) == 1:
        return (agreed or found)[0]
    return Verdict("nothing", against=tuple(sorted(said)) if len(numbers) > 1 else ())


def _of(numbers: str, rule: Rule, said: Mapping[str, _Says]) -> Verdict:
    saying = {name: says for name, says in said.items() if says.numbers == numbers}
    held = {name: says for name, says in saying.items() if says.holds(rule.apart)}
    which = held if _suffices(rule, held) else saying
    if not _suffices(rule, which):
        return Verdict("nothing")
    reads = [one.id for name in sorted(which) for one in (which[name].first, which[name].last)]
    against = tuple(sorted(name for name, says in said.items() if says.numbers != numbers))
    return Verdict("agreed" if which is held else "once", numbers, tuple(dict.fromkeys(reads)), against)


def _suffices(rule: Rule, saying: Mapping[str, _Says]) -> bool:
    origins = {says.last.origin for says in saying.values()}
    return bool(rule.needs) and all(set(group) & set(saying) for group in rule.needs) and rule.origins <= origins


def _says(source: str, reads: Sequence[Read]) -> _Says | None:
    """What a source says now: the number of its last reads. That one found nothing, such as a site that is down, takes
    nothing back."""
    first: Read | None = None
    last: Read | None = None
    for one in sorted((one for one in reads if one.source == source), key=lambda one: (one.asked_at, one.id)):
        if one.numbers is not None:
            first = one if last is None or last.numbers != one.numbers else first
            last = one
        elif one.reason == CONTRADICTS:
            first = last = None
    if first is None or last is None or last.numbers is None:
        return None
    return _Says(last.numbers, first, last)
