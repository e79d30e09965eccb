"""JSON of cards and bets: what would come of one, its purchase, and one's own."""

from __future__ import annotations

import json
from typing import Final
from uuid import UUID

from flask import Blueprint, Response
from flask_login import current_user

from app.core.database.session import transaction
from app.core.errors import DomainError
from app.core.ids import new_id
from app.core.limits.limiter import limiter
from app.core.limits.requester import requester
from app.core.wire.described import Described
from app.core.wire.http import json_response, problem, read_json, read_query
from app.core.wire.paging import cut, query_cursor
from app.games.swertres import buying
from app.games.swertres.buying import Asked, CardRefused
from app.games.swertres.reads import cards
from app.people.accounts.login.json_door import require_session
from app.record.answers import service as answers
from app.record.answers.service import Attempt, Owner
from app.selling.bets.sale.ticket import Bet, Refusal

from . import schemas
from .records import bet_record, card_record, multiplier, numbers_of
from .schemas import BetQuote, CardQuote, CardWanted, RefusalRecord

bp: Final = Blueprint("swertres_bets_api", __name__, url_prefix="/api/swertres/bets")
ENDPOINTS: Final = tuple(
    f"{bp.name}.{name}" for name in ("validate", "place", "my_cards", "my_card", "my_bets", "my_bet")
)
SELLING: Final = f"{bp.name}.place"
_PAGE: Final = 50
_LIMIT: Final = "60 per minute"


def _player() -> str:
    return str(current_user.id) if current_user.is_authenticated else str(requester())


@bp.post("/validate")
@limiter.limit(_LIMIT)
def validate() -> Response:
    """What would come of a card now; nothing is sold."""
    person, wanted = require_session(), read_json(CardWanted)
    with transaction():
        quote = buying.quote(buying.wanted(new_id(), person.id, _asked(wanted), wanted.payment))
    bets = [_quoted(bet, _of(quote.refusals, place)) for place, bet in enumerate(quote.bets)]
    told = CardQuote(
        valid=not quote.refusals,
        total_centavos=quote.total,
        bets=bets,
        refusals=[_refusal(one) for one in quote.refusals if one.bet is None],
        remaining_capacity_centavos=quote.remaining,
    )
    return json_response(told)


@bp.post("/place")
@limiter.limit(_LIMIT)
def place() -> Response:
    """Buy a card, once under its key."""
    person, wanted = require_session(), read_json(CardWanted)
    tried = answers.attempt(Owner.player(person.id), wanted)
    if tried is None:
        raise DomainError("idempotency_key_needed")
    try:
        return (_sold if wanted.payment == "wallet" else _reserved)(tried, person.id, wanted)
    except CardRefused as refused:
        return _told(refused)


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


def _sold(tried: Attempt, user_id: UUID, wanted: CardWanted) -> Response:
    """From the wallet, outside any transaction, since others' cards are waited for: the key leads to the card before it
    is sold, and a card is one sale however often it is asked for."""
    with transaction():
        known = answers.claim(tried)
        card_id = UUID(known.text) if known is not None else tried.id
        if known is None:
            answers.keep(tried, 201, str(card_id))
        card = buying.wanted(card_id, user_id, _asked(wanted))
    buying.sell(card)
    return json_response(_placed(card_id, user_id), 201)


def _reserved(tried: Attempt, user_id: UUID, wanted: CardWanted) -> Response:
    with transaction():
        response = answers.again(tried)
        if response is None:
            buying.reserve(buying.wanted(tried.id, user_id, _asked(wanted), wanted.payment))
            response = answers.keeping(tried, _placed(tried.id, user_id), 201)
    _add_payment(response)
    return response


def _placed(card_id: UUID, user_id: UUID) -> schemas.Placed:
    return schemas.Placed(card=card_record(cards.own(user_id, str(card_id))), payment=None)


def _add_payment(response: Response) -> None:
    """How the card of an answer is paid, as it is now: what pays it is kept with its payment, and nowhere else."""
    placed = json.loads(response.get_data())
    payment = buying.payment_of(UUID(placed["card"]["id"]))
    if payment is not None:
        told = schemas.PaymentToMake(
            client_secret=payment.client_secret, redirect_url=payment.url, expires_at=payment.expires_at
        )
        response.set_data(json.dumps({**placed, "payment": told.model_dump(mode="json", by_alias=True)}))


def _asked(wanted: CardWanted) -> list[Asked]:
    return [Asked(bet.game_id, bet.number, bet.amount_centavos, bet.is_rumble) for bet in wanted.bets]


def _quoted(bet: Bet | None, refusal: Refusal | None) -> BetQuote:
    return BetQuote(
        permutations=numbers_of(bet.outcomes) if bet is not None else [],
        payout_multiplier=multiplier(bet.odds) if bet is not None else 0,
        potential_payout_centavos=bet.wins if bet is not None else 0,
        refusal=_refusal(refusal) if refusal is not None else None,
    )


def _refusal(one: Refusal) -> RefusalRecord:
    return RefusalRecord(reason=one.reason, remaining_centavos=one.remaining)


def _of(refusals: tuple[Refusal, ...], place: int) -> Refusal | None:
    return next((one for one in refusals if one.bet == place), None)


def _told(refused: CardRefused) -> Response:
    """The problem, with each refusal by its bet, from 0."""
    response = problem(refused)
    told = [
        {
            **({"bet": one.bet} if one.bet is not None else {}),
            "reason": one.reason,
            **({"remainingCentavos": one.remaining} if one.remaining is not None else {}),
        }
        for one in refused.refusals
    ]
    response.set_data(json.dumps({**json.loads(response.get_data()), "refusals": told}))
    return response


_SIGNED_OUT: Final = {401: "not_signed_in"}
_PLACE: Final = bp.url_prefix or ""
_OF: Final = "Swertres"
DESCRIBED: Final = (
    Described(
        f"{bp.name}.validate",
        "POST",
        f"{_PLACE}/validate",
        _OF,
        "What would come of a card now",
        CardQuote,
        body=CardWanted,
        by_session=True,
        refusals={**_SIGNED_OUT, 403: "origin_refused", 422: "invalid_input"},
    ),
    Described(
        f"{bp.name}.place",
        "POST",
        f"{_PLACE}/place",
        _OF,
        "Buy a card: all its bets, or none",
        schemas.Placed,
        body=CardWanted,
        status=201,
        by_session=True,
        takes_key=True,
        refusals={**_SIGNED_OUT, 403: "origin_refused", 422: "card_refused, idempotency_key_needed"},
    ),
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
