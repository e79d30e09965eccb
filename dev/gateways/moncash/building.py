"""MonCash, put together: which misbehaviours it has, and what can be done to a payment of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask import Flask

from dev.gateways import control
from dev.gateways.misbehaviour import ALL, OF_PAYPAL
from dev.gateways.opening import Options, opened
from dev.gateways.wire import Gateway

from .books import books
from .payments import bp as payments
from .payments import end, pay_late
from .tokens import Account, refuse
from .tokens import bp as tokens
from .transfers import bp as transfers
from .transfers import come_back

_NOT_HERE: Final = [
    *OF_PAYPAL,
    "key_in_use",
    "twin_notice",
    "wrong_signature",
    "old_timestamp",
    "wrong_unit",
    "pending_failure",
    "dispute",
    "dispute_won",
    "dispute_lost",
    "unasked_refund",
    "refund_refused",
    "refund_pending",
    "refund_fails_later",
]
_PAYER: Final = "50937007294"


def make(environment: Mapping[str, str], options: Options) -> Flask:
    read = environment.get
    account = Account(
        clients={
            environment["DEMO_MONCASH_CLIENT_ID"]: (environment["DEMO_MONCASH_CLIENT_SECRET"], False),
            environment["DEMO_MONCASH_PREFUNDED_CLIENT_ID"]: (
                environment["DEMO_MONCASH_PREFUNDED_CLIENT_SECRET"],
                True,
            ),
        },
        return_url=read("DEMO_MONCASH_RETURN_URL", ""),
    )
    held = opened(
        "moncash",
        environment["DEMO_MONCASH_URL"],
        options,
        accounts=account,
        refuse=refuse,
        sign=lambda body, at, wrong: {},
        targets=read("DEMO_MONCASH_NOTICES_URL", "").split(),
        misbehaviours=[name for name in ALL if name not in _NOT_HERE],
    )
    return control.create(held, (tokens, payments, transfers), do, books)


def do(held: Gateway, name: str, payment: str) -> bool:
    """To an order, or a transfer, by its number."""
    order = held.shelves["order"].get(payment)
    if name == "late_success":
        return order is not None and pay_late(held, order, _PAYER)
    if name == "expire" and order is not None and order["state"] == "open":
        end(held, order, "expired", _PAYER)
        return True
    return name == "payout_returned" and come_back(held, payment)
