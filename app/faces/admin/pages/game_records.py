"""Rounds and orders in the console of games that no rail knows: what their own description lists of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import Response

from app.catalogue.games import catalogue
from app.catalogue.parts import GameParts
from app.catalogue.records import GameRecords, PublicRounds
from app.core.errors import NotFound
from app.core.ids import parse_id
from app.core.web.requests import render
from app.faces.admin import pasted
from app.faces.admin.forms import whole_number
from app.faces.admin.watch import history, searching
from app.faces.admin.watch.searching import Filters
from app.record.audit import queries as audit
from app.record.events import queries as events

_PAGE: Final = 50


def games_with_rounds() -> list[GameParts]:
    """The games whose rounds the console lists, the leading one first, for it is meant where none is named."""
    found = [one for one in catalogue().games if one.windows or (one.records and one.records.rounds)]
    return sorted(found, key=lambda one: not one.leads)


def rounds_page(game: GameParts) -> Response:
    """A game's rounds, the newest first."""
    _, public = _rounds_of(game)
    before = whole_number("before")
    found = [one.model_dump(mode="json") for one in public.page(before, _PAGE + 1)]
    return render(
        "faces/admin/game_rounds.html",
        "faces/admin/_game_rounds.html",
        game=game,
        games=games_with_rounds(),
        rounds=found[:_PAGE],
        following=found[_PAGE - 1]["round_number"] if len(found) > _PAGE else None,
        before=before,
    )


def round_page(game: GameParts, number: int) -> Response:
    """One round: what everybody sees of it, and what happened to it."""
    records, public = _rounds_of(game)
    record = public.one(number).model_dump(mode="json")
    return _record_page(
        game, "round", str(number), record, f"{records.round_kind or game.name}:{number}", round_number=number
    )


def order_page(game: GameParts, identifier: str) -> Response:
    """One order: what its partner sees of it, and what happened."""
    order_id = parse_id(identifier)
    found = searching.found_in(game, pasted.read(str(order_id)), Filters(), 1) if order_id is not None else []
    if not found or game.records is None or game.records.orders is None:
        raise NotFound
    record = {name: value(found[0].row) for name, value in game.records.orders.columns.items()}
    return _record_page(
        game, "order", str(order_id), record, f"order:{order_id}", site=found[0].site, round_number=found[0].number
    )


def _rounds_of(game: GameParts) -> tuple[GameRecords, PublicRounds]:
    if game.records is None or game.records.rounds is None:
        raise NotFound("game_not_found")
    return game.records, game.records.rounds


def _record_page(
    game: GameParts, kind: str, name: str, record: Mapping[str, Any], subject: str, **context: Any
) -> Response:
    return render(
        "faces/admin/game_record.html",
        "faces/admin/game_record.html",
        game=game,
        kind=kind,
        name=name,
        record=record,
        events=history.told_events(events.about(subject)),
        entries=history.told(audit.entries(subject), subject),
        **context,
    )
