"""Stripe's amounts: what it takes at least, its fees, and each movement of the balance."""

from __future__ import annotations

import time
from fractions import Fraction
from typing import Any, Final

from dev.gateways.shelves import Object
from dev.gateways.wire import Gateway, Refusal, new_id

from .wording import refusal

ZERO_DECIMAL: Final = frozenset(
    ["bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "ugx", "vnd", "vuv", "xaf", "xof", "xpf"]
)
_A_DOLLAR: Final = {
    "usd": Fraction(1),
    "php": Fraction(58),
    "htg": Fraction(131),
    "eur": Fraction(92, 100),
    "gbp": Fraction(79, 100),
    "cad": Fraction(138, 100),
    "jpy": Fraction(155),
}
"""Made up, and near enough: the least amount is what fifty cents of a dollar are."""
_FEES: Final = {"php": (Fraction(35, 1000), 1_500), "usd": (Fraction(29, 1000), 30)}
DISPUTE_FEE: Final = 1_500
_LARGEST: Final = 99_999_999


def charged(amount: int | None, currency: str | None) -> tuple[int, str]:
    """Amount and currency that can be charged. Raises Refusal."""
    if amount is None:
        raise _missing("amount")
    if currency is None:
        raise _missing("currency")
    currency = currency.lower()
    if currency not in _A_DOLLAR:
        raise refusal(f"Invalid currency: {currency}.", param="currency")
    if amount < 1:
        raise refusal(
            "This value must be greater than or equal to 1.", param="amount", code="parameter_invalid_integer"
        )
    if amount > _LARGEST:
        raise refusal("Amount must be no more than eight digits.", param="amount", code="amount_too_large")
    cents = amount * (100 if currency in ZERO_DECIMAL else 1) / _A_DOLLAR[currency]
    if cents < 50:
        raise _too_small(amount, currency, cents)
    return amount, currency


def _missing(name: str) -> Refusal:
    return refusal(f"Missing required param: {name}.", param=name, code="parameter_missing")


def _too_small(amount: int, currency: str, cents: Fraction) -> Refusal:
    if currency == "usd":
        words = "Amount must be at least $0.50 usd"
    else:
        told = str(amount) if currency in ZERO_DECIMAL else f"{amount // 100}.{amount % 100:02}"
        dollars = f"${int(cents) // 100}.{int(cents) % 100:02}"
        words = f"Amount must convert to at least 50 cents. {told} {currency} converts to approximately {dollars}."
    return refusal(words, param="amount", code="amount_too_small")


def fee_of(amount: int, currency: str) -> int:
    part, fixed = _FEES.get(currency, _FEES["usd"])
    return int(amount * part + Fraction(1, 2)) + fixed


def move(held: Gateway, kind: str, source: str, amount: int, currency: str, fee: int = 0) -> Object:
    """A balance transaction: `amount` gross and signed, `net` what the balance gets."""
    now = int(time.time())
    details: list[dict[str, Any]] = []
    if fee:
        details = [
            {
                "amount": fee,
                "application": None,
                "currency": currency,
                "description": "Stripe fees",
                "type": "stripe_fee",
            }
        ]
    made: Object = {
        "id": new_id("txn_"),
        "object": "balance_transaction",
        "amount": amount,
        "available_on": now,
        "balance_type": "payments",
        "created": now,
        "currency": currency,
        "description": None,
        "exchange_rate": None,
        "fee": fee,
        "fee_details": details,
        "net": amount - fee,
        "reporting_category": {"adjustment": "dispute", "refund_failure": "refund_failure"}.get(kind, kind),
        "source": source,
        "status": "available",
        "type": kind,
    }
    held.shelves["balance"].add(currency, amount - fee)
    return held.shelves["txn"].put(made["id"], made)


def balance(held: Gateway) -> Object:
    sums = {"usd": 0} | {currency: one["total"] for currency, one in held.shelves["balance"].items()}
    available = [
        {"amount": amount, "currency": currency, "source_types": {"card": amount}} for currency, amount in sums.items()
    ]
    pending = [{"amount": 0, "currency": currency, "source_types": {"card": 0}} for currency in sums]
    return {"object": "balance", "available": available, "livemode": False, "pending": pending}
