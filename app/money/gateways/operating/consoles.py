"""Where a gateway's own console has a payment, for whoever answers a dispute or looks for money there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import quote, urlsplit

from app.money.gateways.settings import GatewaySettings, gateway_settings

_OWN: Final[Mapping[str, str]] = {
    "api.stripe.com": "https://dashboard.stripe.com/{test}payments/{number}",
    "api-m.paypal.com": "https://www.paypal.com/activity/payment/{number}",
    "api-m.sandbox.paypal.com": "https://www.sandbox.paypal.com/activity/payment/{number}",
    "api.paymongo.com": "https://dashboard.paymongo.com/payments/{number}",
}
"""By the host that we ask. MonCash has no page for one payment."""


def page_of(provider: str, number: str) -> str | None:
    """The page about a payment, by the gateway's number of its money; a simulated gateway's first page, where a person
    plays what happens there; None where there is none."""
    settings = gateway_settings()
    address = _address(provider, settings)
    host = urlsplit(address).hostname or ""
    if host in _OWN and number:
        is_test = provider == "stripe" and settings.stripe.key.startswith(("sk_test_", "rk_test_"))
        return _OWN[host].format(number=quote(number, safe=""), test="test/" if is_test else "")
    return f"{address}/" if host in ("127.0.0.1", "localhost") else None


def _address(provider: str, settings: GatewaySettings) -> str:
    addresses = {"stripe": settings.stripe_url, "paypal": settings.paypal_url, "paymongo": settings.paymongo_url}
    return addresses.get(provider, "").rstrip("/")
