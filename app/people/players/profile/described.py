"""Registering and one's profile, as the API's document tells them."""

from __future__ import annotations

from typing import Final

from app.core.wire.described import Described

from . import schemas

_SIGNED_OUT: Final = {401: "not_signed_in"}
_KEPT_AWAY: Final = "origin_refused, player_excluded"

DESCRIBED: Final = (
    Described(
        "players_profile_api.register",
        "POST",
        "/api/players/register",
        "Playing",
        "Say who one is; whoever is not of age is refused and forgotten",
        schemas.Me,
        body=schemas.Registration,
        status=201,
        by_session=True,
        takes_key=True,
        refusals={**_SIGNED_OUT, 403: _KEPT_AWAY, 409: "already_registered", 422: "too_young"},
    ),
    Described(
        "players_profile_api.me",
        "GET",
        "/api/players/me",
        "Playing",
        "Who one is, as one has said",
        schemas.Me,
        by_session=True,
        refusals=_SIGNED_OUT,
    ),
    Described(
        "players_profile_api.change",
        "PATCH",
        "/api/players/me",
        "Playing",
        "Change what is named of one's profile",
        schemas.Me,
        body=schemas.ProfileChanges,
        by_session=True,
        refusals={**_SIGNED_OUT, 403: _KEPT_AWAY, 409: "not_registered, profile_checked", 422: "too_young"},
    ),
)
