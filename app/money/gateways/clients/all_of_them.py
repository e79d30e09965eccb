"""The clients of the gateways that are on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from app.core.errors import DomainError
from app.core.ports import Once
from app.money.gateways.settings import GatewaySettings, gateway_settings

from .interface import Client
from .moncash import MonCash
from .paymongo import PayMongo
from .paypal import PayPal
from .stripe import Stripe

_MAKE: Final[Mapping[str, Callable[[GatewaySettings], Client]]] = {
    "moncash": lambda settings: MonCash(settings.moncash),
    "paymongo": lambda settings: PayMongo(settings.paymongo),
    "paypal": lambda settings: PayPal(settings.paypal),
    "stripe": lambda settings: Stripe(settings.stripe),
}


def _make() -> Mapping[str, Client]:
    settings = gateway_settings()
    return {name: _MAKE[name](settings) for name in settings.named if name in _MAKE}


CLIENTS: Final = Once[Mapping[str, Client]](_make)


def client_of(provider: str) -> Client | None:
    """A gateway's client; None while it is off."""
    return CLIENTS.get().get(provider)


def client_for(provider: str, currency: str) -> Client:
    """The client that takes payments in a currency. Raises DomainError `gateway_off` or `gateway_other_currency`."""
    client = client_of(provider)
    if client is None:
        raise DomainError("gateway_off", field="gateway")
    if currency not in client.currencies:
        raise DomainError("gateway_other_currency", field="gateway")
    return client
