"""An operator's session in a browser: its cookie, who it is, and when it was used."""

from __future__ import annotations

import structlog
from flask import Response, g, request, session
from flask.sansio.app import App
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response as AnyResponse

from app.core.config import current_settings
from app.core.database.session import transaction
from app.core.web.requests import wants_fragment
from app.people.operators import queries, service
from app.people.operators.queries import Entered
from app.people.operators.rules import ABSOLUTE_LIFETIME

log = structlog.get_logger()


def init_app(app: App) -> None:
    """Renew the sessions that are used."""
    app.after_request(_renew)


def cookie_name() -> str:
    """The `__Host-` prefix binds a cookie to this host, this path and TLS; browsers refuse it without TLS."""
    return "__Host-tiraj-operator" if _is_secure() else "tiraj_operator"


def has_cookie() -> bool:
    """Whether the browser has signed in by the form, whatever became of its session."""
    return bool(request.cookies.get(cookie_name()))


def counts_alone() -> bool:
    """In production pages take no name and password that a browser sends along with everything, and keeps until it is
    closed; programs may go on sending them to `/api/admin`."""
    return current_settings().is_production and request.path.startswith("/admin")


def entered() -> Entered | None:
    """Whose live session the request carries.

    A page goes by it whatever else comes: a browser that was once asked for name and password sends them with every
    request, also after its owner has signed in by the form. A program that names somebody in its headers means that.
    """
    token = request.cookies.get(cookie_name(), "")
    return queries.entered_by(token) if token and (request.authorization is None or _is_page()) else None


def _is_page() -> bool:
    return request.path == "/admin" or request.path.startswith("/admin/")


def carry(response: AnyResponse, token: str) -> None:
    """Put a new session into the browser, and nothing of the form session before it."""
    session.clear()
    response.set_cookie(
        cookie_name(),
        token,
        max_age=ABSOLUTE_LIFETIME,
        path="/",
        secure=_is_secure(),
        httponly=True,
        samesite="Lax",
    )


def forget(response: AnyResponse) -> None:
    """Take the session out of the browser."""
    session.clear()
    response.delete_cookie(cookie_name(), path="/", secure=_is_secure(), httponly=True, samesite="Lax")


def _renew(response: Response) -> Response:
    """At most once a minute, after the view has closed its own transaction. A page that asks for a part of itself is
    nobody who looks: an open page alone keeps no session alive."""
    found = g.get("operator_session")
    if isinstance(found, Entered) and found.is_stale and not wants_fragment():
        try:
            with transaction():
                service.touch(found.session_id)
        except SQLAlchemyError:
            log.warning("operator_session_not_renewed", exc_info=True)
    return response


def _is_secure() -> bool:
    return bool(current_settings().base_url.startswith("https:"))
