"""All that a game brings to the product. `wiring` lists one of these for each game, and knows nothing else of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import Blueprint

from app.catalogue.frame.games import EmbedGame
from app.core.checks import Breach
from app.core.jobs.queue import PeriodicJob
from app.core.web.surfaces import Surface
from app.core.wire.described import Described
from app.people.partners.keys.operations import Operation
from app.selling.windows.games import AnyGame
from app.selling.windows.lists.listing import GameRecords

from .fronts import GameFront


@dataclass(frozen=True, slots=True, kw_only=True)
class GameParts:
    """What each table of `wiring` gets from a game.

    `game` is what the rail stands on. `records` are its lists, `operations` what it serves to keys beside them,
    `described` its routes that take no key. `in_frame` and `front` are its places in the frame and on the website.

    `pages` and `cookieless` are all its routes; forms of the latter are guarded without a cookie: by a token of their
    own, or by taking only same-origin JSON. `endpoints` says on which surface each stands; `translated` are pages of
    the website that a frame does not have and players read; `selling` make orders.
    """

    game: AnyGame
    records: GameRecords
    operations: tuple[Operation, ...]
    described: tuple[Described, ...]
    in_frame: EmbedGame
    front: GameFront
    pages: tuple[Blueprint, ...]
    cookieless: tuple[Blueprint, ...]
    endpoints: Mapping[Surface, tuple[str, ...]]
    translated: tuple[str, ...]
    selling: tuple[str, ...]
    event_types: tuple[str, ...]
    periodic_jobs: tuple[PeriodicJob, ...] = ()
    audit_checks: tuple[Callable[[], list[Breach]], ...] = ()
