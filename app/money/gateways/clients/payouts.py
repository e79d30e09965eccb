"""Money sent to people through gateways, for whoever pays out: what it is told and answered are its own shapes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Generic, Literal, Protocol, TypeAlias, TypeVar

from flask import Flask

from app.core.config import current_settings
from app.money.gateways.settings import GatewaySettings

from .all_of_them import CLIENTS
from .interface import RefundTold
from .moncash import NAME, PREFUND, MonCash

State: TypeAlias = Literal["paid", "sent", "refused", "unknown", "not_found"]
A = TypeVar("A", covariant=True)


class Wanted(Protocol):
    """What is to be paid out. `account` is a phone as `+509…`; `reference` is never used twice."""

    @property
    def reference(self) -> str: ...
    @property
    def currency(self) -> str: ...
    @property
    def amount_minor(self) -> int: ...
    @property
    def account(self) -> str: ...
    @property
    def note(self) -> str: ...


class Answering(Protocol[A]):
    """Makes an answer of whoever asks."""

    def __call__(self, state: State, provider_id: str = "", fee_minor: int = 0, reason: str = "") -> A: ...


class MonCashWay(Generic[A]):
    """Transfers from the prefunded account."""

    name: Final = NAME
    provider: Final = PREFUND
    currencies: Final = frozenset({"HTG"})

    def __init__(self, answer: Answering[A]) -> None:
        self._answer = answer

    def check(self, currency: str, amount_minor: int) -> None:
        """As paying in: raises DomainError `amount_not_whole` or `amount_outside_gateway`."""
        _client().check(currency, amount_minor)

    def pay_out(self, order: Wanted) -> A:
        """Over the network. An order whose answer was lost is asked about, and never sent again."""
        if order.amount_minor % 100:
            return self._answer("refused", reason="amount_not_whole")
        receiver = order.account.removeprefix("+")
        return self._said(_client().transfer(order.reference, receiver, order.amount_minor, order.note))

    def ask(self, reference: str) -> A:
        return self._said(_client().ask_transfer(reference))

    def _said(self, told: RefundTold) -> A:
        states: dict[str, State] = {
            "succeeded": "paid",
            "pending": "sent",
            "failed": "refused",
            "not_found": "not_found",
            "not_sent": "unknown",
            "unknown": "unknown",
        }
        return self._answer(states[told.answered], told.provider_id, 0, told.reason)


def ways(app: Flask, answer: Answering[A]) -> Mapping[str, MonCashWay[A]]:
    """Ways out by the names that players choose them by: those of the gateways that are on."""
    named = current_settings(app).of(GatewaySettings).named
    return {NAME: MonCashWay(answer)} if NAME in named else {}


def _client() -> MonCash:
    found = CLIENTS.get()[NAME]
    assert isinstance(found, MonCash)
    return found
