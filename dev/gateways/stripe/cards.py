"""Stripe's test cards and payment methods: what each does when it is charged."""

from __future__ import annotations

import hashlib
import re
import time
from dataclasses import dataclass
from typing import Final

from dev.gateways.shelves import Object
from dev.gateways.wire import Gateway, new_id

from .wording import missing


@dataclass(frozen=True, slots=True)
class Card:
    """`decline`: why it is declined; `then`: the misbehaviour that follows a success."""

    number: str
    brand: str = "visa"
    decline: str = ""
    needs_challenge: bool = False
    then: str = ""


_CARDS: Final = (
    Card("4242424242424242"),
    Card("5555555555554444", brand="mastercard"),
    Card("4000000000000002", decline="generic_decline"),
    Card("4000000000009995", decline="insufficient_funds"),
    Card("4000000000009987", decline="lost_card"),
    Card("4000002500003155", needs_challenge=True),
    Card("4000002760003184", needs_challenge=True),
    Card("4000000000000259", then="dispute"),
    Card("4000000000005126", then="refund_fails_later"),
    Card("4000000000007726", then="refund_pending"),
)
BY_NUMBER: Final = {card.number: card for card in _CARDS}
_METHODS: Final = {
    "pm_card_visa": "4242424242424242",
    "pm_card_mastercard": "5555555555554444",
    "pm_card_chargeDeclined": "4000000000000002",
    "pm_card_visa_chargeDeclined": "4000000000000002",
    "pm_card_chargeDeclinedInsufficientFunds": "4000000000009995",
    "pm_card_visa_chargeDeclinedInsufficientFunds": "4000000000009995",
    "pm_card_chargeDeclinedLostCard": "4000000000009987",
    "pm_card_authenticationRequired": "4000002760003184",
    "pm_card_threeDSecure2Required": "4000002500003155",
    "pm_card_createDispute": "4000000000000259",
    "pm_card_refundFail": "4000000000005126",
    "pm_card_pendingRefund": "4000000000007726",
}


def card_of(method: Object) -> Card:
    return BY_NUMBER.get(method["_number"]) or Card(method["_number"])


def method_named(held: Gateway, name: str) -> Object:
    """A payment method by its number, or one of the test methods. Raises Refusal."""
    if name in _METHODS:
        return new_method(held, _METHODS[name])
    found = held.shelves["method"].get(name)
    if found is None:
        raise missing("PaymentMethod", name)
    return found


def new_method(held: Gateway, number: str, name: str | None = None) -> Object:
    """Made of what a payer typed; spaces do not count."""
    digits = re.sub(r"\D", "", number) or "4242424242424242"
    card = BY_NUMBER.get(digits) or Card(digits)
    made: Object = {
        "id": new_id("pm_"),
        "object": "payment_method",
        "billing_details": {"address": None, "email": None, "name": name, "phone": None},
        "card": {
            "brand": card.brand,
            "country": "US",
            "exp_month": 12,
            "exp_year": time.gmtime().tm_year + 3,
            "fingerprint": hashlib.sha256(digits.encode()).hexdigest()[:16],
            "funding": "credit",
            "last4": digits[-4:],
            "three_d_secure_usage": {"supported": True},
        },
        "created": int(time.time()),
        "customer": None,
        "livemode": False,
        "metadata": {},
        "type": "card",
        "_number": digits,
    }
    return held.shelves["method"].put(made["id"], made)
