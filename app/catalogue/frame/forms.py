"""The token of the order form. It is all a post of the frame has, beside the page it comes from: no cookie is read."""

from __future__ import annotations

import hashlib
import secrets

from itsdangerous import BadData, URLSafeTimedSerializer

from app.core.config import current_settings
from app.core.errors import DomainError

from .frame import Frame
from .naming import Player

MAX_AGE_SECONDS = 6 * 3600
_NONCE_BYTES = 16
_SALT = "tiraj/order-form/1"


def issue_token(frame: Frame, player: Player) -> str:
    """A token for one order of this player, good for six hours."""
    return str(_serializer().dumps([secrets.token_hex(_NONCE_BYTES), _bound_to(frame, player)]))


def nonce_of(token: str, frame: Frame, player: Player) -> str:
    """The token's one-time number; the same token gives the same, however its signature is spelled.

    Raises:
        DomainError: 400 `form_expired`: no token, too old, changed, or another player's.
    """
    try:
        nonce, bound_to = _serializer().loads(token, max_age=MAX_AGE_SECONDS)
    except (BadData, TypeError, ValueError):
        raise DomainError("form_expired", status=400) from None
    if bound_to != _bound_to(frame, player):
        raise DomainError("form_expired", status=400)
    return str(nonce)


def _bound_to(frame: Frame, player: Player) -> str:
    text = "\0".join((frame.site.name, player.public, player.private))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_settings().secret_key.get_secret_value(), salt=_SALT)
