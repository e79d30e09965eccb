"""How PayMongo is asked and how it refuses, and its notices: `data` within `attributes` within `data`."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import time
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from flask import Response, request

from dev.gateways.notices import Letter
from dev.gateways.shelves import Object
from dev.gateways.wire import Gateway, Refusal, gateway, in_bytes, new_id, public, said, scaled

LEAST: Final = 2_000
MOST: Final = 999_999_999
_CODES: Final = {401: "api_key_invalid", 404: "resource_not_found", 409: "resource_conflict", 429: "rate_limited"}


@dataclass(slots=True)
class Account:
    """Who may ask, by which key, and the webhook's secrets."""

    key: str = field(repr=False)
    secrets: list[str] = field(default_factory=list, repr=False)


def refusal(status: int, code: str, detail: str, pointer: str = "") -> Refusal:
    error: dict[str, Any] = {"code": code, "detail": detail}
    if pointer:
        error["source"] = {"pointer": pointer, "attribute": pointer.rpartition(".")[2]}
    return Refusal(status, {"errors": [error]})


def refuse(status: int) -> Refusal:
    return refusal(status, _CODES.get(status, "internal_server_error"), "The request could not be served.")


def missing(number: str) -> Refusal:
    return refusal(404, "resource_not_found", f"No such resource with id {number}.", "id")


def check_key() -> None:
    """Basic, with the secret key as user and no password."""
    kind, _, told = request.headers.get("Authorization", "").partition(" ")
    try:
        given = b64decode(told).decode().partition(":")[0] if kind == "Basic" else ""
    except ValueError:
        given = ""
    if not hmac.compare_digest(given.encode(), gateway().accounts.key.encode()):
        raise refusal(401, "api_key_invalid", "API key is invalid. Please make sure to use your own secret key.")


def attributes() -> dict[str, Any]:
    """What was sent as `data.attributes`. Raises Refusal."""
    try:
        found = json.loads(request.get_data())["data"]["attributes"]
    except (KeyError, TypeError, ValueError):
        found = None
    if not isinstance(found, dict):
        raise refusal(400, "parameter_required", "data.attributes is required.", "data.attributes")
    return found


def centavos(given: dict[str, Any], least: int = LEAST) -> int:
    amount = given.get("amount")
    if not isinstance(amount, int) or isinstance(amount, bool):
        raise refusal(400, "parameter_format_invalid", "amount should be an integer.", "amount")
    if amount < least:
        raise refusal(400, "parameter_below_minimum", f"The value for amount cannot be less than {least}.", "amount")
    if amount > MOST:
        raise refusal(400, "parameter_above_maximum", f"The value for amount cannot be more than {MOST}.", "amount")
    if given.get("currency", "PHP") != "PHP":
        raise refusal(400, "parameter_invalid", "currency should be PHP.", "currency")
    return amount


def shown(value: Object | None, number: str = "") -> Response:
    if value is None:
        raise missing(number)
    return said({"data": public(value)})


def listed(shelf: str) -> Response:
    """A page, the newest first: `limit`, `after` and `before` by numbers."""
    rows = list(gateway().shelves[shelf].newest())
    numbers = [row["id"] for row in rows]
    size = request.args.get("limit", 10, int)
    after, before = request.args.get("after"), request.args.get("before")
    begin = numbers.index(after) + 1 if after in numbers else 0
    end = numbers.index(before) if before in numbers else len(rows)
    page = rows[begin:end][: max(1, min(size, 100))]
    return said({"has_more": begin + len(page) < end, "data": public(page)})


def made(prefix: str, kind: str, values: Mapping[str, Any]) -> Object:
    """A resource: its number, its type, its attributes with both moments."""
    at = int(time.time())
    held = {"livemode": False, **values, "created_at": at, "updated_at": at}
    return {"id": new_id(prefix), "type": kind, "attributes": held}


def change(held: Gateway, shelf: str, value: Object, **values: Any) -> Object:
    value["attributes"] |= {**values, "updated_at": int(time.time())}
    return held.shelves[shelf].put(value["id"], value)


def emit(held: Gateway, kind: str, value: Object) -> None:
    told = _event(kind, value)
    inner = {**told["data"]["attributes"], "data": scaled(public(value))}
    wrong_unit = {"data": {**told["data"], "attributes": inner}}
    forged = _event(kind, {**value, "id": new_id(f"{value['id'].partition('_')[0]}_")})
    held.notices.send(
        Letter(
            in_bytes(told),
            instead={"wrong_unit": Letter(in_bytes(wrong_unit))},
            beside={
                "twin_notice": Letter(in_bytes(_event(kind, value))),
                "forged_notice": Letter(in_bytes(forged)),
            },
        )
    )


def _event(kind: str, value: Object) -> Object:
    told = {"type": kind, "data": public(value), "previous_data": {}, "pending_webhooks": 1}
    return {"data": made("evt_", "event", told)}


def signer(account: Account) -> Any:
    """`Paymongo-Signature`: `te` while testing, `li` is for live."""

    def sign(body: bytes, at: int, wrong: bool) -> Mapping[str, str]:
        key = secrets.token_hex(16) if wrong else account.secrets[0]
        return {"Paymongo-Signature": f"t={at},te={signature(body, at, key)},li="}

    return sign


def signature(body: bytes, at: int, secret: str) -> str:
    return hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
