"""How Stripe is asked and how it refuses: forms with nested brackets, keys, errors, answers that are given again."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from base64 import b64decode
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qsl

from flask import Response, request

from dev.gateways.wire import Gateway, Keys, Refusal, gateway, new_id

VERSION: Final = "2026-10-28.endive"
_DAY: Final = 86_400
_DEEPEST: Final = 6


@dataclass(slots=True)
class Account:
    """Who may ask by which key, and the secrets of the endpoint: several while they are rotated."""

    key: str
    publishable: str = ""
    secrets: list[str] = field(default_factory=list)
    country: str = "US"


def refusal(
    message: str, *, status: int = 400, kind: str = "invalid_request_error", is_outcome: bool = False, **more: Any
) -> Refusal:
    """Stripe's envelope."""
    body = {"error": {**more, "message": message, "type": kind}}
    return Refusal(status, body, is_outcome=is_outcome)


def refuse(status: int) -> Refusal:
    """A status that the simulator wants for a reason of its own."""
    if status == 401:
        return refusal("Invalid API Key provided.", status=401)
    if status == 404:
        return refusal("No such object.", status=404, code="resource_missing")
    if status == 409:
        words = "There is currently another in-progress request using this Stripe-Idempotency-Key."
        return refusal(words, status=409, kind="idempotency_error", code="idempotency_key_in_use")
    if status == 429:
        return refusal("Request rate limit exceeded.", status=429, code="rate_limit")
    if status == 405:
        return refusal(f"Unrecognized request URL ({request.method}: {request.path}).", status=404)
    if status < 500:
        return refusal("The request could not be read.", status=status)
    return refusal("An unknown error occurred.", status=status, kind="api_error", is_outcome=True)


def missing(what: str, number: str) -> Refusal:
    return refusal(f"No such {what}: '{number}'", status=404, code="resource_missing", param="id")


def check_key() -> None:
    """Bearer, or Basic with the key as user; from a payer's own client the publishable key."""
    held: Account = gateway().accounts
    kind, _, given = request.headers.get("Authorization", "").partition(" ")
    if kind == "Basic":
        try:
            given = b64decode(given).decode().partition(":")[0]
        except ValueError:
            given = ""
    if given and hmac.compare_digest(given.encode(), held.key.encode()):
        return
    if not given:
        raise refusal("You did not provide an API key.", status=401)
    raise refusal(f"Invalid API Key provided: {given[:7]}***{given[-4:]}", status=401)


def given() -> dict[str, Any]:
    """Query and body, as nested dicts and lists. Raises Refusal."""
    pairs = [*request.args.items(multi=True)]
    if request.method == "POST":
        pairs += parse_qsl(request.get_data(cache=True).decode("utf-8", "replace"), keep_blank_values=True)
    return nested(pairs)


def nested(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """`a[b][0][c]=d` → `{"a": {"b": [{"c": "d"}]}}`."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        first, *inner = re.split(r"\]?\[", name.removesuffix("]"))
        if len(inner) > _DEEPEST:
            raise refusal(f"Invalid request: {first}", param=first)
        place = found
        for part, following in zip([first, *inner], [*inner, None], strict=True):
            part = str(len(place)) if part == "" else part
            if following is None:
                place[part] = value
            else:
                deeper = place.setdefault(part, {})
                if not isinstance(deeper, dict):
                    raise refusal(f"Invalid {first}", param=first)
                place = deeper
    listed: dict[str, Any] = {name: _listed(value) for name, value in found.items()}
    return listed


def _listed(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {name: _listed(one) for name, one in value.items()}
    if inner and all(name.isdigit() for name in inner):
        return [inner[name] for name in sorted(inner, key=int)]
    return inner


def text(form: dict[str, Any], name: str, default: str | None = None) -> str | None:
    value = form.get(name, default)
    if value is not None and not isinstance(value, str):
        raise refusal(f"Invalid string: {name}", param=name)
    return value or None


def whole(form: dict[str, Any], name: str) -> int | None:
    value = text(form, name)
    if value is None:
        return None
    if not re.fullmatch(r"-?\d{1,18}", value):
        raise refusal(f"Invalid integer: {value}", param=name, code="parameter_invalid_integer")
    return int(value)


def metadata(form: dict[str, Any], name: str = "metadata") -> dict[str, str]:
    """At most 50 keys of 40 letters, with values of 500."""
    value = form.get(name) or {}
    if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
        raise refusal("Invalid metadata", param=name)
    if len(value) > 50 or any(len(key) > 40 or len(one) > 500 for key, one in value.items()):
        raise refusal("Metadata may have 50 keys of 40 letters with values of 500.", param=name)
    return dict(value)


class IdempotencyKeys(Keys):
    """For POST: the first answer, a 500 too, for a day; nothing of a request that was never begun."""

    def __init__(self) -> None:
        self.gateway: Gateway | None = None
        self._held: dict[str, tuple[str, int, bytes, str]] = {}

    def recall(self) -> Response | None:
        key = self._key()
        if key is None:
            return None
        if len(key) > 255:
            raise refusal("Idempotency keys may have 255 letters.", kind="idempotency_error")
        if key not in self._held:
            return None
        asked, status, body, first = self._held[key]
        if asked != _asked():
            words = "Keys for idempotent requests can only be used with the same parameters they were first used with."
            raise refusal(f"{words} Try using a key other than '{key}'.", kind="idempotency_error")
        again = Response(body, status, content_type="application/json")
        again.headers.update({"Idempotent-Replayed": "true", "Original-Request": first})
        return again

    def keep(self, done: Response, shown: Response, *, is_outcome: bool) -> Response:
        key = self._key()
        if key is not None and is_outcome and len(key) <= 255 and key not in self._held:
            first = new_id("req_", 14)
            shown.headers["Request-Id"] = first
            self._held[key] = (_asked(), shown.status_code, shown.get_data(), first)
            if len(self._held) > 20_000:
                self._held.pop(next(iter(self._held)))
            if self.gateway is not None:
                self.gateway.later(_DAY, lambda: self._forget(key), compressed=False)
        return shown

    def _key(self) -> str | None:
        return request.headers.get("Idempotency-Key") if request.method == "POST" else None

    def _forget(self, key: str) -> None:
        self._held.pop(key, None)


def _asked() -> str:
    words = json.dumps([request.path, given()], sort_keys=True)
    return hashlib.sha256(words.encode()).hexdigest()


def mark(response: Response) -> Response:
    """What every answer of the API bears."""
    if not request.path.startswith("/v1/"):
        return response
    response.headers.setdefault("Request-Id", new_id("req_", 14))
    response.headers["Stripe-Version"] = request.headers.get("Stripe-Version", VERSION)
    if "Idempotency-Key" in request.headers:
        response.headers["Idempotency-Key"] = request.headers["Idempotency-Key"]
    return response
