"""JSON of one's own cards and bets, and of the receipts that show them to be one's own."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response

from app.core.wire.described import Described
from app.core.wire.http import json_response, read_query
from app.core.wire.paging import cut, query_cursor
from app.games.swertres.counting import count_receipt
from app.games.swertres.reads import cards, receipts
from app.people.accounts.login.json_door import require_session
from app.selling.bets.proof.schemas import TicketReceipt

from . import schemas
from .records import bet_record, card_record

bp: Final = Blueprint("swertres_own_api", __name__, url_prefix="/api/swertres/bets")
ENDPOINTS: Final = tuple(f"{bp.name}.{name}" for name in ("my_cards", "my_card", "receipt", "my_bets", "my_bet"))
_PAGE: Final = 50


@bp.get("/my-cards")
def my_cards() -> Response:
    """One's cards, the newest first."""
    person = require_session()
    found = cards.of_player(person.id, query_cursor("before"), _PAGE + 1)
    page, more = cut(found, _PAGE, lambda one: one.id)
    return json_response(schemas.Cards(items=[card_record(one) for one in page], next=more))


@bp.get("/my-cards/<card_id>")
def my_card(card_id: str) -> Response:
    """A card of one's own."""
    return json_response(card_record(cards.own(require_session().id, card_id)))


@bp.get("/my-cards/<card_id>/receipt")
def receipt(card_id: str) -> Response:
    """What proves that a card is one's own, as verify_swertres.py takes it."""
    person = require_session()
    count_receipt(person.id)
    return json_response(receipts.of_own(person.id, card_id))


@bp.get("/my-bets")
def my_bets() -> Response:
    """One's accepted bets, the newest card's first."""
    person, asked = require_session(), read_query(schemas.BetsParameters)
    found = cards.bets_of(person.id, asked.status, asked.game_id, asked.after, _PAGE + 1)  # type: ignore[arg-type]
    page, more = cut(found, _PAGE, lambda one: one.id)
    return json_response(schemas.Bets(items=[bet_record(one) for one in page], next=more))


@bp.get("/my-bets/<bet_id>")
def my_bet(bet_id: str) -> Response:
    """A bet of one's own."""
    return json_response(bet_record(cards.bet_of(require_session().id, bet_id)))


_SIGNED_OUT: Final = {401: "not_signed_in"}
_PLACE: Final = bp.url_prefix or ""
_OF: Final = "Swertres"
DESCRIBED: Final = (
    Described(
        f"{bp.name}.my_cards",
        "GET",
        f"{_PLACE}/my-cards",
        _OF,
        "One's cards, the newest first",
        schemas.Cards,
        by_session=True,
        refusals={**_SIGNED_OUT, 422: "cursor_invalid"},
    ),
    Described(
        f"{bp.name}.my_card",
        "GET",
        f"{_PLACE}/my-cards/{{card_id}}",
        _OF,
        "A card with its bets",
        schemas.CardRecord,
        by_session=True,
        refusals={**_SIGNED_OUT, 404: "card_not_found"},
    ),
    Described(
        f"{bp.name}.receipt",
        "GET",
        f"{_PLACE}/my-cards/{{card_id}}/receipt",
        _OF,
        "A card's receipt, with the salts that show whose it is",
        TicketReceipt,
        by_session=True,
        refusals={**_SIGNED_OUT, 404: "card_not_found, receipt_not_yet"},
    ),
    Described(
        f"{bp.name}.my_bets",
        "GET",
        f"{_PLACE}/my-bets",
        _OF,
        "One's bets, of a state or a draw",
        schemas.Bets,
        query=schemas.BetsParameters,
        by_session=True,
        refusals={**_SIGNED_OUT, 404: "bet_not_found"},
    ),
    Described(
        f"{bp.name}.my_bet",
        "GET",
        f"{_PLACE}/my-bets/{{bet_id}}",
        _OF,
        "A bet",
        schemas.BetTold,
        by_session=True,
        refusals={**_SIGNED_OUT, 404: "bet_not_found"},
    ),
)
