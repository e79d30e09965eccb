"""Stripe's events: kept for who lists them, and sent as signed notices."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections.abc import Mapping
from typing import Any

from flask import has_request_context, request

from dev.gateways.notices import Letter
from dev.gateways.shelves import Object
from dev.gateways.wire import Gateway, in_bytes, new_id, public, scaled

from .wording import VERSION, Account


def emit(held: Gateway, kind: str, value: Object, before: Mapping[str, Any] | None = None) -> None:
    """An event about an object as it is now; `before`: what was otherwise in it."""
    made = _event(kind, value, before)
    held.shelves["event"].put(made["id"], made)
    forged = {**value, "id": new_id(f"{value['id'].partition('_')[0]}_")}

    def delivered() -> None:
        with held.lock:
            held.shelves["event"].put(made["id"], {**made, "pending_webhooks": 0})

    held.notices.send(
        Letter(
            in_bytes(made),
            delivered=delivered,
            instead={"wrong_unit": Letter(in_bytes({**made, "data": scaled(made["data"])}))},
            beside={
                "twin_notice": Letter(in_bytes({**made, "id": new_id("evt_")})),
                "forged_notice": Letter(in_bytes(_event(kind, forged, before))),
            },
        )
    )


def _event(kind: str, value: Object, before: Mapping[str, Any] | None) -> Object:
    by_request = has_request_context() and request.path.startswith("/v1/")
    return {
        "id": new_id("evt_"),
        "object": "event",
        "api_version": VERSION,
        "created": int(time.time()),
        "data": {"object": public(value)} | ({"previous_attributes": dict(before)} if before else {}),
        "livemode": False,
        "pending_webhooks": 1,
        "request": {
            "id": new_id("req_", 14) if by_request else None,
            "idempotency_key": request.headers.get("Idempotency-Key") if by_request else None,
        },
        "type": kind,
    }


def signer(account: Account) -> Any:
    """`Stripe-Signature` by every secret of the endpoint."""

    def sign(body: bytes, at: int, wrong: bool) -> Mapping[str, str]:
        keys = [secrets.token_hex(16)] if wrong else account.secrets
        marks = [f"v1={signature(body, at, key)}" for key in keys]
        return {"Stripe-Signature": ",".join([f"t={at}", *marks]), "User-Agent": "Stripe/1.0"}

    return sign


def signature(body: bytes, at: int, secret: str) -> str:
    return hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
