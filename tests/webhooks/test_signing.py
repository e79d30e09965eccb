"""Signatures as Standard Webhooks publishes them, and secrets that are derived."""

from __future__ import annotations

import base64
import hashlib
import hmac
from uuid import UUID

from app.webhooks.delivery import signing

ENDPOINT = UUID("0196a3c4-0000-7000-8000-000000000001")


def test_the_published_example() -> None:
    """The vector in the libraries of Standard Webhooks."""
    signature = signing.sign(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1614265330,
        b'{"test": 2432232314}',
    )
    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_secrets_are_derived_from_the_servers_key_alone() -> None:
    made = signing.secret("k" * 32, ENDPOINT, 3)
    expected = hmac.new(b"k" * 32, f"tiraj/webhook/1:{ENDPOINT}:3".encode(), hashlib.sha256).digest()
    assert made == "whsec_" + base64.b64encode(expected).decode()
    others = {
        signing.secret("k" * 32, ENDPOINT, 4),
        signing.secret("l" * 32, ENDPOINT, 3),
        signing.secret("k" * 32, UUID(int=ENDPOINT.int + 1), 3),
    }
    assert len(others | {made}) == 4


def test_both_live_secrets_sign() -> None:
    new, old = (signing.secret("k" * 32, ENDPOINT, generation) for generation in (2, 1))
    body = '{"é":1}'.encode()
    made = signing.headers([new, old], "event", 1_700_000_000, body)
    assert made["webhook-id"] == "event"
    assert made["webhook-timestamp"] == "1700000000"
    assert made["webhook-signature"].split(" ") == [
        signing.sign(new, "event", 1_700_000_000, body),
        signing.sign(old, "event", 1_700_000_000, body),
    ]
