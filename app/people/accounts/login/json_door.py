"""The door of the JSON routes that a person uses: a session, by its cookie or as a bearer token, or an access token."""

from __future__ import annotations

from typing import Final

from flask import g, request

from app.core.errors import DomainError, Unauthorised
from app.core.web.headers import no_store
from app.core.web.origin import require_same_origin
from app.people.accounts import queries
from app.people.accounts.models import UserSession
from app.people.accounts.rules import opens_partners_pages
from app.people.accounts.tokens import access, carrying

from .page_door import session_token

_LONGEST_SESSION: Final = 64
_SAFE: Final = ("GET", "HEAD", "OPTIONS")


def require_session() -> queries.Identity:
    """Who is asking. With a cookie, what changes something has to come from our own pages.

    Raises:
        Unauthorised: 401 `not_signed_in`: no session, or one that has ended; an API key is none.
        DomainError: 403 `origin_refused`; 403 `token_for_others`: an operator's token.
    """
    no_store()
    token = bearer_token()
    identity = _by_cookie() if token is None else identity_of(token)
    if identity is None:
        raise Unauthorised("not_signed_in")
    g._login_user = identity
    return identity


def require_link() -> queries.Identity:
    """The same, where partners' money is within reach: only who came by the link in a mail is let through.

    Raises as `require_session`; DomainError: 403 `link_needed`.
    """
    identity = require_session()
    if not opens_partners_pages(identity.strength):
        raise DomainError("link_needed", status=403)
    return identity


def identity_of(token: str) -> queries.Identity | None:
    """Whose live session this is the token of, or the access token."""
    if not access.looks_like_one(token):
        return queries.identity_of(token) if token else None
    claims = access.opened(token, "player")
    if claims is None:
        return None
    its = (UserSession.id == claims.family) & (UserSession.user_id == claims.subject)
    return queries.identity_where(its & claims.is_in_force)


def bearer_token() -> str | None:
    """The token of an `Authorization` header; "" if there is one that cannot be ours, None without a header."""
    header = request.headers.get("Authorization")
    if header is None:
        return None
    scheme, _, text = header.partition(" ")
    token = text.strip(" ")
    longest = access.LONGEST if access.looks_like_one(token) else _LONGEST_SESSION
    return token if scheme.lower() == "bearer" and token.isascii() and len(token) <= longest else ""


def _by_cookie() -> queries.Identity | None:
    if request.method not in _SAFE:
        require_same_origin()
    token = session_token(request)
    found = queries.identity_of(token) if token else None
    carried = carrying.access_token(request)
    return found if found is not None or carried is None else identity_of(carried)
