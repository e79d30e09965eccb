"""JSON of an application's tokens: the next two for the last one."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, request

from app.core.database.session import transaction
from app.core.errors import Unauthorised
from app.core.web.headers import no_store
from app.core.web.origin import require_same_origin
from app.core.wire.described import Described
from app.core.wire.http import read_json

from . import carrying, service
from .answering import answer
from .schemas import RefreshWanted, TokensIssued

bp = Blueprint("tokens_api", __name__, url_prefix="/api/auth")
ENDPOINTS: Final = ("tokens_api.refresh",)


@bp.post("/refresh")
def refresh() -> Response:
    """The next two tokens. The one that is given is used up; one that was used before ends the whole session."""
    no_store()
    require_same_origin()
    wanted = read_json(RefreshWanted)
    in_cookies = wanted.refresh_token is None
    text = carrying.refresh_token(request) if in_cookies else wanted.refresh_token
    with transaction():
        tokens = service.refresh(text) if text else None
    if tokens is None:
        raise Unauthorised("refresh_refused")
    return answer(tokens, in_cookies=in_cookies)


DESCRIBED: Final = (
    Described(
        "tokens_api.refresh",
        "POST",
        "/api/auth/refresh",
        "Sessions",
        "Get the next access token and refresh token",
        TokensIssued,
        body=RefreshWanted,
        refusals={401: "refresh_refused", 403: "origin_refused"},
    ),
)
