"""A browser that has been signed in to a mailbox's account before: a cookie that says so, and opens nothing.

It is kept when its owner signs out, so that a stranger who uses up what strangers may ask for in that mailbox's name
does not lock the owner out. It holds a random number and a keyed digest of the address, signed.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Final

from flask import request
from itsdangerous import BadData, URLSafeTimedSerializer

from app.core.config import current_settings
from app.core.limits.requester import keyed_mark

LIFETIME: Final = timedelta(days=180)
_SALT: Final = "tiraj/known-browser/1"
_LONGEST: Final = 200


def known_cookie() -> str:
    """The cookie's name."""
    return "__Host-tiraj-known" if current_settings().base_url.startswith("https:") else "tiraj_known"


def token_for(address: str) -> str:
    """What a browser keeps that has just been signed in as `address`; it stays the same number in the same browser."""
    return str(_serializer().dumps([known_id(address) or secrets.token_hex(12), _digest(address)]))


def known_id(address: str | None = None) -> str | None:
    """The number of the browser at hand, if it has been signed in as `address` (or, without one, as anybody)."""
    text = request.cookies.get(known_cookie(), "")
    if not 0 < len(text) <= _LONGEST:
        return None
    try:
        number, digest = _serializer().loads(text, max_age=int(LIFETIME.total_seconds()))
    except (BadData, TypeError, ValueError):
        return None
    return str(number) if address is None or digest == _digest(address) else None


def _digest(address: str) -> str:
    return keyed_mark("known browser", address).hex()


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_settings().secret_key.get_secret_value(), salt=_SALT)
