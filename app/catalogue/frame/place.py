"""A game's place in the frame."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Response
from flask_babel import LazyString

from .frame import Frame
from .naming import AddressForm


@dataclass(frozen=True, slots=True)
class Place:
    """A page of a game in the frame's menu. `is_outside`: it opens beside the partner's page."""

    url: str
    title: LazyString
    is_outside: bool = False


@dataclass(frozen=True, slots=True)
class EmbedGame:
    """A game's place in the frame. `form` is the address form that it belongs to, and so what it may call a player;
    `entry` answers the frame's first page with that game, `price` says what it costs and why, `menu` lists its
    pages. A frame whose address has that form begins with the game of it that `begins`."""

    name: str
    title: LazyString
    form: AddressForm
    entry: Callable[[Frame], Response]
    menu: Callable[[Frame], list[Place]]
    price: Callable[[Frame], Response]
    begins: bool = False
