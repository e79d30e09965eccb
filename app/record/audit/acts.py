"""The acts that the audit log is told of, in words: each slice and each game tells its own, as sentences go on after
whoever did it: "ada *drafted a payout, 3 outputs, 70,000 sats*"."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from app.core.ports import Port
from app.core.text.isolation import isolated
from app.core.web.templating import sats, short_hash

from .models import AuditEntry

Fact: TypeAlias = Callable[[AuditEntry], str]
"""What an entry says beside its act, in words; "" where it does not, for older versions noted less."""

_AS_LONG: Final = 120


@dataclass(frozen=True, slots=True)
class Act:
    """One act by its name in the log. `words` say what was done, `facts` what people ask next.

    `reason_is_code`: its entry's reason is a word of ours, told by a fact, and no sentence of a person.
    """

    name: str
    words: str
    facts: tuple[Fact, ...] = ()
    reason_is_code: bool = False


ACTS: Final = Port[Mapping[str, Act]]("acts of the audit log", {})


def act_of(name: str) -> Act:
    """What was done; of an act that nobody knows any more, its name in words."""
    found = ACTS.get().get(name)
    return found or Act(name, name.replace(".", ": ").replace("_", " "))


def sentence(entry: AuditEntry) -> str:
    """What was done, without who did it and why."""
    act = act_of(entry.action)
    return ", ".join([act.words, *(said for said in (fact(entry) for fact in act.facts) if said)])


def amount(name: str, words: str = "{}") -> Fact:
    """An amount of satoshis; `words` around it."""
    return _of(name, int, lambda value: words.format(f"{sats(value)} sats"))


def count(name: str, one: str, many: str) -> Fact:
    """So many of something."""
    return _of(name, int, lambda value: f"{sats(value)} {one if value == 1 else many}")


def block(name: str, words: str = "block {}") -> Fact:
    """A height of the chain."""
    return _of(name, int, lambda value: words.format(sats(value)))


def word(name: str, words: str = "{}") -> Fact:
    """A word or a name that somebody may have chosen; a long one is cut, for the record has it whole."""
    return _of(name, str, lambda value: words.format(isolated(value if len(value) <= _AS_LONG else f"{value[:100]}…")))


def hash_(name: str, words: str = "{}") -> Fact:
    """A hash, as short as pages show it; the record has it whole."""
    return _of(name, str, lambda value: words.format(short_hash(value)))


def whether(name: str, yes: str, no: str = "") -> Fact:
    """One of two things."""
    return _of(name, bool, lambda value: yes if value else no)


def names(name: str, words: str = "{}") -> Fact:
    """What stands in a list, or names a member each: `payout_address` is "payout address"."""

    def said(entry: AuditEntry) -> str:
        found = entry.detail.get(name)
        told = [str(one).replace("_", " ") for one in found] if isinstance(found, list | dict) else []
        return words.format(isolated(", ".join(told))) if told else ""

    return said


def change(name: str, words: str, nothing: str = "none") -> Fact:
    """What was and what is, as two of a list."""

    def said(entry: AuditEntry) -> str:
        match entry.detail.get(name):
            case [before, after]:
                told = (nothing if value is None else f"{value}" for value in (before, after))
                return words.format(*told)
        return ""

    return said


def _of(name: str, kind: type, told: Callable[..., str]) -> Fact:
    def said(entry: AuditEntry) -> str:
        value = entry.detail.get(name)
        return told(value) if type(value) is kind else ""

    return said
