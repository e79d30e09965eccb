"""What a second person has to confirm before it is done: each slice tells its own kinds of such decisions, what they
mean to people, and what is done once two have agreed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, Final, TypeAlias, TypedDict
from uuid import UUID

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

PARTNER: Final = _l("partner")
Payload: TypeAlias = Mapping[str, Any]
"""What is to be done, as JSON: ids and figures, and nothing that says who somebody is."""


class Personal(str):
    """Words that say who somebody is. They are read whenever they are shown, and never kept with a proposal: who is
    erased is nowhere."""


class PersonsName(Personal):
    """Whom it is about, as lists of proposals say it too."""


class Kept(TypedDict):
    """What a proposal said when it was made; None stands for what is `Personal`."""

    sentence: str | None
    rows: list[tuple[str, str | None]]


@dataclass(frozen=True, slots=True)
class Described:
    """What will happen, for people: a sentence, and the facts that whoever confirms has to know. `place` is the page
    about it, if there is one; `places` those about single rows, by the row's name."""

    sentence: str
    rows: tuple[tuple[str, str], ...] = ()
    place: str = ""
    places: Mapping[str, str] = field(default_factory=dict)

    def kept(self) -> Kept:
        """What of it is kept, so that later changes of the world do not change what was proposed."""
        return {"sentence": _kept(self.sentence), "rows": [(str(name), _kept(value)) for name, value in self.rows]}

    def as_it_was(self, kept: Kept) -> Described:
        """What was said then, with people's names and the addresses of pages as they are now."""
        now = dict(self.rows)
        rows = ((name, now.get(name, "–") if value is None else value) for name, value in kept["rows"])
        return replace(self, sentence=kept["sentence"] or self.sentence, rows=tuple(rows))

    def changes_since(self, kept: Kept) -> dict[str, str]:
        """The facts that are others now, or new, by their names; "–" where one is no more."""
        then, now = dict(kept["rows"]), dict(self.rows)
        gone = {name: "–" for name, value in then.items() if value is not None and name not in now}
        facts = {name: value for name, value in now.items() if not isinstance(value, Personal)}
        return {name: value for name, value in facts.items() if then.get(name, "") not in (None, value)} | gone


def _kept(words: str) -> str | None:
    return None if isinstance(words, Personal) else str(words)


@dataclass(frozen=True, slots=True)
class Agreed:
    """That two people want it. Whatever is done at most once is known by `id`, such as a transfer in the ledger.
    `actor` is whose decision it is, for the audit log: who proposed it. Who confirmed it has an entry there too."""

    id: UUID
    actor: str
    confirmed_by: str
    why: str


@dataclass(frozen=True, slots=True)
class Unread:
    """What somebody has not opened yet: its name for people, and the address that opens it when it is posted to."""

    words: str
    opens: str


def always(_payload: Payload) -> str | None:
    """Nothing that happens meanwhile makes it senseless."""
    return None


def nobody(_payload: Payload) -> Collection[UUID]:
    """It is about no person."""
    return ()


def no_operator(_payload: Payload) -> Collection[str]:
    """It makes no operator mightier."""
    return ()


def at_once() -> timedelta:
    """It may be confirmed as soon as somebody has read it."""
    return timedelta(0)


def nothing_to_read(_payload: Payload, _actor: str) -> Sequence[Unread]:
    """Whatever has to be known stands in the proposal."""
    return ()


def nowhere(_payload: Payload) -> str:
    """It is done by two, or not at all."""
    return ""


def leaves_nothing(_payload: Payload, _state: str, _reason: str) -> None:
    """Proposing it has set nothing aside."""


def nothing_left(_payload: Payload) -> str:
    """Confirming it does all of it."""
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalKind:
    """One kind of decision. Its `name` stands in tables and logs, and is never changed.

    `module` is the privilege that both people must have. `proposers` are the ids of people (`users`) whose own matter
    it is: they propose it without being operators, and it holds while they are among them. `execute` runs inside the
    transaction that confirms: what it raises takes the confirmation back with all else. It asks no network and commits
    nothing. `still_valid` says why it makes no sense any more, in words, or None. `concerns` are the ids of people to
    whom it matters, `operators` the names of those whom it makes mightier: none of them confirms it. `wait` is how long
    it has to lie open before it can be confirmed. `unread` is what somebody, as the audit log names them, has not
    opened of what nobody proposes or confirms it without having seen. `at_shell` is the command that does it
    where nobody is there to confirm it; "" where there is none. `proposers_are` is what the `proposers` are called.
    `left_to_do` is what somebody has to do by hand once it is confirmed, in a sentence; "" where that is nothing.

    `ended` runs inside the transaction that ends it without its being done, with the state (*refused*, *withdrawn*,
    *expired*, *failed*) and the reason: what was set aside for it is free again. Of what was altered nothing is known,
    and nobody calls it.
    """

    name: str
    module: str
    title: LazyString
    describe: Callable[[Payload], Described]
    execute: Callable[[Payload, Agreed], None]
    still_valid: Callable[[Payload], str | None] = always
    concerns: Callable[[Payload], Collection[UUID]] = nobody
    operators: Callable[[Payload], Collection[str]] = no_operator
    proposers: Callable[[Payload], Collection[UUID]] = nobody
    wait: Callable[[], timedelta] = at_once
    unread: Callable[[Payload, str], Sequence[Unread]] = nothing_to_read
    at_shell: Callable[[Payload], str] = nowhere
    proposers_are: LazyString = PARTNER
    ended: Callable[[Payload, str, str], None] = leaves_nothing
    left_to_do: Callable[[Payload], str] = nothing_left
