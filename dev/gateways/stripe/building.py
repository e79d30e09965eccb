"""Stripe, put together: which misbehaviours it has, and what can be done to a payment of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask import Flask

from dev.gateways import control
from dev.gateways.misbehaviour import ALL, OF_PAYPAL
from dev.gateways.opening import Options, opened
from dev.gateways.shelves import Object
from dev.gateways.wire import Gateway

from . import aftermath
from .books import books
from .cards import method_named
from .checkout import bp as checkout
from .checkout import expire
from .events import signer
from .intents import bp as intents
from .lists import bp as lists
from .pages import bp as pages
from .payments import succeed_late
from .refunds import bp as refunds
from .wording import Account, IdempotencyKeys, mark, refuse

_NOT_HERE: Final = OF_PAYPAL | {
    "stale_token",
    "opaque_notice",
    "json_notice",
    "payout_refused",
    "payout_unknown",
    "payout_returned",
}
_RETRIES: Final = (3_600.0, 7_200.0, 14_400.0)


def make(environment: Mapping[str, str], options: Options) -> Flask:
    read = environment.get
    account = Account(
        key=environment["DEMO_STRIPE_KEY"],
        publishable=read("DEMO_STRIPE_PUBLISHABLE_KEY", ""),
        secrets=environment["DEMO_STRIPE_WEBHOOK_SECRET"].replace(",", " ").split(),
    )
    keys = IdempotencyKeys()
    held = opened(
        "stripe",
        environment["DEMO_STRIPE_URL"],
        options,
        accounts=account,
        refuse=refuse,
        sign=signer(account),
        targets=read("DEMO_STRIPE_NOTICES_URL", "").split(),
        misbehaviours=[name for name in ALL if name not in _NOT_HERE],
        retries=_RETRIES,
        keys=keys,
    )
    keys.gateway = held
    app = control.create(held, (intents, checkout, refunds, lists, pages), do, books)
    app.after_request(mark)
    return app


def do(held: Gateway, name: str, payment: str) -> bool:
    """To a PaymentIntent, a charge, a Checkout Session, a refund or a dispute, by its number."""
    charge = _charge(held, payment)
    if name == "unasked_refund":
        return charge is not None and aftermath.refund_unasked(held, charge["id"])
    if name == "dispute":
        return charge is not None and aftermath.dispute(held, charge["id"])
    if name in ("dispute_won", "dispute_lost"):
        found = held.shelves["dispute"].found(lambda one: payment in (one["id"], one["payment_intent"], one["charge"]))
        return found is not None and aftermath.end_dispute(held, found["id"], is_won=name == "dispute_won")
    if name == "refund_fails_later":
        found = held.shelves["refund"].found(lambda one: payment in (one["id"], one["payment_intent"]))
        return found is not None and aftermath.fail_refund(held, found["id"])
    if name == "expire":
        return bool(expire(held, payment))
    if name == "late_success":
        return _succeed(held, payment)
    return False


def _succeed(held: Gateway, payment: str) -> bool:
    session = held.shelves["session"].get(payment)
    number = (session or {}).get("payment_intent") or payment
    if held.shelves["intent"].get(number) is None:
        return False
    succeed_late(held, number, method_named(held, "pm_card_visa"))
    return True


def _charge(held: Gateway, number: str) -> Object | None:
    session = held.shelves["session"].get(number)
    intent = held.shelves["intent"].get((session or {}).get("payment_intent") or number)
    return held.shelves["charge"].get((intent or {}).get("latest_charge") or number)
