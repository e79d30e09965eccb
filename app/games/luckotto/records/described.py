"""Luckotto's routes of `/api` that take no key, as the document of the API tells them."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field

from app.core.wire.described import Described
from app.core.wire.parameters import Parameters
from app.selling.windows.lists.parameters import BundleParameters, RoundOrdersParameters, RoundsParameters
from app.selling.windows.orders.limits import REFUSALS_OF_ANYONE

from . import schemas


class PlayerOrdersParameters(Parameters):
    """Whose player, and pages of its orders."""

    partner_id: schemas.PartnerId
    before: Annotated[str, Field(description="`next` of the page before")] | None = None
    limit: Annotated[int, Field(ge=1, description="never more than 100")] = 50


_ROUND: Final = {404: "round_not_found"}

PUBLIC: Final = (
    Described(
        "luckotto_api.quote",
        "POST",
        "/api/luckotto/quote",
        "Luckotto",
        "What a set of numbers costs now",
        schemas.LuckottoQuote,
        body=schemas.QuoteWanted,
        refusals={
            404: "partner_not_found",
            409: "site_not_live, round_sold_out, round_unbacked",
            422: "numbers_out_of_pool, order_below_minimum",
            503: "no_round_ready",
        },
    ),
    Described(
        "luckotto_api.create_order",
        "POST",
        "/api/luckotto/orders",
        "Luckotto",
        "Make an order from the frame",
        schemas.LuckottoOrder,
        body=schemas.NewLuckottoOrder,
        status=201,
        refusals={
            403: "origin_refused",
            404: "partner_not_found",
            409: "site_not_live, round_sold_out, round_unbacked",
            422: "numbers_out_of_pool, order_below_minimum",
            429: REFUSALS_OF_ANYONE,
            503: "node_away, scanner_behind, no_round_ready",
        },
    ),
    Described(
        "luckotto_api.order",
        "GET",
        "/api/luckotto/orders/{identifier}",
        "Luckotto",
        "One order",
        schemas.LuckottoOrder,
        refusals={404: "order_not_found"},
    ),
    Described(
        "luckotto_api.rounds",
        "GET",
        "/api/luckotto/rounds",
        "Luckotto",
        "Rounds, the newest first",
        schemas.LuckottoRounds,
        query=RoundsParameters,
    ),
    Described(
        "luckotto_api.round_",
        "GET",
        "/api/luckotto/rounds/{number}",
        "Luckotto",
        "One round",
        schemas.LuckottoRound,
        refusals=_ROUND,
    ),
    Described(
        "luckotto_api.round_orders",
        "GET",
        "/api/luckotto/rounds/{number}/orders",
        "Luckotto",
        "A round's orders that were paid",
        schemas.LuckottoOrders,
        query=RoundOrdersParameters,
        refusals=_ROUND,
    ),
    Described(
        "luckotto_api.proof_bundle",
        "GET",
        "/api/luckotto/rounds/{number}/bundle",
        "Luckotto",
        "A round with its evidence",
        schemas.LuckottoProofBundle,
        query=BundleParameters,
        refusals={**_ROUND, 503: "node_away, records_moving"},
    ),
    Described(
        "luckotto_api.player_orders",
        "GET",
        "/api/luckotto/players/{player_identifier}/orders",
        "Luckotto",
        "A player's orders, the newest first",
        schemas.LuckottoOrders,
        query=PlayerOrdersParameters,
        refusals={404: "partner_not_found"},
    ),
)
