"""PayPal: orders that are captured once their payer has approved, over plain HTTP. Every call that changes something
bears a key of ours, for which PayPal gives the first answer again: six hours for orders, 45 days for money.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote

from app.core.errors import DomainError
from app.money.gateways.settings import PayPalAccount

from .interface import (
    NOTHING_HEARD,
    BadSignature,
    Begun,
    Funds,
    Hint,
    Letter,
    Line,
    Order,
    RefundAnswered,
    RefundOrder,
    RefundTold,
    Refused,
    Told,
    Unknown,
)
from .paypal_reports import NAME, Reports, why
from .paypal_signing import Signatures
from .tokens import Tokens
from .wire import Lost, Reply, inner, major, minor, question, text

LEAST, MOST = 1_00, 10_000_00
_ORDER: Final = "checkout-order"
_REFUND: Final = "refund"
_PAYER_GOES: Final = ("payer-action", "approve")
_REFUNDS: Final[Mapping[str, RefundAnswered]] = {
    "COMPLETED": "succeeded",
    "PENDING": "pending",
    "FAILED": "failed",
    "CANCELLED": "failed",
}
_MONEY_CAME: Final = ("COMPLETED", "PARTIALLY_REFUNDED", "REFUNDED")


class PayPal:
    """Dollars and pesos."""

    name: Final = NAME
    currencies: Final = frozenset({"PHP", "USD"})
    refunds_from: Final = NAME
    begins_again: Final = True

    def __init__(self, account: PayPalAccount) -> None:
        self._api = account.url
        self._reports = Reports(account.url, self._get)
        self._signatures = Signatures(NAME, account.url, account.webhook_id, account.root_file)
        form = {"grant_type": "client_credentials"}
        self._tokens = Tokens(NAME, f"{self._api}/v1/oauth2/token", account.client_id, account.client_secret, form)

    def check(self, currency: str, amount_minor: int) -> None:
        """Raises DomainError `amount_outside_gateway`."""
        if not LEAST <= amount_minor <= MOST:
            raise DomainError(
                "amount_outside_gateway", field="amountMinor", currency=currency, leastMinor=LEAST, mostMinor=MOST
            )

    def begin(self, order: Order) -> Begun | Refused | Unknown:
        unit = {
            "reference_id": order.reference,
            "custom_id": order.reference,
            "invoice_id": order.reference,
            "amount": {"currency_code": order.currency, "value": major(order.amount_minor)},
        }
        context = {
            "return_url": order.return_url,
            "cancel_url": order.return_url,
            "user_action": "PAY_NOW",
            "shipping_preference": "NO_SHIPPING",
        }
        wanted = {
            "intent": "CAPTURE",
            "purchase_units": [unit],
            "payment_source": {"paypal": {"experience_context": context}},
        }
        try:
            reply = self._post("/v2/checkout/orders", wanted, f"begin-{order.reference}")
        except Lost as lost:
            return Unknown(lost.why) if lost.left else Refused(lost.why)
        links = inner(reply.said, "links") or []
        url = next((text(link, "href") for link in links if text(link, "rel") in _PAYER_GOES), "")
        if reply.is_ok and url:
            return Begun(text(reply.said, "id"), url)
        return Refused(why(reply)) if reply.status in (400, 403, 422) else Unknown(why(reply))

    def ask(self, order: Order) -> Told:
        """How the order stands; one that its payer has approved is captured first."""
        told = self._look(order)
        if told is not None:
            return told
        try:
            path = f"/v2/checkout/orders/{quote(order.provider_id, safe='')}/capture"
            self._post(path, {}, f"capture-{order.reference}")
        except Lost:
            return NOTHING_HEARD
        return self._look(order) or NOTHING_HEARD

    def cancel(self, order: Order) -> Told:
        """An approved order that nobody captures ends by itself: it is looked at, and left alone."""
        told = self._look(order)
        is_decided = told is not None and (told.answered != "open" or told.is_processing)
        return told if told is not None and is_decided else Told("not_found", order.reference)

    def refund(self, order: RefundOrder) -> RefundTold:
        """Under a key that gives the first refund back: asking again is the same call."""
        wanted = {
            "amount": {"currency_code": order.currency, "value": major(order.amount_minor)},
            "custom_id": order.reference,
            "invoice_id": order.reference,
        }
        path = f"/v2/payments/captures/{quote(order.charge_id, safe='')}/refund"
        try:
            reply = self._post(path, wanted, f"refund-{order.reference}")
        except Lost as lost:
            return RefundTold("unknown" if lost.left else "not_sent", reason=lost.why)
        if reply.is_ok:
            return _refund(reply.said)
        return RefundTold("failed" if reply.status in (400, 403, 404, 422) else "unknown", reason=why(reply))

    def ask_refund(self, order: RefundOrder) -> RefundTold:
        if not order.provider_id:
            told = self.refund(order)
            return RefundTold("unknown", reason=told.reason) if told.answered == "not_sent" else told
        try:
            reply = self._get(f"/v2/payments/refunds/{quote(order.provider_id, safe='')}")
        except Lost as lost:
            return RefundTold("unknown", reason=lost.why)
        return _refund(reply.said) if reply.is_ok else RefundTold("unknown", reason=why(reply))

    def letter(self, headers: Mapping[str, str], raw: bytes) -> Letter:
        """Goes over the network for a certificate that is not known yet."""
        self._signatures.check(headers, raw)
        try:
            event = json.loads(raw)
        except (ValueError, RecursionError):
            raise BadSignature from None
        return Letter(text(event, "id"), text(event, "event_type"), is_signed=True)

    def hint(self, raw: bytes) -> Hint:
        event = json.loads(raw)
        thing = inner(event, "resource")
        reference = text(thing, "custom_id") or text(thing, "purchase_units", 0, "custom_id")
        related, is_order = inner(thing, "supplementary_data", "related_ids"), text(event, "resource_type") == _ORDER
        order = text(thing, "id") if is_order else text(related, "order_id")
        disputed = text(thing, "disputed_transactions", 0, "seller_transaction_id")
        refunded = _refunded_capture(thing) if text(event, "resource_type") == _REFUND else ""
        charge = text(related, "capture_id") or disputed or refunded or ("" if is_order else text(thing, "id"))
        return Hint(reference, provider_id=order, charge_id=charge)

    def reference_of(self, transaction: str) -> str | None:
        return None

    def list_since(self, moment: datetime) -> list[Line] | None:
        """Its report of transactions; and its disputes, which have names of their own elsewhere."""
        return [*self._reports.transactions(moment), *self._reports.disputed_since(moment)]

    def funds(self) -> list[Funds]:
        return self._reports.funds()

    def _look(self, order: Order) -> Told | None:
        """How it stands; None where its payer has approved and nobody has captured."""
        if not order.provider_id:
            return self._by_capture(order.charge_id)
        try:
            reply = self._get(f"/v2/checkout/orders/{quote(order.provider_id, safe='')}")
        except Lost:
            return NOTHING_HEARD
        if not reply.is_ok:
            return Told("not_found") if reply.status == 404 else NOTHING_HEARD
        reference, status = text(reply.said, "purchase_units", 0, "custom_id"), text(reply.said, "status")
        capture = inner(reply.said, "purchase_units", 0, "payments", "captures", 0)
        if status == "APPROVED":
            return None
        if status == "COMPLETED":
            told = self._captured(reference, order.provider_id, capture, reply)
            return replace(told, gone=_gone(reference, inner(reply.said, "purchase_units", 0, "payments", "refunds")))
        return Told("canceled" if status == "VOIDED" else "open", reference, order.provider_id)

    def _by_capture(self, number: str) -> Told:
        """Of an order that nobody was ever shown: whether money came in all the same."""
        if not number:
            return Told("not_found")
        try:
            reply = self._get(f"/v2/payments/captures/{quote(number, safe='')}")
        except Lost:
            return NOTHING_HEARD
        if not reply.is_ok:
            return Told("not_found") if reply.status == 404 else NOTHING_HEARD
        told = self._captured(text(reply.said, "custom_id"), "", reply.said, reply)
        return told if told.answered in ("paid", "unknown") else Told("not_found")

    def _captured(self, reference: str, number: str, capture: object, reply: Reply) -> Told:
        """With its disputes; without them it is no answer, or a lost one would go unseen."""
        told = _captured(reference, number, capture, reply)
        if told.answered != "paid":
            return told
        try:
            return replace(told, disputes=self._reports.disputes(told.charge_id))
        except Lost:
            return NOTHING_HEARD

    def _get(self, path: str) -> Reply:
        """Raises Lost."""
        return self._tokens.asking(lambda header: question(NAME, self._api + path, headers=header))

    def _post(self, path: str, wanted: Mapping[str, Any], key: str) -> Reply:
        """Raises Lost."""
        own = {"Prefer": "return=representation"} | ({"PayPal-Request-Id": key} if key else {})
        return self._tokens.asking(
            lambda header: question(NAME, self._api + path, json_body=wanted, headers={**own, **header})
        )


def _captured(reference: str, number: str, capture: object, reply: Reply) -> Told:
    """An order that is complete may have a capture that is no money yet."""
    status = text(capture, "status")
    if status not in _MONEY_CAME:
        if status in ("DECLINED", "FAILED"):
            return Told("failed", reference, number)
        return Told("open", reference, number, url="" if status == "PENDING" else None)
    fee = minor(inner(capture, "seller_receivable_breakdown", "paypal_fee", "value"))
    return Told(
        "paid",
        reference,
        number,
        charge_id=text(capture, "id"),
        currency=text(capture, "amount", "currency_code"),
        amount_minor=minor(inner(capture, "amount", "value")),
        payer=text(reply.said, "payment_source", "paypal", "email_address") or None,
        fee_minor=max(fee, 0),
    )


def _gone(payment: str, said: object) -> tuple[Line, ...]:
    """An order's refunds that have left or are on their way; one of ours bears its own name."""
    return tuple(
        Line(
            "refund",
            text(one, "id"),
            text(one, "custom_id"),
            text(one, "amount", "currency_code"),
            minor(inner(one, "amount", "value")),
            payment,
        )
        for one in (said if isinstance(said, list) else [])
        if text(one, "status") in ("COMPLETED", "PENDING")
    )


def _refunded_capture(refund: object) -> str:
    """The capture that a refund is of: what is above it."""
    above = (text(one, "href") for one in inner(refund, "links") or [] if text(one, "rel") == "up")
    return next(above, "").rpartition("/")[2]


def _refund(said: object) -> RefundTold:
    return RefundTold(_REFUNDS.get(text(said, "status"), "unknown"), text(said, "id"))
