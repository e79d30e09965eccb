"""JSON of all that is kept of whoever asks."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response

from app.core.wire.described import Described
from app.core.wire.http import json_response
from app.people.accounts.login.json_door import require_session
from app.people.players.profile.limits import count_try

from .export import export
from .schemas import Export

bp = Blueprint("players_export_api", __name__, url_prefix="/api/players")
ENDPOINTS: Final = ("players_export_api.everything",)


@bp.get("/me/export")
def everything() -> Response:
    """All of it, as a file."""
    person = require_session()
    count_try()
    response = json_response(Export.model_validate(export(person.id)))
    response.headers["Content-Disposition"] = 'attachment; filename="tiraj-my-data.json"'
    return response


DESCRIBED: Final = (
    Described(
        "players_export_api.everything",
        "GET",
        "/api/players/me/export",
        "Playing",
        "All that is kept of oneself, documents included",
        Export,
        by_session=True,
        refusals={401: "not_signed_in"},
    ),
)
