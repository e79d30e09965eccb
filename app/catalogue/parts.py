"""All that a game may bring to the product beyond what any slice hands over: `wiring` lists one of these for each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask_babel import LazyString

from app.catalogue.frame.place import EmbedGame
from app.people.partners.keys.operations import Operation
from app.people.partners.site.first_steps import Milestones
from app.record.part import Part
from app.selling.bets.games import BetGame
from app.selling.windows.games import AnyGame

from .badges import StateWord
from .console import Configuring, Finding, RoundsTold
from .fronts import GameFront
from .records import GameRecords


@dataclass(frozen=True, slots=True, kw_only=True)
class GameParts(Part):
    """One game: a slice with more to offer. Everything but its name and title is optional.

    `name` is its id in tables, terms, addresses and queries, `title` what people call it. The game that `leads` is
    meant where none is named; of all games exactly one does.

    `windows` is what the rail stands on, if it sells in windows of blocks. The keys of its deposit addresses lie at
    `key_branch` below the signer's account, for ever: no other game may ever have it.

    `bets` is the same for a game that sells bets by the clock.

    `records` are its lists, `operations` what it serves to keys beside them.
    `in_frame` and `front` are its places in the frame and on the website; `finding` finds its orders for operators,
    who have its rounds from the lists, and all of what the rail has; `rounds_told` is what the rail does not know of
    rounds in their table: what is sold, and who won; `configuring` is what they may change of its rules.

    `states` and `messages` are its own words for how things stand, and for why it refuses, by the codes of its errors;
    `milestone` says how far a new site has come with it. The names of its `settings` begin with the game's.

    `tables` are all that it has, which a development reset empties; those of a game of windows are found by its models.
    """

    name: str
    title: LazyString
    leads: bool = False
    windows: AnyGame | None = None
    bets: BetGame | None = None
    key_branch: int | None = None
    records: GameRecords | None = None
    operations: tuple[Operation, ...] = ()
    in_frame: EmbedGame | None = None
    front: GameFront | None = None
    finding: Finding | None = None
    rounds_told: RoundsTold | None = None
    configuring: Configuring | None = None
    states: Mapping[str, StateWord] = field(default_factory=dict)
    messages: Mapping[str, LazyString] = field(default_factory=dict)
    milestone: Milestones | None = None
    tables: tuple[str, ...] = ()
