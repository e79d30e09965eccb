"""JSON of exchanging what one has: a quote, and its acceptance."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response

from app.core.database.session import transaction
from app.core.errors import NotFound
from app.core.ids import parse_id
from app.core.wire.described import Described
from app.core.wire.http import json_response, read_json
from app.money.wallets.exchange import service
from app.money.wallets.exchange.models import ExchangeQuote
from app.money.wallets.rules import check_currency
from app.people.accounts.login.json_door import require_session
from app.record.answers.service import Owner, once

from .schemas import ExchangeWanted, QuoteAnswer, QuoteRecord

bp: Final = Blueprint("wallets_exchange_api", __name__, url_prefix="/api/players")
ENDPOINTS: Final = tuple(f"{bp.name}.{name}" for name in ("quote", "accept"))


@bp.post("/wallets/<currency>/quotes")
def quote(currency: str) -> Response:
    """Ask what one would get; it is kept to for ten minutes."""
    person = require_session()
    own, wanted = check_currency(currency), read_json(ExchangeWanted)
    with transaction():
        return json_response(_answer(service.quote(person.id, own, wanted.into, wanted.amount_minor)), 201)


@bp.post("/quotes/<identifier>/accept")
def accept(identifier: str) -> Response:
    """Exchange by it, once."""
    person = require_session()
    quote_id = parse_id(identifier)
    if quote_id is None:
        raise NotFound("quote_not_found")
    with transaction():
        return once(Owner.player(person.id), None, lambda: _answer(service.accept(person.id, quote_id)))


def _answer(one: ExchangeQuote) -> QuoteAnswer:
    return QuoteAnswer(
        quote=QuoteRecord(
            id=str(one.id),
            sold=one.sold,
            sold_minor=one.sold_minor,
            bought=one.bought,
            bought_minor=one.bought_minor,
            rate=f"{one.rate.normalize():f}",
            expires_at=one.expires_at,
            used_at=one.used_at,
        )
    )


_REFUSED: Final = {401: "not_signed_in", 403: "origin_refused"}

DESCRIBED: Final = (
    Described(
        f"{bp.name}.quote",
        "POST",
        "/api/players/wallets/{currency}/quotes",
        "Playing",
        "What one would get in another currency, for ten minutes",
        QuoteAnswer,
        body=ExchangeWanted,
        status=201,
        by_session=True,
        refusals={
            **_REFUSED,
            409: "exchange_closed, insufficient_funds",
            422: "currency_unknown, amount_out_of_range",
        },
    ),
    Described(
        f"{bp.name}.accept",
        "POST",
        "/api/players/quotes/{identifier}/accept",
        "Playing",
        "Exchange by a quote, once",
        QuoteAnswer,
        by_session=True,
        takes_key=True,
        refusals={
            **_REFUSED,
            404: "quote_not_found",
            409: "quote_over, insufficient_funds, winnings_not_final, exchange_is_a_trap, exchange_too_large",
        },
    ),
)
