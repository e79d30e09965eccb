"""JSON with which operators' programs sign in, go on, and sign out again."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, g, request

from app.core.database.session import transaction
from app.core.errors import Unauthorised
from app.core.web.headers import no_store
from app.core.web.origin import require_same_origin
from app.core.wire.described import Described
from app.core.wire.http import json_response, read_json
from app.faces.admin import door
from app.people.operators import service, tokens
from app.people.operators.queries import Entered
from app.people.operators.rules import MODULES
from app.people.operators.tokens import Tokens

from .schemas import OperatorLogin, OperatorRefresh, OperatorTokens

bp: Final = Blueprint("admin_api_door", __name__, url_prefix=door.API_PREFIX)
ENDPOINTS: Final = tuple(f"{bp.name}.{name}" for name in ("login", "refresh", "logout"))
_CHALLENGE: Final = 'Bearer realm="Tiraj operators"'


@bp.before_request
def _from_our_pages_or_no_browser() -> None:
    """Raises DomainError 403 `origin_refused`."""
    no_store()
    require_same_origin()


@bp.post("/login")
def login() -> Response:
    """Tokens for a name and a password. As long for a wrong one as for a right one, and counted like the form's."""
    wanted = read_json(OperatorLogin)
    operator = door.admitted(wanted.username, wanted.password, anew=True, code=wanted.totp or "")
    made = None
    if operator is not None:
        with transaction():
            made = tokens.begin(operator, agent=request.user_agent.string)
    if made is None:
        raise Unauthorised("operator_unknown", challenge=_CHALLENGE)
    return _answer(made)


@bp.post("/refresh")
def refresh() -> Response:
    """The next two tokens for the last refresh token."""
    wanted = read_json(OperatorRefresh)
    with transaction():
        made = tokens.refresh(wanted.refresh_token)
    if made is None:
        raise Unauthorised("refresh_refused", challenge=_CHALLENGE)
    return _answer(made)


@bp.post("/logout")
def logout() -> Response:
    """End the session in use, and with it its tokens."""
    door.require_operator()
    found = g.operator_session
    if isinstance(found, Entered):
        with transaction():
            service.end_session(found.session_id, name=found.operator.name)
    return Response(status=204)


def _answer(made: Tokens) -> Response:
    privileges: list[str] = [name for name in MODULES if name in made.privileges]
    return json_response(OperatorTokens(access_token=made.access, refresh_token=made.refresh, privileges=privileges))


_PLACE: Final = door.API_PREFIX
_OF: Final = "Operators"

DESCRIBED: Final = (
    Described(
        f"{bp.name}.login",
        "POST",
        f"{_PLACE}/login",
        _OF,
        "Sign in an operator's program",
        OperatorTokens,
        body=OperatorLogin,
        refusals={401: "operator_unknown", 403: "origin_refused"},
    ),
    Described(
        f"{bp.name}.refresh",
        "POST",
        f"{_PLACE}/refresh",
        _OF,
        "Get an operator's next access token and refresh token",
        OperatorTokens,
        body=OperatorRefresh,
        refusals={401: "refresh_refused", 403: "origin_refused"},
    ),
    Described(
        f"{bp.name}.logout",
        "POST",
        f"{_PLACE}/logout",
        _OF,
        "End an operator's session in use",
        None,
        status=204,
        by_operator=True,
        refusals={401: "operator_unknown", 403: "origin_refused, token_for_others"},
    ),
)
