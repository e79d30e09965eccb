"""Links by which an owner sees a draft's frame. A frame reads no cookie, so the link itself has to say so."""

from __future__ import annotations

from flask import current_app
from itsdangerous import BadData, URLSafeTimedSerializer

MAX_AGE_SECONDS = 3600
_SALT = "tiraj/preview/1"


def token(name: str) -> str:
    """What opens the frame of the draft `name` for an hour. Made only on its owner's own page."""
    return str(_serializer().dumps(name))


def opens(text: str, name: str) -> bool:
    """Whether `text` is an unexpired token of the site `name`."""
    if not text:
        return False
    try:
        return bool(_serializer().loads(text, max_age=MAX_AGE_SECONDS) == name)
    except BadData:
        return False


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SETTINGS"].secret_key.get_secret_value(), salt=_SALT)
