"""PayPal: orders that are captured once their payer has approved, over plain HTTP. Every call that changes something
bears a key of ours, for which PayPal gives the first answer again: six hours for orders, 45 days for money."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit

from app.core.errors import DomainError
from app.money.gateways.settings import PayPalAccount

from .interface import (
    NOTHING_HEARD,
    BadSignature,
    Begun,
    Hint,
    Letter,
    Line,
    Order,
    RefundAnswered,
    RefundOrder,
    RefundTold,
    Refused,
    Told,
    Unanswered,
    Unknown,
)
from .tokens import Tokens
from .wire import Lost, Reply, inner, major, minor, question, text

NAME: Final = "paypal"
LEAST, MOST = 1_00, 10_000_00
_PAYER_GOES: Final = ("payer-action", "approve")
_SIGNED_BY: Final = {
    "auth_algo": "paypal-auth-algo",
    "cert_url": "paypal-cert-url",
    "transmission_id": "paypal-transmission-id",
    "transmission_sig": "paypal-transmission-sig",
    "transmission_time": "paypal-transmission-time",
}
_REFUNDS: Final[Mapping[str, RefundAnswered]] = {
    "COMPLETED": "succeeded",
    "PENDING": "pending",
    "FAILED": "failed",
    "CANCELLED": "failed",
}
_MONEY_CAME: Final = ("COMPLETED", "PARTIALLY_REFUNDED", "REFUNDED")
_PAGES: Final = 100


class PayPal:
    """Dollars and pesos."""

    name: Final = NAME
    currencies: Final = frozenset({"PHP", "USD"})
    refunds_from: Final = NAME
    begins_again: Final = True

    def __init__(self, account: PayPalAccount) -> None:
        self._api, self._webhook = account.url, account.webhook_id
        form = {"grant_type": "client_credentials"}
        self._tokens = Tokens(NAME, f"{self._api}/v1/oauth2/token", account.client_id, account.client_secret, form)

    def check(self, currency: str, amount_minor: int) -> None:
        """Raises DomainError `amount_outside_gateway`."""
        if not LEAST <= amount_minor <= MOST:
            raise DomainError("amount_outside_gateway", field="amountMinor", leastMinor=LEAST, mostMinor=MOST)

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
        return Refused(_why(reply)) if reply.status in (400, 403, 422) else Unknown(_why(reply))

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
        return told if told is not None and told.answered != "open" else Told("not_found", order.reference)

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
        return RefundTold("failed" if reply.status in (400, 403, 404, 422) else "unknown", reason=_why(reply))

    def ask_refund(self, order: RefundOrder) -> RefundTold:
        if not order.provider_id:
            told = self.refund(order)
            return RefundTold("unknown", reason=told.reason) if told.answered == "not_sent" else told
        try:
            reply = self._get(f"/v2/payments/refunds/{quote(order.provider_id, safe='')}")
        except Lost as lost:
            return RefundTold("unknown", reason=lost.why)
        return _refund(reply.said) if reply.is_ok else RefundTold("unknown", reason=_why(reply))

    def letter(self, headers: Mapping[str, str], raw: bytes) -> Letter:
        """PayPal itself is asked whether it signed this, with the event as it came. Goes over the network."""
        lower = {name.lower(): value for name, value in headers.items()}
        signed = {name: lower.get(header, "") for name, header in _SIGNED_BY.items()}
        if not all(signed.values()) or not _is_paypals(signed["cert_url"], self._api):
            raise BadSignature
        try:
            event = json.loads(raw)
            told = json.dumps({**signed, "webhook_id": self._webhook})[:-1].encode()
            reply = self._verified(told + b', "webhook_event": ' + raw + b"}")  # as it came: its bytes are signed
        except (Lost, ValueError, RecursionError):
            raise BadSignature from None
        if not reply.is_ok or text(reply.said, "verification_status") != "SUCCESS":
            raise BadSignature
        return Letter(text(event, "id"), text(event, "event_type"), is_signed=True)

    def hint(self, raw: bytes) -> Hint:
        event = json.loads(raw)
        thing = inner(event, "resource")
        reference = text(thing, "custom_id") or text(thing, "purchase_units", 0, "custom_id")
        capture = text(inner(thing, "supplementary_data", "related_ids"), "capture_id")
        disputed = text(thing, "disputed_transactions", 0, "seller_transaction_id")
        return Hint(reference, provider_id=text(thing, "id"), charge_id=capture or disputed or text(thing, "id"))

    def reference_of(self, transaction: str) -> str | None:
        return None

    def list_since(self, moment: datetime) -> list[Line] | None:
        found: list[Line] = []
        for page in range(1, _PAGES):
            asked = {
                "start_date": f"{moment:%Y-%m-%dT%H:%M:%SZ}",
                "end_date": f"{datetime.now(UTC) + timedelta(minutes=1):%Y-%m-%dT%H:%M:%SZ}",
                "fields": "transaction_info",
                "page_size": "100",
                "page": str(page),
            }
            try:
                reply = self._get(f"/v1/reporting/transactions?{urlencode(asked)}")
            except Lost as lost:
                raise Unanswered(lost.why) from None
            details = inner(reply.said, "transaction_details")
            if not reply.is_ok or not isinstance(details, list):
                raise Unanswered(_why(reply))
            found += [line for one in details if (line := _line(inner(one, "transaction_info"))) is not None]
            if page >= (inner(reply.said, "total_pages") or 1):
                break
        return found

    def _look(self, order: Order) -> Told | None:
        """How it stands; None where its payer has approved and nobody has captured."""
        if not order.provider_id:
            return Told("not_found")
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
            return _captured(reference, order.provider_id, capture, reply)
        return Told("canceled" if status == "VOIDED" else "open", reference, order.provider_id)

    def _verified(self, body: bytes) -> Reply:
        """Raises Lost."""
        url = f"{self._api}/v1/notifications/verify-webhook-signature"
        return self._tokens.asking(lambda header: question(NAME, url, raw_json=body, headers=header))

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
        return Told("failed" if status in ("DECLINED", "FAILED") else "open", reference, number)
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


def _refund(said: object) -> RefundTold:
    return RefundTold(_REFUNDS.get(text(said, "status"), "unknown"), text(said, "id"))


def _line(info: object) -> Line | None:
    """A transaction of the report: payments (T00…) above zero, refunds (T11…) below."""
    if text(info, "transaction_status") != "S":
        return None
    value, code = text(info, "transaction_amount", "value"), text(info, "transaction_event_code")
    amount, reference = minor(Decimal(value.lstrip("-") or 0)), text(info, "custom_field")
    if not code.startswith(("T00", "T11")) or amount < 0:
        return None
    kind, number = ("refund" if value.startswith("-") else "payment"), text(info, "transaction_id")
    currency = text(info, "transaction_amount", "currency_code")
    return Line("refund" if kind == "refund" else "payment", number, reference, currency, amount, reference)


def _is_paypals(url: str, api: str) -> bool:
    """Whether a certificate lies where PayPal's do."""
    parts = urlsplit(url)
    return (parts.scheme == "https" and (parts.hostname or "").endswith(".paypal.com")) or url.startswith(f"{api}/")


def _why(reply: Reply) -> str:
    return (text(reply.said, "details", 0, "issue") or text(reply.said, "name") or f"status_{reply.status}")[:200]
