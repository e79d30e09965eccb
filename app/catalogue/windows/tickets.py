"""A player's own orders inside a frame: of every game in one list, the newest first, in pages; each with its state and
its win."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from flask import Response, request

from app.catalogue.frame.frame import Frame
from app.catalogue.frame.games import games, offered
from app.catalogue.frame.naming import AddressForm
from app.catalogue.frame.place import EmbedGame
from app.core.ids import created_at, parse_id
from app.core.web.requests import render, status_of

from . import contexts
from .contexts import Ordered

TICKETS_A_PAGE: Final = 20
_PAGE: Final = "catalogue/frame/tickets.html"
_PART: Final = "catalogue/frame/_tickets.html"


@dataclass(frozen=True, slots=True)
class Card:
    """An order in the list, with the game that it is of."""

    game: EmbedGame
    view: Ordered


def answer(frame: Frame, form: AddressForm, player: str, path: str) -> Response:
    """The player's orders of all games, at `path` of the frame; `?before=` an order, for older ones."""

    def page(before: UUID | None, limit: int) -> list[Card]:
        found = [
            Card(one, view)
            for one in games()
            if one.tickets is not None
            for view in one.tickets.page(frame.site, player, before, limit)
        ]
        return sorted(found, key=lambda card: card.view.order.id, reverse=True)[:limit]

    before = parse_id(request.args.get("before", ""))
    found = page(before, TICKETS_A_PAGE + 1)
    listed = {one.name: one for one in (*offered(frame), *(card.game for card in found)) if one.tickets is not None}
    return _answer(frame, form, player, path, before, found, tuple(listed.values()))


def answer_round(
    frame: Frame, form: AddressForm, player: str, path: str, game: EmbedGame, found: Sequence[Ordered], **alone: object
) -> Response:
    """Those of one round alone, as many as `TICKETS_A_PAGE` and one more at most; `alone` says to the page whose."""
    before = parse_id(request.args.get("before", ""))
    return _answer(frame, form, player, path, before, [Card(game, view) for view in found], (game,), **alone)


def _answer(
    frame: Frame,
    form: AddressForm,
    player: str,
    path: str,
    before: UUID | None,
    found: Sequence[Card],
    listed: Sequence[EmbedGame],
    **alone: object,
) -> Response:
    """The first page asks for itself for ever, for an order may be made any time; an older one until all is over."""
    shown = found[:TICKETS_A_PAGE]
    is_final = before is not None and all(contexts.is_over(card.view) for card in shown)
    return render(
        _PAGE,
        _PART,
        status_of(is_final),
        embed=frame,
        player=player,
        is_own=player == frame.public_name(form),
        cards=shown,
        listed=listed,
        sheets=sorted({one.tickets.sheet for one in games() if one.tickets is not None and one.tickets.sheet}),
        newest_url=frame.url(path) if before is not None else None,
        older_url=frame.url(path, before=shown[-1].view.order.id) if len(found) > TICKETS_A_PAGE else None,
        own_url=frame.url(path, before=before),
        is_final=is_final,
        made_at=created_at,
        record_part=_PART,
        **alone,
    )
