"""Marks that only a process which holds the settings' secret can make: whoever writes to the database alone cannot."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Sequence
from typing import Any

from app.core.config import current_settings


def mark(purpose: str, told: Sequence[Any]) -> str:
    """The mark of these values, which must be JSON, for one purpose."""
    secret = current_settings().secret_key.get_secret_value().encode()
    message = json.dumps([purpose, *told], sort_keys=True).encode()
    return hmac.new(secret, message, hashlib.sha256).hexdigest()


def is_ours(found: object, purpose: str, told: Sequence[Any]) -> bool:
    """Whether that is the mark of these values; anything may stand where a mark should."""
    return hmac.compare_digest(json.dumps(found).encode(), json.dumps(mark(purpose, told)).encode())
