"""MonCash's tokens and refusals: two clients, one for payments and one for prefunded transfers."""

from __future__ import annotations

import hmac
import json
import secrets
import time
from base64 import b64decode
from dataclasses import dataclass, field
from typing import Any, Final

import jwt
from flask import Blueprint, Response, request

from dev.gateways.wire import Refusal, gateway, new_id, said

bp = Blueprint("moncash-tokens", __name__)
SECONDS: Final = 59
_WORDS: Final = {400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 409: "Conflict"}


@dataclass(slots=True)
class Account:
    """Clients by their id, with secret and whether theirs are the prefunded transfers. The shop's own address and
    the key of the tokens."""

    clients: dict[str, tuple[str, bool]]
    return_url: str = ""
    key: str = field(default_factory=lambda: secrets.token_hex(32), repr=False)
    tokens: dict[str, bool] = field(default_factory=dict)
    secrets: list[str] = field(default_factory=list)


def refusal(status: int, message: str, **more: Any) -> Refusal:
    """As their server words it."""
    body = {
        "timestamp": now(),
        "status": status,
        "error": _WORDS.get(status, "Internal Server Error"),
        "message": message,
        "path": request.path.removeprefix("/Api"),
    }
    return Refusal(status, {**body, **more})


def refuse(status: int) -> Refusal:
    if status == 401:
        return expired("")
    words = {404: "Transaction Not Found", 429: "Too many requests", 409: "Conflict"}
    return refusal(status, words.get(status, "No message available"))


def expired(token: str) -> Refusal:
    return Refusal(401, {"error": "invalid_token", "error_description": f"Access token expired: {token}"})


def now() -> int:
    """Epoch milliseconds."""
    return time.time_ns() // 1_000_000


@bp.post("/Api/oauth/token")
def token() -> Response:
    """For the credentials in the header or the body, under either spelling of the scope."""
    held = gateway()
    client, secret = _credentials()
    known = held.accounts.clients.get(client)
    if known is None or not hmac.compare_digest(secret.encode(), known[0].encode()):
        return said({"error": "unauthorized", "error_description": "Bad credentials"}, 401)
    form = request.form if request.form else request.args
    if form.get("grant_type") != "client_credentials":
        return said({"error": "unsupported_grant_type", "error_description": "Unsupported grant type"}, 400)
    number = new_id("", 36)
    claims = {"scope": ["read", "write"], "exp": int(time.time()) + SECONDS, "jti": number, "client_id": client}
    made = jwt.encode(claims, held.accounts.key, "HS256")
    with held.lock:
        held.accounts.tokens[made] = known[1]
        held.later(SECONDS, lambda: held.accounts.tokens.pop(made, None), compressed=False)
    body = {"access_token": made, "token_type": "bearer", "expires_in": SECONDS, "scope": "read,write", "jti": number}
    return said(body)


def check_token(*, prefunded: bool = False) -> None:
    """Whether a living token of the right client asks. Raises Refusal."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    if not given:
        words = "Full authentication is required to access this resource"
        raise Refusal(401, {"error": "unauthorized", "error_description": words})
    tokens: dict[str, bool] = gateway().accounts.tokens
    if given not in tokens:
        if given.count(".") != 2:
            words = "Cannot convert access token to JSON"
            raise Refusal(401, {"error": "invalid_token", "error_description": words})
        raise expired(given)
    if prefunded and not tokens[given]:
        raise refusal(403, "The receiver organization does not exist")


def body() -> dict[str, Any]:
    """The JSON that was sent. Raises Refusal."""
    try:
        found = json.loads(request.get_data())
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise refusal(400, "Malformed JSON request")
    return found


def _credentials() -> tuple[str, str]:
    kind, _, told = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() == "basic":
        try:
            client, _, secret = b64decode(told).decode().partition(":")
        except ValueError:
            return "", ""
        return client, secret
    return request.form.get("client_id", ""), request.form.get("client_secret", "")
