"""Where a reader of the log reads on about what an entry tells of: its round, its draw, its order, its payout."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import url_for
from flask_babel import gettext

from app.catalogue import bets
from app.catalogue.games import catalogue
from app.catalogue.parts import GameParts
from app.core.ids import parse_id
from app.core.text.isolation import isolated
from app.core.web.templating import short_hash
from app.record.log.models import Entry
from app.selling.windows.lists.transactions import site_of

_TXID: Final = re.compile(r"[0-9a-f]{64}")
_NUMBER: Final = re.compile(r"[1-9][0-9]{0,8}")
_LONGEST: Final = 24


@dataclass(frozen=True, slots=True)
class Place:
    """What an entry is about; `href` is None where nobody but its people may look at it. `is_code`: it is a name of
    the record, to be read letter by letter."""

    words: str
    href: str | None = None
    is_code: bool = False


def about(entry: Entry) -> Place | None:
    """The first thing to read on about, in a list: nothing is asked of the database for it. None where its sentence
    says all that a reader can use."""
    told = json.loads(entry.data)
    found = next(_places(entry, told), None)
    if found is not None or entry.kind == "ledger":
        return found
    game = next((one for one in catalogue().games if one.name == told.get("game")), None)
    return Place(str(game.title)) if game is not None else Place(_shortened(entry.subject), is_code=True)


def all_of(entry: Entry) -> list[Place]:
    """All of them, on the entry's own page: an order too, if its page is public."""
    told = json.loads(entry.data)
    return [*_places(entry, told), *_order(entry, told)]


def code_of(entry: Entry) -> str:
    """What it is about as the record calls it."""
    return " ".join(json.loads(entry.data)["key"]) if entry.kind == "ledger" else entry.subject


def _shortened(name: str) -> str:
    """Both ends of an identifier: whole, it would fill a line of a phone. Its kind stays whole."""
    kind, colon, which = name.rpartition(":")
    return f"{kind}{colon}{short_hash(which, 8, 4)}" if len(name) > _LONGEST else name


def _places(entry: Entry, told: Mapping[str, Any]) -> Iterator[Place]:
    for game, number in _rounds(entry, told):
        records = game.records
        href = records.round_url(number) if records is not None and records.round_url is not None else None
        title = isolated(str(game.title))
        yield Place(gettext("%(game)s, round %(number)s", game=title, number=number), href)
    if (draw := bets.told_of(entry.subject)) is not None:
        yield Place(*draw)
    txid = _txid(entry, told)
    if txid is not None:
        yield Place(gettext("Payout %(txid)s", txid=short_hash(txid)), url_for("site_anything.asked", q=txid))


def _rounds(entry: Entry, told: Mapping[str, Any]) -> Iterator[tuple[GameParts, int]]:
    """Rounds that it names: as what it is about, as an order's, or as owners of accounts."""
    seen: set[tuple[str, int]] = set()
    for game in catalogue().games:
        for number in _numbers(game, entry, told):
            if _NUMBER.fullmatch(number) and (game.name, int(number)) not in seen:
                seen.add((game.name, int(number)))
                yield game, int(number)


def _numbers(game: GameParts, entry: Entry, told: Mapping[str, Any]) -> Iterator[str]:
    kind, _, which = entry.subject.partition(":")
    if game.records is not None and kind == game.records.round_kind:
        yield which
    if told.get("game") == game.name:
        yield str(told.get("roundNumber"))
    for line in told.get("transfers", ()) if entry.kind == "ledger" else ():
        for owner in (line[2], line[4]):
            name, _, number = str(owner).rpartition("-")
            if name == game.name:
                yield number


def _txid(entry: Entry, told: Mapping[str, Any]) -> str | None:
    if not entry.kind.startswith("payout."):
        return None
    detail = told.get("detail")
    txid = detail.get("txid") if isinstance(detail, dict) else None
    return txid if isinstance(txid, str) and _TXID.fullmatch(txid) else None


def _order(entry: Entry, told: Mapping[str, Any]) -> Iterator[Place]:
    kind, _, which = entry.subject.partition(":")
    order_id = parse_id(which)
    game = next((one for one in catalogue().games if one.name == told.get("game")), None)
    if kind != "order" or order_id is None or game is None or game.windows is None or game.records is None:
        return
    site, orders = site_of(game.windows, order_id), game.records.orders
    row = orders.one(site, str(order_id)) if site is not None and orders is not None else None
    if orders is not None and row is not None and (href := orders.line(row).url) is not None:
        yield Place(gettext("The order"), href)
