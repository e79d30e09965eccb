"""The door for partners' servers: a key in the `Authorization` header, and nowhere else."""

from __future__ import annotations

from urllib.parse import unquote, unquote_plus

from flask import g, request
from flask.sansio.app import App

from app.core.database.session import in_transaction, transaction
from app.core.errors import DomainError, Unauthorised
from app.core.web.headers import no_store
from app.core.web.origin import is_ours

from . import service as keys
from .service import Access, KeyIdentity
from .text import is_in


def init_app(app: App) -> None:
    """Watch every request's address for keys."""
    app.before_request(_refuse_key_in_address)


def require_key(access: Access) -> KeyIdentity:
    """Whose key the request carries. To be called outside a transaction; the answer is never stored by caches.

    Raises:
        Unauthorised: 401 `api_key_missing` or `api_key_invalid`.
        DomainError: 403 `api_key_from_browser` (a page of another origin holds the key), or `api_key_read_only` if
            `access` is `write` and the key may only read.
    """
    no_store()
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not text.strip():
        raise Unauthorised("api_key_missing")
    _refuse_browsers()
    identity = keys.authenticate(text.strip(" "))
    if identity is None:
        raise Unauthorised("api_key_invalid")
    if access == "write" and identity.access != "write":
        raise DomainError("api_key_read_only", status=403)
    g.api_key = identity
    if identity.is_stale and not in_transaction():
        with transaction():
            keys.touch(identity.key_id)
    return identity


def _refuse_browsers() -> None:
    """Browsers say where a page is from; servers do not. Our own page for trying the API is the exception."""
    origin = request.headers.get("Origin")
    if origin is not None and not is_ours(origin):
        raise DomainError("api_key_from_browser", status=403)
    if request.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin"):
        raise DomainError("api_key_from_browser", status=403)


def _refuse_key_in_address() -> None:
    """Addresses are kept by browsers, proxies and logs: a key that stood in one is no secret any more."""
    written = request.query_string.decode("latin-1")
    if is_in(unquote(request.path)) or is_in(written) or is_in(unquote_plus(unquote_plus(written))):
        no_store()
        raise DomainError("api_key_in_url", status=400)
