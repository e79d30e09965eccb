"""The demo's accounts at payment gateways: made once, and known to `dev.gateways` alone."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping

PROVIDERS = ("stripe", "moncash")
_MADE: Mapping[str, Callable[[], str]] = {
    "DEMO_STRIPE_KEY": lambda: f"sk_test_{secrets.token_hex(24)}",
    "DEMO_STRIPE_PUBLISHABLE_KEY": lambda: f"pk_test_{secrets.token_hex(24)}",
    "DEMO_STRIPE_WEBHOOK_SECRET": lambda: f"whsec_{secrets.token_hex(24)}",
    "DEMO_MONCASH_CLIENT_ID": lambda: secrets.token_hex(16),
    "DEMO_MONCASH_CLIENT_SECRET": lambda: secrets.token_urlsafe(48),
    "DEMO_MONCASH_PREFUNDED_CLIENT_ID": lambda: secrets.token_hex(16),
    "DEMO_MONCASH_PREFUNDED_CLIENT_SECRET": lambda: secrets.token_urlsafe(48),
}
"""What is made where the last run has none."""


def settings(before: Mapping[str, str], base_url: str, ports: Mapping[str, int]) -> dict[str, str]:
    """By provider its port; what is theirs to keep, and where their notices and payers go: to the platform."""
    found = {f"DEMO_{name.upper()}_URL": f"http://127.0.0.1:{port}" for name, port in ports.items()}
    for name in ports:
        found[f"DEMO_{name.upper()}_NOTICES_URL"] = f"{base_url}/api/webhooks/{name}"
    found["DEMO_MONCASH_RETURN_URL"] = f"{base_url}/payments/return/moncash"
    for name, make in _MADE.items():
        found[name] = before.get(name) or make()
    return found
