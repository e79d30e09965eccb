"""A game's place in the frame."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Response
from flask_babel import LazyString

from app.people.partners.models import PartnerSite

from .frame import Frame
from .naming import AddressForm


@dataclass(frozen=True, slots=True)
class Place:
    """A page of a game in the frame's menu. `is_outside`: it opens beside the partner's page."""

    url: str
    title: LazyString
    is_outside: bool = False


@dataclass(frozen=True, slots=True)
class PlayerOrders:
    """What a game adds to a player's tickets, which are one list of all games.

    `page(site, player, before, limit)` gives the player's orders that were paid, by the public name, below the order
    `before`, the newest first: what nobody paid is nobody else's to know. `card` is the template of one (a `view`) and
    `sheet` its stylesheet, if it has one; `url` is where one is shown.
    """

    page: Callable[[PartnerSite, str, UUID | None, int], Sequence[Any]]
    card: str
    url: Callable[[Any], str | None]
    sheet: str | None = None


@dataclass(frozen=True, slots=True)
class EmbedGame:
    """A game's place in the frame. `form` is the address form that it belongs to, and so what it may call a player;
    `entry` answers the frame's first page with that game, `price` says what it costs and why, `menu` lists its
    pages, `tickets` are its part of a player's. A frame whose address has that form begins with the game of it that
    `begins`."""

    name: str
    title: LazyString
    form: AddressForm
    entry: Callable[[Frame], Response]
    menu: Callable[[Frame], list[Place]]
    price: Callable[[Frame], Response]
    tickets: PlayerOrders | None = None
    begins: bool = False
