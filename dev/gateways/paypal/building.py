"""PayPal, put together: which misbehaviours it has, and what can be done to a payment of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from flask import Flask

from dev.gateways import control
from dev.gateways.misbehaviour import ALL
from dev.gateways.opening import Options, opened
from dev.gateways.shelves import Object
from dev.gateways.wire import Gateway

from . import aftermath
from .books import books
from .captures import bp as captures
from .events import bp as events
from .events import signer
from .orders import bp as orders
from .orders import pay_late, void
from .pages import bp as pages
from .wording import Account, RequestIds, refuse
from .wording import bp as tokens

_NOT_HERE: Final = {"opaque_notice", "json_notice", "payout_refused", "payout_unknown", "payout_returned"}
_RETRIES: Final = tuple(3_600.0 * hours for hours in (1, 2, 3, 6, 12, 24, 24))
_BEGIN: Final = b"-----BEGIN CERTIFICATE-----"


def make(environment: Mapping[str, str], options: Options) -> Flask:
    url = environment["DEMO_PAYPAL_URL"]
    pem = Path(environment["DEMO_PAYPAL_SIGNING_FILE"]).read_bytes()
    key = load_pem_private_key(pem, None)
    assert isinstance(key, RSAPrivateKey)
    account = Account(
        client_id=environment["DEMO_PAYPAL_CLIENT_ID"],
        client_secret=environment["DEMO_PAYPAL_CLIENT_SECRET"],
        webhook_id=environment["DEMO_PAYPAL_WEBHOOK_ID"],
        key=key,
        certificates=pem[pem.index(_BEGIN) :],
    )
    keys = RequestIds()
    held = opened(
        "paypal",
        url,
        options,
        accounts=account,
        refuse=refuse,
        sign=signer(account, url),
        targets=environment.get("DEMO_PAYPAL_NOTICES_URL", "").split(),
        misbehaviours=[name for name in ALL if name not in _NOT_HERE],
        retries=_RETRIES,
        keys=keys,
    )
    keys.gateway = held
    return control.create(held, (tokens, orders, captures, events, pages), do, books)


def do(held: Gateway, name: str, payment: str) -> bool:
    """To an order, a capture, a refund or a dispute, by its number."""
    made = _capture(held, payment)
    number = made["id"] if made else ""
    if name == "unasked_refund":
        return aftermath.refund_unasked(held, number)
    if name == "dispute":
        return aftermath.dispute(held, number)
    if name in ("dispute_won", "dispute_lost"):
        case = str(made.get("_disputed", "")) if made else payment
        return aftermath.end_dispute(held, case, is_won=name == "dispute_won")
    if name == "refund_fails_later":
        found = held.shelves["refund"].found(lambda one: payment == one["id"] or number == one["_capture"])
        return found is not None and aftermath.fail_refund(held, found["id"])
    if name == "expire":
        return void(held, payment)
    return name == "late_success" and pay_late(held, payment)


def _capture(held: Gateway, number: str) -> Object | None:
    """By its own number or its order's."""
    return held.shelves["capture"].get(number) or held.shelves["capture"].found(
        lambda one: one["supplementary_data"]["related_ids"]["order_id"] == number
    )
