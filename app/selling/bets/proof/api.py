"""What everybody checks a draw by, and what proves a ticket to whoever has its code."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, stream_with_context

from app.core.limits.limiter import limiter
from app.core.wire.described import Described
from app.core.wire.http import json_response, with_etag

from . import bundle, receipts
from .schemas import DrawBundle, TicketReceipt

bp: Final = Blueprint("bets_proof", __name__, url_prefix="/api/bet-draws")
ENDPOINTS: Final = tuple(f"{bp.name}.{name}" for name in ("of_draw", "of_ticket"))
_LIMIT: Final = "30 per minute"
_PLACE: Final = bp.url_prefix or ""


def answer(game: str, name: str) -> Response:
    """A draw's bundle, written while it is read; a game may hand it out under an address of its own. Raises NotFound
    `draw_not_found`."""
    reading = bundle.read(game, name)
    return Response(stream_with_context(bundle.written(reading)), mimetype="application/json")


@bp.get("/<game>/<draw>/bundle")
@limiter.limit(_LIMIT)
def of_draw(game: str, draw: str) -> Response:
    """A draw with its evidence."""
    return answer(game, draw)


@bp.get("/tickets/<code>")
@limiter.limit(_LIMIT)
def of_ticket(code: str) -> Response:
    """A ticket's receipt, which does not say whose it is."""
    return with_etag(json_response(receipts.by_code(code)))


_TAG: Final = "Bets"
DESCRIBED: Final = (
    Described(
        f"{bp.name}.of_draw",
        "GET",
        f"{_PLACE}/{{game}}/{{draw}}/bundle",
        _TAG,
        "The proof bundle of a draw of bets",
        DrawBundle,
        refusals={404: "draw_not_found"},
    ),
    Described(
        f"{bp.name}.of_ticket",
        "GET",
        f"{_PLACE}/tickets/{{code}}",
        _TAG,
        "A ticket as the public log has it, without whose it is",
        TicketReceipt,
        refusals={404: "ticket_not_found"},
    ),
)
