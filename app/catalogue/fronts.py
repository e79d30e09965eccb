"""What a game shows of itself on the website's own pages; one more needs no change here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import render_template
from flask_babel import LazyString
from markupsafe import Markup

from app.core.web.templating import asset_url


@dataclass(frozen=True, slots=True)
class Link:
    """An address and the number of the round that it leads to, and whether that sells now."""

    url: str
    round_number: int
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Live:
    """What a game says on the website's first page: a part of HTML, and where its last draw and the round are
    seen that an order made now would go into; `on_sale` is None where no round takes one."""

    part: Markup
    on_sale: Link | None
    last_drawn: Link | None

    @classmethod
    def of(cls, template: str, on_sale: Link | None, last_drawn: Link | None, **context: Any) -> Live:
        """The part from a template of the game's; `on_sale` and `context` are known there."""
        return cls(Markup(render_template(template, on_sale=on_sale, **context)), on_sale, last_drawn)


@dataclass(frozen=True, slots=True)
class Verifier:
    """The page that checks a game's rounds, what a link there says, the page that repeats any draw from a block's hash,
    and the module under static/ by which the browser's verifier knows the game's bundles."""

    url: str
    words: LazyString
    draws: str
    bundle: str


def bundle_modules(fronts: Iterable[GameFront]) -> str:
    """The modules of these games as a page names them to the browser's verifier."""
    return " ".join(asset_url(front.verifier.bundle) for front in fronts if front.verifier)


def parts_in(folder: str, *places: str) -> Mapping[str, str]:
    """Parts of the documentation whose templates are called in a folder as the places they are for."""
    return {place: f"{folder}/{place}.html" for place in places}


@dataclass(frozen=True, slots=True)
class GameFront:
    """A game's place on the website. `path` lists its rounds and begins every address of its records; `place` is what
    the navigation calls that, `title` what the game is called beside others.

    In the lobby `about` says what one plays for, in a sentence; `play` is its page of ours for who is signed in, if it
    is not played on partners' sites alone.

    `examples` is what the documentation fills its examples with, each name the game's own; `docs` are its parts of
    those pages, templates by their place: a page's name, or `page/place` of one further on. `verifier` is led to from
    the pages of other games.
    """

    title: LazyString
    place: LazyString
    path: str
    live: Callable[[], Live]
    examples: Callable[[], Mapping[str, Any]]
    about: LazyString
    play: str | None = None
    docs: Mapping[str, str] = field(default_factory=dict)
    verifier: Verifier | None = None
