"""The main game's routes of `/api` that take no key, as the document of the API tells them."""

from __future__ import annotations

from typing import Final

from app.core.wire.described import Described
from app.selling.windows.lists.parameters import BundleParameters, RoundOrdersParameters, RoundsParameters
from app.selling.windows.orders.limits import REFUSALS_OF_ANYONE

from . import schemas

_ROUND: Final = {404: "round_not_found"}

PUBLIC: Final = (
    Described(
        "rounds_api.create_order",
        "POST",
        "/api/slips",
        "Public",
        "Make an order from the frame",
        schemas.CreatedOrder,
        body=schemas.NewOrder,
        status=201,
        refusals={
            403: "origin_refused",
            404: "not_found, round_not_found",
            409: "site_not_live, round_closed, round_sold_out, round_unbacked",
            429: REFUSALS_OF_ANYONE,
            503: "node_away, scanner_behind, no_round_ready",
        },
    ),
    Described(
        "rounds_api.receipt",
        "GET",
        "/api/slips/{secret}",
        "Public",
        "An order by its receipt's secret",
        schemas.Receipt,
        refusals={404: "slip_not_found"},
    ),
    Described(
        "rounds_api.rounds",
        "GET",
        "/api/rounds",
        "Public",
        "Rounds, the newest first",
        schemas.RoundsPage,
        query=RoundsParameters,
    ),
    Described(
        "rounds_api.round_", "GET", "/api/rounds/{number}", "Public", "One round", schemas.RoundRecord, refusals=_ROUND
    ),
    Described(
        "rounds_api.closing_block_hash",
        "GET",
        "/api/rounds/{number}/closing-block-hash",
        "Public",
        "The block that draws a round",
        schemas.ClosingBlock,
        refusals={404: "round_not_found, closing_block_not_found"},
    ),
    Described(
        "rounds_api.slips",
        "GET",
        "/api/rounds/{number}/slips",
        "Public",
        "A round's public orders",
        schemas.SlipsPage,
        query=RoundOrdersParameters,
        refusals=_ROUND,
    ),
    Described(
        "rounds_api.proof_bundle",
        "GET",
        "/api/rounds/{number}/bundle",
        "Public",
        "A round with its evidence",
        schemas.ProofBundle,
        query=BundleParameters,
        refusals={**_ROUND, 503: "node_away, records_moving"},
    ),
)
