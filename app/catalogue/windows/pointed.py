"""Where a link or an order's id that somebody kept is verified, whichever game's it is."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from flask import request
from flask_babel import gettext

from app.catalogue import bets, cards
from app.catalogue.games import catalogue
from app.catalogue.parts import GameParts
from app.core.config import current_settings
from app.core.ids import SECRET_CHARS, parse_id
from app.core.wire.paging import number_of
from app.selling.windows.lists.transactions import site_of

_LINK: Final = re.compile(r"/|(?:[\w-]+(?:\.[\w-]+)+(?::\d+)?|[\w-]+:\d+)/", re.ASCII)
_NUMBER: Final = re.compile(r"#?([1-9][0-9]{0,8})", re.ASCII)
_RECEIPT: Final = re.compile(rf"(?:/[a-z][a-z-]*)+/[A-Za-z0-9_-]{{{SECRET_CHARS}}}")
"""A page that only who has its address may open. No address but its own ever has the secret."""
_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]*:(?=//)", re.IGNORECASE | re.ASCII)


class LinkElsewhere(ValueError):
    """A link to another site, of which nothing is known here."""


def path_of(text: str) -> str | None:
    """The path and query of a link to our own pages, as the website has it; None for what is no link.

    Raises LinkElsewhere.
    """
    if not _LINK.match(text) and not _SCHEME.match(text):
        return None
    try:
        parts = urlsplit(text if text.startswith("/") or _SCHEME.match(text) else f"//{text}")
    except ValueError:
        raise LinkElsewhere from None
    own = {urlsplit(str(current_settings().base_url)).netloc.lower(), request.host.lower()}
    if parts.scheme.lower() not in ("", "http", "https") or (parts.netloc and parts.netloc.lower() not in own):
        raise LinkElsewhere
    path = parts.path.removeprefix("/embed")
    return f"{path}?{parts.query}" if parts.query else path


def number_in(text: str) -> int | None:
    """A round's number, alone or as our pages call the round; None for any other text."""
    name, _, number = text.rpartition(" ")
    found = _NUMBER.fullmatch(number)
    if found is None:
        return None
    called = {"", "round", gettext("Round %(n)s", n=found[1]).rpartition(" ")[0].casefold()}
    return int(found[1]) if name.strip().casefold() in called else None


def verified_at(link: str) -> str | None:
    """Where the round or the order of a path of ours is verified, or a draw of bets or a ticket of some is seen; a
    receipt's private link is what it says. None where it is nobody's."""
    parts = urlsplit(link)
    if _RECEIPT.fullmatch(parts.path):
        return parts.path
    for game in catalogue().games:
        front = game.front
        if front is None or front.verifier is None:
            continue
        if parts.path == front.verifier.url:
            asked = number_of(next(iter(parse_qs(parts.query).get("round", ())), None))
            return _verifier(game, asked) if asked else None
        if parts.path.startswith(f"{front.path}/"):
            return _inside(game, parts.path, parts.path.removeprefix(f"{front.path}/").split("/"))
    return bets.page_linked(link) or cards.linked(link)


def named_at(text: str) -> str | None:
    """Where the round is verified that is named by its game and its number, a word between them or none; where a draw
    of bets is seen by its name, or a ticket by its code. None for any other text."""
    if (seen := bets.page_named(text.strip())) is not None:
        return seen
    *words, last = re.findall(r"\w+", text.lower()) or [""]
    number = number_of(last)
    for game in catalogue().games if number and words else ():
        called = [str(game.front.title).lower().split()] if game.front is not None else []
        for name in ([game.name.lower()], *called):
            if words[: len(name)] == name and len(words) <= len(name) + 1:
                return _verifier(game, number) if number else None
    return None


def order_verified_at(order_id: UUID, but: str | None = None) -> str | None:
    """Where the round of an order that everybody may see is verified, of whichever game but one; None for no such
    order."""
    for game in (one for one in catalogue().games if one.name != but):
        site = site_of(game.windows, order_id) if game.windows is not None else None
        orders = game.records.orders if game.records is not None else None
        row = orders.one(site, str(order_id)) if site is not None and orders is not None else None
        if orders is not None and row is not None:
            line = orders.line(row)
            if line.url is not None and game.name == catalogue().leading and game.front is not None:
                # Its page shows what the round's check says of the order.
                return f"{game.front.verifier.url}?q={order_id}" if game.front.verifier is not None else line.url
            return (_verifier(game, line.round_number) or line.url) if line.url is not None else None
    return None


def _inside(game: GameParts, path: str, words: list[str]) -> str | None:
    round_url = game.records.round_url if game.records is not None else None
    for word in words:
        number, order_id = number_of(word), parse_id(word.lower())
        if number and round_url is not None and urlsplit(round_url(number)).path == path:
            return _verifier(game, number)
        if order_id is not None:
            return order_verified_at(order_id)
    return None


def _verifier(game: GameParts, number: int) -> str | None:
    verifier = game.front.verifier if game.front is not None else None
    return f"{verifier.url}?round={number}" if verifier is not None else None
