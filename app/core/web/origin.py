"""Whether a request that changes something comes from our own pages. No cookie is asked."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import request

from app.core.config import current_settings
from app.core.errors import DomainError

_DEFAULT_PORTS = {"http": 80, "https": 443}


def require_same_origin() -> None:
    """Refuse what another site's page sends. A program that is no browser sends neither header and is let through.

    Raises:
        DomainError: 403 `origin_refused`.
    """
    origin = request.headers.get("Origin")
    site = request.headers.get("Sec-Fetch-Site")
    if (origin is not None and not is_ours(origin)) or site not in (None, "same-origin"):
        raise DomainError("origin_refused", status=403)


def is_ours(origin: str) -> bool:
    """Whether an `Origin` header names our own pages."""
    return _origin(origin) == _origin(current_settings().base_url)


def _origin(text: str) -> tuple[str, str, int] | None:
    """Scheme, host and port; None for what is no web origin, `null` among them."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname or "@" in parts.netloc:
        return None
    if parts.path or parts.query or parts.fragment or parts.netloc != parts.netloc.strip():
        return None
    return parts.scheme, parts.hostname, port or _DEFAULT_PORTS[parts.scheme]
