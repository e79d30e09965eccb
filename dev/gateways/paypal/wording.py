"""How PayPal is asked and how it refuses: tokens, error bodies, amounts, answers that are given again."""

from __future__ import annotations

import hmac
import json
import re
import secrets
import string
from base64 import b64decode
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from flask import Blueprint, Response, request

from dev.gateways.wire import Gateway, Keys, Refusal, gateway, said

bp = Blueprint("paypal-tokens", __name__)
WITHOUT_DECIMALS: Final = frozenset(["HUF", "JPY", "TWD"])
CURRENCIES: Final = WITHOUT_DECIMALS | frozenset(
    re.findall("...", "AUDBRLCADCNYCZKDKKEURHKDILSINRMYRMXNNZDNOKPHPPLNGBPSGDSEKCHFTHBUSD")
)
_TOKEN_SECONDS: Final = 32_400
_NAMES: Final = {
    400: ("INVALID_REQUEST", "Request is not well-formed, syntactically incorrect, or violates schema."),
    401: (
        "AUTHENTICATION_FAILURE",
        "Authentication failed due to missing authorization header, or invalid credentials.",
    ),
    403: ("NOT_AUTHORIZED", "Authorization failed due to insufficient permissions."),
    404: ("RESOURCE_NOT_FOUND", "The specified resource does not exist."),
    409: ("RESOURCE_CONFLICT", "The server has detected a conflict while processing this request."),
    422: ("UNPROCESSABLE_ENTITY", "The requested action could not be performed, semantically incorrect, or failed."),
    429: ("RATE_LIMIT_REACHED", "Too many requests. Blocked due to rate limiting."),
    500: ("INTERNAL_SERVER_ERROR", "An internal server error has occurred."),
}


@dataclass(slots=True)
class Account:
    """Who may ask; what signs notices, and the certificates that show it."""

    client_id: str
    client_secret: str = field(repr=False)
    webhook_id: str
    key: RSAPrivateKey = field(repr=False)
    certificates: bytes
    tokens: set[str] = field(default_factory=set, repr=False)
    secrets: list[str] = field(default_factory=list)


def refusal(status: int, issue: str = "", description: str = "", where: str = "") -> Refusal:
    """PayPal's error body, with the one thing that was wrong."""
    name, message = _NAMES.get(status, _NAMES[500])
    details: list[dict[str, str]] = []
    if issue:
        details = [{"issue": issue, "description": description or issue.replace("_", " ").capitalize() + "."}]
        if where:
            details[0] |= {"field": where, "location": "body"}
    more = f"https://developer.paypal.com/api/rest/reference/orders/v2/errors/#{issue or name}"
    links = [{"href": more, "rel": "information_link", "method": "GET"}]
    body = {"name": name, "message": message, "debug_id": secrets.token_hex(7), "details": details, "links": links}
    return Refusal(status, body)


def refuse(status: int) -> Refusal:
    if status == 401:
        return Refusal(401, {"error": "invalid_token", "error_description": "Token signature verification failed"})
    issue = {404: "INVALID_RESOURCE_ID", 409: "PREVIOUS_REQUEST_IN_PROGRESS"}.get(status, "")
    return refusal(status, issue)


@bp.post("/v1/oauth2/token")
def token() -> Response:
    held = gateway()
    account: Account = held.accounts
    kind, _, told = request.headers.get("Authorization", "").partition(" ")
    try:
        client, _, secret = b64decode(told).decode().partition(":") if kind == "Basic" else ("", "", "")
    except ValueError:
        client, secret = "", ""
    if client != account.client_id or not hmac.compare_digest(secret.encode(), account.client_secret.encode()):
        words = "Client Authentication failed"
        return said({"error": "invalid_client", "error_description": words}, 401)
    if request.form.get("grant_type") != "client_credentials":
        return said({"error": "unsupported_grant_type", "error_description": "Grant Type is NULL"}, 400)
    made = f"A21AA{secrets.token_urlsafe(72)}"
    with held.lock:
        account.tokens.add(made)
        held.later(_TOKEN_SECONDS, lambda: account.tokens.discard(made), compressed=False)
    return said(
        {
            "scope": "https://uri.paypal.com/services/payments/payment",
            "access_token": made,
            "token_type": "Bearer",
            "app_id": "APP-80W284485P519543T",
            "expires_in": _TOKEN_SECONDS,
            "nonce": f"{now()}{secrets.token_urlsafe(24)}",
        }
    )


def check_token() -> None:
    account: Account = gateway().accounts
    if request.headers.get("Authorization", "").removeprefix("Bearer ") not in account.tokens:
        raise refuse(401)


def body() -> dict[str, Any]:
    """The JSON that was sent; an empty body is an empty object. Raises Refusal."""
    raw = request.get_data()
    try:
        found = json.loads(raw) if raw else {}
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise refusal(400, "MALFORMED_REQUEST_JSON")
    return found


def amount_of(given: Any, where: str) -> tuple[Decimal, str]:
    """Value and currency. Raises Refusal."""
    if not isinstance(given, dict) or not isinstance(given.get("currency_code"), str):
        raise refusal(400, "MISSING_REQUIRED_PARAMETER", where=f"{where}/currency_code")
    currency, value = given["currency_code"], given.get("value")
    if currency not in CURRENCIES:
        raise refusal(422, "CURRENCY_NOT_SUPPORTED", where=f"{where}/currency_code")
    if not isinstance(value, str) or not re.fullmatch(r"\d{1,12}(\.\d{1,3})?", value):
        raise refusal(400, "INVALID_PARAMETER_SYNTAX", where=f"{where}/value")
    if len(value.partition(".")[2]) > (0 if currency in WITHOUT_DECIMALS else 2):
        raise refusal(422, "DECIMAL_PRECISION", where=f"{where}/value")
    if Decimal(value) <= 0:
        raise refusal(422, "CANNOT_BE_ZERO_OR_NEGATIVE", where=f"{where}/value")
    return Decimal(value), currency


def money(value: Decimal, currency: str) -> dict[str, str]:
    step = Decimal(1) if currency in WITHOUT_DECIMALS else Decimal("0.01")
    return {"currency_code": currency, "value": str(value.quantize(step))}


def now() -> str:
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"


def new_number(letters: int = 17) -> str:
    return "".join(secrets.choice(string.ascii_uppercase + string.digits) for _ in range(letters))


class RequestIds(Keys):
    """`PayPal-Request-Id`: what was done is told again, 200 this time; six hours for orders, 45 days for payments."""

    def __init__(self) -> None:
        self.gateway: Gateway | None = None
        self._held: dict[tuple[str, str], bytes] = {}

    def recall(self) -> Response | None:
        key = self._key()
        if key is None or key not in self._held:
            return None
        return Response(self._held[key], 200, content_type="application/json")

    def keep(self, done: Response, shown: Response, *, is_outcome: bool) -> Response:
        key = self._key()
        if key is not None and done.status_code in (200, 201) and key not in self._held:
            self._held[key] = done.get_data()
            if len(self._held) > 20_000:
                self._held.pop(next(iter(self._held)))
            hours = 45 * 24 if request.path.startswith("/v2/payments/") else 6
            if self.gateway is not None:
                self.gateway.later(hours * 3_600, lambda: self._forget(key), compressed=False)
        return shown

    def _key(self) -> tuple[str, str] | None:
        given = request.headers.get("PayPal-Request-Id") if request.method == "POST" else None
        return (request.path, given[:108]) if given else None

    def _forget(self, key: tuple[str, str]) -> None:
        self._held.pop(key, None)
