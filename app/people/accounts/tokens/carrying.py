"""How an application carries its tokens: in the answer's body, or in cookies that no script reads."""

from __future__ import annotations

from datetime import timedelta

from flask import Request
from werkzeug.wrappers import Response

from app.core.config import current_settings

from . import access, rotation
from .service import Tokens

_LONGEST_REFRESH = 64


def carry(response: Response, tokens: Tokens) -> None:
    """Put both into cookies. `__Host-` wants them for every path."""
    _set(response, access_cookie(), tokens.access, access.LIFETIME)
    _set(response, refresh_cookie(), tokens.refresh, rotation.LIFETIME)


def forget(response: Response) -> None:
    """Take both out of the browser."""
    for name in (access_cookie(), refresh_cookie()):
        response.delete_cookie(name, path="/", secure=_is_secure(), httponly=True, samesite="Strict")


def access_token(incoming: Request) -> str | None:
    """The request's access token as a cookie, whatever it is worth."""
    return incoming.cookies.get(access_cookie()) or None


def refresh_token(incoming: Request) -> str | None:
    """The request's refresh token as a cookie, whatever it is worth."""
    text = incoming.cookies.get(refresh_cookie(), "")
    return text if 0 < len(text) <= _LONGEST_REFRESH and text.isascii() else None


def access_cookie() -> str:
    return "__Host-tiraj-access" if _is_secure() else "tiraj_access"


def refresh_cookie() -> str:
    return "__Host-tiraj-refresh" if _is_secure() else "tiraj_refresh"


def _set(response: Response, name: str, value: str, lifetime: timedelta) -> None:
    response.set_cookie(name, value, max_age=lifetime, path="/", secure=_is_secure(), httponly=True, samesite="Strict")


def _is_secure() -> bool:
    return bool(current_settings().base_url.startswith("https:"))
