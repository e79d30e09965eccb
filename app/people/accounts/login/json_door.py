"""The door of the JSON routes that a person uses: a session, by its cookie or as a bearer token."""

from __future__ import annotations

from flask import g, request

from app.core.errors import Unauthorised
from app.core.web.headers import no_store
from app.core.web.origin import require_same_origin
from app.people.accounts import queries

from .page_door import session_token

_MAX_TOKEN_LENGTH = 64
_SAFE = ("GET", "HEAD", "OPTIONS")


def require_session() -> queries.Identity:
    """Who is asking. With a cookie, what changes something has to come from our own pages.

    Raises:
        Unauthorised: 401 `not_signed_in`: no session, or one that has ended; an API key is none.
        DomainError: 403 `origin_refused`.
    """
    no_store()
    token = bearer_token()
    if token is None:
        if request.method not in _SAFE:
            require_same_origin()
        token = session_token(request)
    identity = queries.identity_of(token) if token else None
    if identity is None:
        raise Unauthorised("not_signed_in")
    g._login_user = identity
    return identity


def bearer_token() -> str | None:
    """The token of an `Authorization` header; "" if there is one that cannot be a session's, None without a header."""
    header = request.headers.get("Authorization")
    if header is None:
        return None
    scheme, _, text = header.partition(" ")
    token = text.strip(" ")
    return token if scheme.lower() == "bearer" and token.isascii() and len(token) <= _MAX_TOKEN_LENGTH else ""
