"""A gateway that knows what is true, and does not always say it; what it took and paid is a few dictionaries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, TypeVar

from app.core.database.session import db
from app.money.gateways.clients.interface import (
    Begun,
    DisputeTold,
    Funds,
    Hint,
    Letter,
    Line,
    Order,
    RefundOrder,
    RefundTold,
    Refused,
    Told,
    Unknown,
)
from app.money.gateways.states import DisputeState
from app.money.wallets.ways import PayoutAnswer, PayoutOrder

A = TypeVar("A")
LOST: Final = ("before", "after", "raised")
"""An answer that does not come: nothing was done, it was done, or the client itself broke after it was done."""
FAULTS: Final = ("", *LOST, "hidden", "hundredfold")


@dataclass
class Taken:
    """One payment as it is known there. `paid`: what came in."""

    currency: str
    asked: int
    paid: int = 0
    is_over: bool = False
    refunds: dict[str, int] = field(default_factory=dict)
    disputes: list[DisputeTold] = field(default_factory=list)

    @property
    def left(self) -> int:
        """What may still be given back: what is disputed is not there."""
        taken = sum(one.amount_minor for one in self.disputes if one.state != "won")
        return self.paid - sum(self.refunds.values()) - taken

    def dispute(self, state: DisputeState) -> None:
        """Its payer complains about what is left, or the complaint that is open ends."""
        if state == "open":
            self.disputes.append(DisputeTold(f"d{len(self.disputes)}", self.left, "open"))
        else:
            self.disputes[-1] = replace(self.disputes[-1], state=state)


@dataclass
class Truth:
    """The client of such a gateway. `fault`: what goes wrong with the next question."""

    phone: str
    name: str = "moncash"
    currencies: frozenset[str] = frozenset({"HTG", "USD"})
    refunds_from: str = "moncash"
    begins_again: bool = False
    fault: str = ""
    taken: dict[str, Taken] = field(default_factory=dict)

    def check(self, currency: str, amount_minor: int) -> None:
        """It takes everything."""

    def begin(self, order: Order) -> Begun | Refused | Unknown:
        fault = self.asked()
        if fault == "before":
            return Unknown("lost")
        assert order.reference not in self.taken, "nothing is begun twice"
        self.taken[order.reference] = Taken(order.currency, order.amount_minor)
        return self._said(fault, Begun("", "https://gateway.example/pay"), Unknown("lost"))

    def ask(self, order: Order) -> Told:
        fault, one = self.asked(), self.taken.get(order.reference)
        if fault in LOST:
            return self._said(fault, Told("unknown"), Told("unknown"))
        if fault == "hidden" or one is None:
            return Told("not_found")
        if not one.paid:
            return Told("expired" if one.is_over else "open", order.reference)
        times = 100 if fault == "hundredfold" else 1
        disputes = tuple(replace(each, amount_minor=each.amount_minor * times) for each in one.disputes)
        return Told(
            "paid",
            order.reference,
            charge_id=f"c-{order.reference}",
            currency=one.currency,
            amount_minor=one.paid * times,
            payer=self.phone,
            disputes=disputes,
        )

    def cancel(self, order: Order) -> Told:
        if order.reference in self.taken:
            self.taken[order.reference].is_over = True
        return self.ask(order)

    def refund(self, order: RefundOrder) -> RefundTold:
        fault, one = self.asked(), self.taken[order.payment_reference]
        if fault == "before":
            return RefundTold("unknown")
        assert order.reference not in one.refunds, "nothing is given back twice"
        if order.amount_minor > one.left:
            return RefundTold("failed", reason="refused")
        one.refunds[order.reference] = order.amount_minor
        return self._said(fault, RefundTold("succeeded", f"r-{order.reference}"), RefundTold("unknown"))

    def ask_refund(self, order: RefundOrder) -> RefundTold:
        fault, one = self.asked(), self.taken[order.payment_reference]
        if fault in LOST:
            return RefundTold("unknown")
        if order.reference in one.refunds:
            return RefundTold("not_found" if fault == "hidden" else "succeeded", f"r-{order.reference}")
        return RefundTold("failed" if order.provider_id else "not_found")

    def letter(self, headers: Mapping[str, str], raw: bytes) -> Letter:
        return Letter("", "alert", is_signed=False)

    def hint(self, raw: bytes) -> Hint:
        return Hint(raw.decode())

    def reference_of(self, transaction: str) -> str | None:
        return None

    def list_since(self, moment: datetime) -> list[Line] | None:
        return None

    def funds(self) -> list[Funds]:
        return []

    def asked(self) -> str:
        """What goes wrong with this question."""
        assert not db.session().info.get("open"), "no gateway is asked inside a transaction"
        fault, self.fault = self.fault, ""
        return fault

    @staticmethod
    def _said(fault: str, answer: A, lost: A) -> A:
        if fault == "raised":
            raise TimeoutError
        return lost if fault == "after" else answer


@dataclass
class Way:
    """Its way of paying out. `sent`: what has left, by reference."""

    truth: Truth
    name: str = "moncash"
    provider: str = "moncash-prefund"
    currencies: frozenset[str] = frozenset({"HTG"})
    sent: dict[str, int] = field(default_factory=dict)
    orders: list[str] = field(default_factory=list)

    def check(self, currency: str, amount_minor: int) -> None:
        """It pays any amount."""

    def pay_out(self, order: PayoutOrder) -> PayoutAnswer:
        fault = self.truth.asked()
        assert order.reference not in self.orders, "nothing is sent twice"
        self.orders.append(order.reference)
        if fault != "before":
            self.sent[order.reference] = order.amount_minor
        if fault == "raised":
            raise TimeoutError
        return PayoutAnswer("unknown" if fault in LOST else "paid", "t")

    def ask(self, reference: str) -> PayoutAnswer:
        fault = self.truth.asked()
        if fault in LOST:
            return PayoutAnswer("unknown")
        return PayoutAnswer("paid" if reference in self.sent and fault != "hidden" else "not_found")
