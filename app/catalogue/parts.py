"""All that a game may bring to the product. `wiring` lists one of these for each game, and knows nothing else of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from flask import Blueprint
from flask_babel import LazyString

from app.catalogue.frame.place import EmbedGame
from app.core.checks import Breach
from app.core.config import PartOfSettings
from app.core.jobs.queue import PeriodicJob
from app.core.web.surfaces import Surface
from app.core.wire.described import Described
from app.people.partners.keys.operations import Operation
from app.people.partners.site.first_steps import Milestones
from app.record.audit.acts import Act
from app.record.audit.kinds import AlarmKind
from app.record.events.types import EventType
from app.selling.windows.games import AnyGame

from .badges import StateWord
from .console import Finding, RoundsTold
from .fronts import GameFront
from .records import GameRecords


@dataclass(frozen=True, slots=True, kw_only=True)
class GameParts:
    """One game. Everything but its name and title is optional; what it leaves out, nobody offers.

    `name` is its id in tables, terms, addresses and queries, `title` what people call it. The game that `leads` is
    meant where none is named; of all games exactly one does.

    `windows` is what the rail stands on, if it sells in windows of blocks. The keys of its deposit addresses lie at
    `key_branch` below the signer's account, for ever: no other game may ever have it.

    `records` are its lists, `operations` what it serves to keys beside them, `described` its routes that take no key.
    `in_frame` and `front` are its places in the frame and on the website; `finding` finds its orders for operators,
    who have its rounds from the lists, and all of what the rail has; `rounds_told` is what the rail does not know of
    rounds in their table: what is sold, and who won.

    `pages` and `cookieless` are all its routes; forms of the latter are guarded without a cookie: by a token of their
    own, or by taking only same-origin JSON. `endpoints` says on which surface each stands; `translated` are pages of
    the website that a frame does not have and players read; `selling` make orders.

    `alarm_kinds` are alarms that it raises itself, with what operators do about each; `acts` say in words what it
    writes into the audit log itself.

    `event_types`, `states` and `messages` are its own words for what happens, for how things stand, and for why it
    refuses, by the codes of its errors; `milestone` says how far a new
    site has come with it. `settings` are its own, whose names begin with the game's.

    `tables` are all that it has, which a development reset empties; those of a game of windows are found by its models.
    """

    name: str
    title: LazyString
    leads: bool = False
    windows: AnyGame | None = None
    key_branch: int | None = None
    records: GameRecords | None = None
    operations: tuple[Operation, ...] = ()
    described: tuple[Described, ...] = ()
    in_frame: EmbedGame | None = None
    front: GameFront | None = None
    finding: Finding | None = None
    rounds_told: RoundsTold | None = None
    pages: tuple[Blueprint, ...] = ()
    cookieless: tuple[Blueprint, ...] = ()
    endpoints: Mapping[Surface, tuple[str, ...]] = field(default_factory=dict)
    translated: tuple[str, ...] = ()
    selling: tuple[str, ...] = ()
    event_types: tuple[EventType, ...] = ()
    alarm_kinds: tuple[AlarmKind, ...] = ()
    acts: tuple[Act, ...] = ()
    states: Mapping[str, StateWord] = field(default_factory=dict)
    messages: Mapping[str, LazyString] = field(default_factory=dict)
    milestone: Milestones | None = None
    settings: type[PartOfSettings] | None = None
    periodic_jobs: tuple[PeriodicJob, ...] = ()
    audit_checks: tuple[Callable[[], list[Breach]], ...] = ()
    tables: tuple[str, ...] = ()
