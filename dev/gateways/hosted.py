"""The page on which a payer pays, declines, is asked to confirm, lets it expire, or leaves: one for all providers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from flask import Response, make_response, render_template, request

BUTTONS: Final = MappingProxyType(
    {
        "pay": "Pay",
        "decline": "Decline",
        "challenge": "Pay, and be asked to confirm",
        "expire": "Let it expire",
        "leave": "Leave without paying",
    }
)
TITLES: Final = MappingProxyType({"stripe": "Stripe", "moncash": "MonCash", "paypal": "PayPal", "paymongo": "PayMongo"})
CONFIRMING: Final = MappingProxyType({"confirm": "It is me", "deny": "It is not me"})


@dataclass(frozen=True, slots=True)
class Bill:
    """What the payer reads. `label`: what the payer is asked for; `amount` in major units, with its currency."""

    provider: str
    amount: str
    label: str
    example: str
    what: str = ""
    buttons: Mapping[str, str] = field(default_factory=lambda: BUTTONS)


def asked(bill: Bill, error: str = "") -> Response:
    """The form; it is sent to its own address with `act` and `payer`."""
    payer = request.form.get("payer", bill.example)
    page = render_template("pay.html", bill=bill, error=error, payer=payer)
    return make_response(page, 422 if error else 200)


def told(provider: str, words: str, back: str = "") -> Response:
    """How it ended, and where to go on."""
    return make_response(render_template("ended.html", provider=provider, words=words, back=back))


def major(amount: int, currency: str, decimals: int = 2) -> str:
    """`12.50 USD` of 1250 and usd."""
    whole, part = divmod(amount, 10**decimals)
    return f"{whole:,}{f'.{part:0{decimals}}' if decimals else ''} {currency.upper()}"
