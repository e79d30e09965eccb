"""A browser that has been signed in to an account before: a cookie that says so, and opens nothing.

It is kept when its owner signs out, so that a stranger who uses up what strangers may ask for in that account's name
does not lock the owner out. It holds a random number and keyed digests of the account's mail address and phone, and of
those of accounts that were there before, signed.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from flask import request
from itsdangerous import BadData, URLSafeTimedSerializer

from app.core.config import current_settings
from app.core.limits.requester import keyed_mark

LIFETIME: Final = timedelta(days=180)
_SALT: Final = "tiraj/known-browser/1"
_LONGEST: Final = 400
_MOST: Final = 4
"""Addresses and numbers that a browser remembers: two people's who share it."""


def known_cookie() -> str:
    """The cookie's name."""
    return "__Host-tiraj-known" if current_settings().base_url.startswith("https:") else "tiraj_known"


def token_for(contacts: Sequence[str]) -> str:
    """What a browser keeps that has just been signed in to the account with these; its number stays the same."""
    number, before = _kept() or (secrets.token_hex(12), [])
    digests = dict.fromkeys([*map(_digest, contacts), *before])
    return str(_serializer().dumps([number, *list(digests)[:_MOST]]))


def known_id(contact: str | None = None) -> str | None:
    """The number of the browser at hand, if it has been signed in to the account with this mail address or phone (or,
    without one, to any)."""
    kept = _kept()
    return kept[0] if kept is not None and (contact is None or _digest(contact) in kept[1]) else None


def _kept() -> tuple[str, list[str]] | None:
    text = request.cookies.get(known_cookie(), "")
    if not 0 < len(text) <= _LONGEST:
        return None
    try:
        number, *digests = _serializer().loads(text, max_age=int(LIFETIME.total_seconds()))
    except (BadData, TypeError, ValueError):
        return None
    return str(number), digests


def _digest(contact: str) -> str:
    return keyed_mark("known browser", contact).hex()


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_settings().secret_key.get_secret_value(), salt=_SALT)
