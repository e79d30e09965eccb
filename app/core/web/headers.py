"""Response headers that every answer carries, errors and fragments included."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Final

from flask import Flask, Response, g, request

from app.core.config import current_settings
from app.core.ports import Port

from .surfaces import Surface, current_surface

_CONTENT_SECURITY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "frame-src": "'self'",  # the preview of a partner's frame beside its settings
    "worker-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "object-src": "'none'",
}

# What is no document needs no document's policies, and a page asks for a dozen of these. A worker has its script's.
_SHORT_POLICY = {
    "text/css": None,
    "font/woff2": None,
    "text/javascript": "default-src 'none'; script-src 'self'; connect-src 'self'",
}

FrameOrigins = Callable[[], Sequence[str]]


FRAME_ORIGINS: Final = Port[FrameOrigins]("who may frame a page")


def init_app(app: Flask) -> None:
    """Add the headers after every request."""
    app.after_request(_harden)


def no_store() -> None:
    """Mark the answer at hand as private: nothing may keep a copy."""
    g.no_store = True


def content_security(changes: Mapping[str, str]) -> str:
    """The policy of every answer, with these directives in place of its own; framing is denied unless they say else."""
    policy = {**_CONTENT_SECURITY, "frame-ancestors": "'none'", **changes}
    return "; ".join(f"{name} {value}" for name, value in policy.items())


def _harden(response: Response) -> Response:
    if request.endpoint == "static" and response.mimetype in _SHORT_POLICY:
        return _harden_file(response, _SHORT_POLICY[response.mimetype])
    surface = current_surface()
    headers = response.headers
    for name, value in _usual(surface.is_framed, _frame_ancestors(surface), _is_secure()):
        if name not in headers:
            headers.add(name, value)
    if response.mimetype == "text/html":
        response.vary.update(["HX-Request", "HX-History-Restore-Request"])
    if g.get("no_store") or surface is Surface.ADMIN:
        headers["Cache-Control"] = "no-store"
    return response


def _is_secure() -> bool:
    return current_settings().base_url.startswith("https:")


@lru_cache(maxsize=256)
def _usual(is_framed: bool, ancestors: str, is_secure: bool) -> tuple[tuple[str, str], ...]:
    """The headers of an answer that says nothing else; the same few again and again."""
    return (
        ("Content-Security-Policy", content_security({"frame-ancestors": ancestors})),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "strict-origin" if is_framed else "same-origin"),
        ("Permissions-Policy", "camera=(), microphone=(), geolocation=(), clipboard-write=(self)"),
        *(() if is_framed else (("X-Frame-Options", "DENY"),)),
        *((("Strict-Transport-Security", "max-age=31536000; includeSubDomains"),) if is_secure else ()),
    )


def _harden_file(response: Response, policy: str | None) -> Response:
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    if policy:
        response.headers.setdefault("Content-Security-Policy", policy)
    return response


def _frame_ancestors(surface: Surface) -> str:
    if not surface.is_framed:
        return "'none'"
    origins = FRAME_ORIGINS.get()
    return " ".join(origins()) or "'none'"
