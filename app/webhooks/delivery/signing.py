"""Pure: the Standard Webhooks signature, and secrets that are derived instead of stored."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence
from uuid import UUID

PREFIX = "whsec_"


def secret(key: str, endpoint_id: UUID, generation: int) -> str:
    """An endpoint's secret of a generation, as its owner pastes it: 256 bits under the server's own key."""
    message = f"tiraj/webhook/1:{endpoint_id}:{generation}".encode()
    return PREFIX + base64.b64encode(hmac.digest(key.encode(), message, hashlib.sha256)).decode()


def sign(secret_text: str, message_id: str, timestamp: int, body: bytes) -> str:
    """`v1,` and the base64 HMAC-SHA256 of `id.timestamp.body` (standardwebhooks.com, "Signature scheme")."""
    key = base64.b64decode(secret_text.removeprefix(PREFIX))
    message = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, message, hashlib.sha256)).decode()


def headers(secrets: Sequence[str], message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The three headers of a delivery, with one signature for each live secret."""
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(sign(one, message_id, timestamp, body) for one in secrets),
    }
