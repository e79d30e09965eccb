"""A player's own orders inside a frame: all of them, the newest first, in pages; each with its state and its win."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final
from uuid import UUID

from flask import Response, request

from app.catalogue.frame.frame import Frame
from app.catalogue.frame.naming import AddressForm
from app.core.ids import created_at, parse_id
from app.core.web.requests import render

from . import contexts
from .contexts import Ordered

TICKETS_A_PAGE: Final = 20


def answer(
    frame: Frame,
    form: AddressForm,
    player: str,
    page: Callable[[UUID | None, int], Sequence[Ordered]],
    path: str,
    templates: str,
    **context: object,
) -> Response:
    """The orders that `page(before, limit)` gives, at `path` of the frame; `?before=` an order, for older ones.

    The first page asks for itself for ever, for an order may be made any time; an older one until all of it is over.
    """
    before = parse_id(request.args.get("before", ""))
    found = page(before, TICKETS_A_PAGE + 1)
    shown = found[:TICKETS_A_PAGE]
    is_final = before is not None and all(contexts.is_over(view) for view in shown)
    part = f"{templates}/_tickets.html"
    return render(
        f"{templates}/tickets.html",
        part,
        contexts.status_of(is_final),
        embed=frame,
        player=player,
        is_own=player == frame.public_name(form),
        orders=shown,
        newest_url=frame.url(path) if before is not None else None,
        older_url=frame.url(path, before=shown[-1].order.id) if len(found) > TICKETS_A_PAGE else None,
        own_url=frame.url(path, before=before),
        is_final=is_final,
        made_at=created_at,
        record_part=part,
        **context,
    )
