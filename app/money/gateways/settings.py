"""Which gateways are there, and with which accounts: off until they are named."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Final

from pydantic import Field, SecretStr, field_validator

from app.core.config import PartOfSettings, current_settings
from app.core.text.settings_words import Group
from app.people.players.verification.rules import parse_limits

_URL: Final = r"^https?://[^/\s?#]+(/[^\s?#]*[^/\s?#])?$"
PROVIDERS: Final = ("moncash", "paymongo", "paypal", "stripe")
_NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "moncash": (
        *("MONCASH_CLIENT_ID", "MONCASH_CLIENT_SECRET"),
        *("MONCASH_PREFUNDED_CLIENT_ID", "MONCASH_PREFUNDED_CLIENT_SECRET"),
    ),
    "paymongo": ("PAYMONGO_SECRET_KEY", "PAYMONGO_WEBHOOK_SECRET"),
    "paypal": ("PAYPAL_CLIENT_ID", "PAYPAL_CLIENT_SECRET", "PAYPAL_WEBHOOK_ID"),
    "stripe": ("STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET"),
}
_ADDRESSES: Final = tuple(f"{name.upper()}_URL" for name in PROVIDERS)
_TEST_KEY: Final = re.compile(r"(sk|rk|pk)_test_")
_SANDBOX: Final = re.compile(r"https?://([^/]*\.)?sandbox\.", re.IGNORECASE)
"""Whoever pays there pays nothing, and would play with it."""


@dataclass(frozen=True, slots=True)
class MonCashAccount:
    """Two clients: one that takes payments, one that the prefunded account is paid from."""

    url: str
    client_id: str
    client_secret: str = field(repr=False)
    prefunded_client_id: str
    prefunded_client_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class KeyAccount:
    """A secret key, and what webhooks are signed with."""

    url: str
    key: str = field(repr=False)
    webhook_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class PayPalAccount:
    """A client, and the webhook that it is told by."""

    url: str
    client_id: str
    client_secret: str = field(repr=False)
    webhook_id: str
    root_file: str | None = None


class GatewaySettings(PartOfSettings):
    """A gateway is on when it is named in GATEWAYS and has all that it needs."""

    told: ClassVar[Group | None] = Group(
        "Payment gateways",
        {
            "gateways": "Which gateways take payments",
            "gateway_seconds": "Seconds for one answer of a gateway",
            "payment_minutes": "So long a payment may be paid",
            "refund_one_operator": "Up to which amount of a payment one operator is enough to give it back",
            "moncash_url": "MonCash's address",
            "moncash_client_id": "MonCash's client for payments",
            "moncash_client_secret": "Its secret",
            "moncash_prefunded_client_id": "MonCash's client for the prefunded account",
            "moncash_prefunded_client_secret": "Its own secret",
            "stripe_url": "Stripe's address",
            "stripe_secret_key": "Stripe's secret key",
            "stripe_webhook_secret": "What Stripe signs webhooks with",
            "paymongo_url": "PayMongo's address",
            "paymongo_secret_key": "PayMongo's secret key",
            "paymongo_webhook_secret": "What PayMongo signs webhooks with",
            "paypal_url": "PayPal's address",
            "paypal_client_id": "PayPal's client",
            "paypal_client_secret": "The client's secret",
            "paypal_webhook_id": "The webhook that PayPal tells us by",
            "paypal_root_file": "Who vouches for the certificates that PayPal signs with",
        },
    )

    gateways: str | None = Field(
        default=None,
        pattern=r"^(moncash|paymongo|paypal|stripe)( (moncash|paymongo|paypal|stripe))*$",
        description="moncash stripe paymongo paypal, with spaces between; not set: nobody can pay in",
    )
    gateway_seconds: float = Field(default=8, gt=0, le=30, description="one answer of a gateway, from looking it up on")
    payment_minutes: int = Field(default=60, ge=30, le=1440, description="then it is cancelled")
    refund_one_operator: str | None = Field(default=None, description="HTG=100000; not set: two for all")
    moncash_url: str = Field(default="https://moncashbutton.digicelgroup.com", pattern=_URL)
    moncash_client_id: str | None = None
    moncash_client_secret: SecretStr | None = None
    moncash_prefunded_client_id: str | None = None
    moncash_prefunded_client_secret: SecretStr | None = None
    stripe_url: str = Field(default="https://api.stripe.com", pattern=_URL)
    stripe_secret_key: SecretStr | None = None
    stripe_webhook_secret: SecretStr | None = None
    paymongo_url: str = Field(default="https://api.paymongo.com", pattern=_URL)
    paymongo_secret_key: SecretStr | None = None
    paymongo_webhook_secret: SecretStr | None = None
    paypal_url: str = Field(default="https://api-m.paypal.com", pattern=_URL)
    paypal_client_id: str | None = None
    paypal_client_secret: SecretStr | None = None
    paypal_webhook_id: str | None = None
    paypal_root_file: str | None = Field(default=None, description="certificates, as PEM; not set: whom the web trusts")

    @field_validator("refund_one_operator")
    @classmethod
    def _is_amounts(cls, value: str | None) -> str | None:
        parse_limits(value or "")
        return value

    @classmethod
    def problems(cls, environ: Mapping[str, str]) -> list[str]:
        """What a named gateway cannot do without."""
        named = environ.get("GATEWAYS", "").split()
        found = [
            f"{need}: required when GATEWAYS names {name}"
            for name in named
            for need in _NEEDED.get(name, ())
            if not environ.get(need)
        ]
        return found + (_not_real(named, environ) if environ.get("ENVIRONMENT") == "production" else [])

    @property
    def named(self) -> tuple[str, ...]:
        """The gateways that are on."""
        return tuple((self.gateways or "").split())

    @property
    def moncash(self) -> MonCashAccount:
        return MonCashAccount(
            self.moncash_url,
            self.moncash_client_id or "",
            _open(self.moncash_client_secret),
            self.moncash_prefunded_client_id or "",
            _open(self.moncash_prefunded_client_secret),
        )

    @property
    def stripe(self) -> KeyAccount:
        return KeyAccount(self.stripe_url, _open(self.stripe_secret_key), _open(self.stripe_webhook_secret))

    @property
    def paymongo(self) -> KeyAccount:
        return KeyAccount(self.paymongo_url, _open(self.paymongo_secret_key), _open(self.paymongo_webhook_secret))

    @property
    def paypal(self) -> PayPalAccount:
        return PayPalAccount(
            self.paypal_url,
            self.paypal_client_id or "",
            _open(self.paypal_client_secret),
            self.paypal_webhook_id or "",
            self.paypal_root_file,
        )


def gateway_settings() -> GatewaySettings:
    """Those in force."""
    return current_settings().of(GatewaySettings)


def _not_real(named: Sequence[str], environ: Mapping[str, str]) -> list[str]:
    """What may be tried out, and takes no money that anybody has."""
    addresses = [(name, environ.get(name, "")) for name in _ADDRESSES]
    keys = [need for name in named for need in _NEEDED.get(name, ()) if _TEST_KEY.match(environ.get(need, ""))]
    return [
        *(f"{name}: must be https in production" for name, url in addresses if url.startswith("http:")),
        *(
            f"{name}: is a sandbox, where nobody pays; not in production"
            for name, url in addresses
            if _SANDBOX.match(url)
        ),
        *(f"{need}: is a key for tests, by which nobody pays; not in production" for need in keys),
    ]


def _open(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret is not None else ""
