"""PayMongo, put together: which misbehaviours it has, and what can be done to a payment of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask import Flask

from dev.gateways import control
from dev.gateways.misbehaviour import ALL, OF_PAYPAL
from dev.gateways.opening import Options, opened
from dev.gateways.shelves import Object
from dev.gateways.wire import Gateway

from . import payments
from .books import books
from .pages import bp as pages
from .routes import bp as routes
from .routes import expire
from .transfers import bp as transfers
from .transfers import come_back
from .wording import Account, refuse, signer

_NOT_HERE: Final = OF_PAYPAL | {
    "stale_token",
    "key_in_use",
    "opaque_notice",
    "json_notice",
    "dispute",
    "dispute_won",
    "dispute_lost",
}
_RETRIES: Final = (60.0, 600.0, 3_600.0, 14_400.0)
_PAYER: Final = "+639171234567"


def make(environment: Mapping[str, str], options: Options) -> Flask:
    account = Account(environment["DEMO_PAYMONGO_KEY"], environment["DEMO_PAYMONGO_WEBHOOK_SECRET"].split())
    held = opened(
        "paymongo",
        environment["DEMO_PAYMONGO_URL"],
        options,
        accounts=account,
        refuse=refuse,
        sign=signer(account),
        targets=environment.get("DEMO_PAYMONGO_NOTICES_URL", "").split(),
        misbehaviours=[name for name in ALL if name not in _NOT_HERE],
        retries=_RETRIES,
    )
    return control.create(held, (routes, transfers, pages), do, books)


def do(held: Gateway, name: str, payment: str) -> bool:
    """To a session, an intent, a payment, a refund or a transfer, by its number."""
    session = held.shelves["session"].get(payment)
    intent = held.shelves["intent"].get(session["_intent"] if session else payment)
    paid = _paid(held, intent, payment)
    if name == "late_success":
        return intent is not None and payments.pay_late(held, intent, _PAYER)
    if name == "unasked_refund":
        return paid is not None and payments.refund_unasked(held, paid["id"])
    if name == "refund_fails_later":
        number = paid["id"] if paid else ""
        back = held.shelves["refund"].found(
            lambda one: payment == one["id"] or number == one["attributes"]["payment_id"]
        )
        return back is not None and payments.fail_refund(held, back["id"])
    if name == "expire":
        return session is not None and expire(held, session)
    return name == "payout_returned" and come_back(held, payment)


def _paid(held: Gateway, intent: Object | None, number: str) -> Object | None:
    found = held.shelves["payment"].get(number)
    if found is None and intent is not None and intent["attributes"]["payments"]:
        found = held.shelves["payment"].get(intent["attributes"]["payments"][-1])
    return found
