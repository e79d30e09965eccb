"""The routes of wallets, as the API's document tells them."""

from __future__ import annotations

from typing import Final

from app.core.wire.described import Described

from . import api, schemas

_SIGNED_OUT: Final = {401: "not_signed_in"}
_OF_CURRENCY: Final = {**_SIGNED_OUT, 422: "currency_unknown"}
_NAME: Final = api.bp.name
_OF: Final = "Playing"

DESCRIBED: Final = (
    Described(
        f"{_NAME}.wallets",
        "GET",
        "/api/players/wallets",
        _OF,
        "What one has in each currency, and what of it can be spent",
        schemas.Wallets,
        by_session=True,
        refusals=_SIGNED_OUT,
    ),
    Described(
        f"{_NAME}.lines",
        "GET",
        "/api/players/wallets/{currency}/lines",
        _OF,
        "A wallet's statement, the newest line first",
        schemas.LinesPage,
        query=schemas.LinesParameters,
        by_session=True,
        refusals={**_SIGNED_OUT, 422: "currency_unknown, cursor_unknown"},
    ),
    Described(
        f"{_NAME}.export",
        "GET",
        "/api/players/wallets/{currency}/lines.csv",
        _OF,
        "The whole statement as a file",
        None,
        by_session=True,
        gives_file=("text/csv",),
        refusals=_OF_CURRENCY,
    ),
    Described(
        f"{_NAME}.withdraw",
        "POST",
        "/api/players/wallets/{currency}/withdrawals",
        _OF,
        "Ask for money of one's own, to one's own account",
        schemas.WithdrawalAnswer,
        body=schemas.WithdrawalWanted,
        status=201,
        by_session=True,
        takes_key=True,
        refusals={
            **_SIGNED_OUT,
            403: "origin_refused, not_registered, verification_needed",
            409: "insufficient_funds, withdrawal_limit_reached, withdrawal_while_owing, withdrawal_while_disputed, "
            "money_leaves_elsewhere, winnings_not_final, account_not_yours",
            422: "currency_unknown, amount_out_of_range, method_unknown, account_invalid",
        },
    ),
    Described(
        f"{_NAME}.withdrawals",
        "GET",
        "/api/players/withdrawals",
        _OF,
        "What one has drawn out, and how far it has come",
        schemas.WithdrawalsPage,
        by_session=True,
        refusals={**_SIGNED_OUT, 422: "cursor_invalid"},
    ),
    Described(
        f"{_NAME}.cancel",
        "POST",
        "/api/players/withdrawals/{withdrawal_id}/cancel",
        _OF,
        "Take back what nobody has approved yet",
        schemas.WithdrawalAnswer,
        by_session=True,
        refusals={**_SIGNED_OUT, 403: "origin_refused", 404: "withdrawal_not_found", 409: "withdrawal_state"},
    ),
)
