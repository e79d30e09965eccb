"""JSON of a card before it is bought: what would come of it, and its purchase."""

from __future__ import annotations

import json
from typing import Final
from uuid import UUID

from flask import Blueprint, Response

from app.core.database.session import transaction
from app.core.errors import DomainError
from app.core.faults import step
from app.core.ids import new_id
from app.core.wire.described import Described
from app.core.wire.http import json_response, problem, read_json
from app.games.swertres import buying
from app.games.swertres.buying import Asked, CardRefused
from app.games.swertres.counting import count_purchase, count_quote
from app.games.swertres.reads import cards, receipts
from app.people.accounts.login.json_door import require_session
from app.record.answers import service as answers
from app.record.answers.service import Attempt, Owner
from app.selling.bets.sale.ticket import Bet, Refusal

from . import schemas
from .records import bought_card, multiplier, numbers_of, placed_card
from .schemas import BetQuote, CardQuote, CardWanted, RefusalRecord

bp: Final = Blueprint("swertres_bets_api", __name__, url_prefix="/api/swertres/bets")
ENDPOINTS: Final = tuple(f"{bp.name}.{name}" for name in ("validate", "place"))
SELLING: Final = f"{bp.name}.place"


@bp.post("/validate")
def validate() -> Response:
    """What would come of a card now; nothing is sold."""
    person = require_session()
    count_quote(person.id)
    wanted = read_json(CardWanted)
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
def place() -> Response:
    """Buy a card, once under its key."""
    person = require_session()
    count_purchase(person.id)
    wanted = read_json(CardWanted)
    tried = answers.attempt(Owner.player(person.id), wanted)
    if tried is None:
        raise DomainError("idempotency_key_needed")
    try:
        return (_sold if wanted.payment == "wallet" else _reserved)(tried, person.id, wanted)
    except CardRefused as refused:
        return _told(refused)


def _sold(tried: Attempt, user_id: UUID, wanted: CardWanted) -> Response:
    """From the wallet, outside any transaction, since others' cards are waited for: the key is kept in the one that
    sells the card, and is one sale however often it is asked for. What was sold before is read as it stands by now."""
    card = buying.wanted(tried.id, user_id, _asked(wanted), attempt=tried)
    sold = buying.sell(card)
    step("card.sold")
    if sold.said:
        return json_response(schemas.Placed(card=bought_card(card, sold), payment=None), 201)
    response = json_response(_placed(sold.ticket_id, user_id), 201)
    if sold.ticket_id != tried.id:
        response.headers[answers.REPLAYED] = "true"
    return response


def _reserved(tried: Attempt, user_id: UUID, wanted: CardWanted) -> Response:
    with transaction():
        response = answers.again(tried)
        if response is None:
            buying.reserve(buying.wanted(tried.id, user_id, _asked(wanted), wanted.payment))
            response = answers.keeping(tried, _placed(tried.id, user_id), 201)
    _add_payment(response)
    return response


def _placed(card_id: UUID, user_id: UUID) -> schemas.Placed:
    card = cards.own(user_id, str(card_id))
    return schemas.Placed(card=placed_card(card, receipts.of_card(card, user_id)), payment=None)


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
        permutations=numbers_of(bet.marks) if bet is not None else [],
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
)
