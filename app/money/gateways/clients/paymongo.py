"""PayMongo, for GCash: hosted checkout sessions in pesos.

Nothing it takes has a key by which it would know it again, so nothing is begun twice: a session whose answer was lost
was shown to nobody, and ends unpaid.
"""

from __future__ import annotations

import hmac
import json
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from app.core.errors import DomainError
from app.money.gateways.settings import KeyAccount

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
    Unanswered,
    Unknown,
)
from .wire import Lost, Reply, basic, inner, question, text, whole

NAME: Final = "paymongo"
LEAST, MOST = 20_00, 100_000_00
_METHODS: Final = ["gcash"]
_TOLERANCE_SECONDS: Final = 300
_LISTED: Final = 100
_PAGES: Final = 200
_REFUNDS: Final[Mapping[str, RefundAnswered]] = {
    "succeeded": "succeeded",
    "pending": "pending",
    "processing": "pending",
    "failed": "failed",
}


class PayMongo:
    """Pesos alone."""

    name: Final = NAME
    currencies: Final = frozenset({"PHP"})
    refunds_from: Final = NAME
    begins_again: Final = False

    def __init__(self, account: KeyAccount) -> None:
        self._api = f"{account.url}/v1"
        self._header = basic(account.key, "")
        self._secret = account.webhook_secret

    def check(self, currency: str, amount_minor: int) -> None:
        """Raises DomainError `amount_outside_gateway`."""
        if not LEAST <= amount_minor <= MOST:
            raise DomainError(
                "amount_outside_gateway", field="amountMinor", currency=currency, leastMinor=LEAST, mostMinor=MOST
            )

    def begin(self, order: Order) -> Begun | Refused | Unknown:
        item = {"amount": order.amount_minor, "currency": order.currency, "name": "Tiraj", "quantity": 1}
        wanted = {
            "line_items": [item],
            "payment_method_types": _METHODS,
            "success_url": order.return_url,
            "cancel_url": order.return_url,
            "reference_number": order.reference,
            "metadata": {"payment": order.reference},
        }
        try:
            reply = self._post("checkout_sessions", wanted)
        except Lost as lost:
            return Unknown(lost.why) if lost.left else Refused(lost.why)
        url = text(reply.said, "data", "attributes", "checkout_url")
        if reply.is_ok and url:
            return Begun(text(reply.said, "data", "id"), url)
        return Refused(_why(reply)) if 400 <= reply.status < 500 and reply.status != 409 else Unknown("no_url")

    def ask(self, order: Order) -> Told:
        if not order.provider_id:
            return self._by_payment(order.charge_id)
        try:
            reply = self._get(f"checkout_sessions/{order.provider_id}")
        except Lost:
            return NOTHING_HEARD
        if not reply.is_ok:
            return Told("not_found") if reply.status == 404 else NOTHING_HEARD
        session = inner(reply.said, "data", "attributes")
        reference = text(session, "reference_number")
        paid = [one for one in inner(session, "payments") or [] if text(one, "attributes", "status") == "paid"]
        if paid:
            return _paid(reference, order.provider_id, paid)
        if text(session, "payment_intent", "attributes", "status") == "processing":
            return Told("open", reference, url="")  # whether or not the session has ended meanwhile
        status = text(session, "status")
        if status == "active":
            return Told("open", reference, url=text(session, "checkout_url") or None)
        return Told("expired" if status == "expired" else "unknown", reference)

    def _by_payment(self, number: str) -> Told:
        """Of a session that nobody was ever shown: whether money came in all the same."""
        if not number:
            return Told("not_found")
        try:
            reply = self._get(f"payments/{number}")
        except Lost:
            return NOTHING_HEARD
        payment = inner(reply.said, "data")
        if not reply.is_ok or text(payment, "attributes", "status") != "paid":
            return Told("not_found") if reply.is_ok or reply.status == 404 else NOTHING_HEARD
        return _paid(text(payment, "attributes", "external_reference_number"), "", [payment])

    def cancel(self, order: Order) -> Told:
        """Let the session end, unless it has; then how it stands."""
        if order.provider_id:
            try:
                self._post(f"checkout_sessions/{order.provider_id}/expire", None)
            except Lost:
                pass  # what is asked now says whether it was done
        return self.ask(order)

    def refund(self, order: RefundOrder) -> RefundTold:
        wanted = {
            "amount": order.amount_minor,
            "payment_id": order.charge_id,
            "reason": "requested_by_customer",
            "notes": order.reference,
        }
        try:
            reply = self._post("refunds", wanted)
        except Lost as lost:
            return RefundTold("unknown" if lost.left else "not_sent", reason=lost.why)
        if reply.is_ok:
            return _refund(inner(reply.said, "data"))
        return RefundTold("failed" if 400 <= reply.status < 500 and reply.status != 409 else "unknown", "", _why(reply))

    def ask_refund(self, order: RefundOrder) -> RefundTold:
        """By its number, or else by our note among the payment's."""
        try:
            if order.provider_id:
                reply = self._get(f"refunds/{order.provider_id}")
                return _refund(inner(reply.said, "data")) if reply.is_ok else RefundTold("unknown")
            reply = self._get(f"payments/{order.charge_id}")
        except Lost as lost:
            return RefundTold("unknown", reason=lost.why)
        found = inner(reply.said, "data", "attributes", "refunds")
        if not reply.is_ok or not isinstance(found, list):
            return RefundTold("unknown")
        ours = (one for one in found if text(one, "attributes", "notes") == order.reference)
        return next(map(_refund, ours), RefundTold("not_found"))

    def letter(self, headers: Mapping[str, str], raw: bytes) -> Letter:
        """`t=…,te=…,li=…`: a signature of test mode, and one of live mode."""
        signature = next((value for name, value in headers.items() if name.lower() == "paymongo-signature"), "")
        parts = dict(part.strip().partition("=")[::2] for part in signature.split(","))
        at = parts.get("t", "")
        if not at.isascii() or not at.isdigit() or abs(time.time() - int(at[:12])) > _TOLERANCE_SECONDS:
            raise BadSignature
        ours = hmac.new(self._secret.encode(), at.encode() + b"." + raw, "sha256").hexdigest()
        if not any(hmac.compare_digest(ours.encode(), parts.get(mode, "").encode()) for mode in ("te", "li")):
            raise BadSignature
        try:
            event = inner(json.loads(raw), "data")
        except (ValueError, RecursionError):
            raise BadSignature from None
        return Letter(text(event, "id"), text(event, "attributes", "type"), is_signed=True)

    def hint(self, raw: bytes) -> Hint:
        thing = inner(json.loads(raw), "data", "attributes", "data")
        number, about = text(thing, "id"), inner(thing, "attributes")
        if text(thing, "type") == "checkout_session":
            return Hint(text(about, "reference_number"), provider_id=number)
        charge = text(about, "payment_id") or number
        return Hint(text(about, "metadata", "payment"), charge_id=charge)

    def reference_of(self, transaction: str) -> str | None:
        return None

    def list_since(self, moment: datetime) -> list[Line] | None:
        since, found, after = int(moment.timestamp()), list[Line](), ""
        for _ in range(_PAGES):
            page = self._page(after)
            young = [one for one in page if whole(one, "attributes", "created_at") >= since]
            for one in young:
                found += _lines(one)
            if len(young) < _LISTED:
                break
            after = text(page[-1], "id")
        return found

    def funds(self) -> list[Funds]:
        """What payments have left is told nowhere: its wallet is another account."""
        return []

    def _page(self, after: str) -> list[Any]:
        """The newest payments, or those before one. Raises Unanswered."""
        try:
            reply = self._get(f"payments?limit={_LISTED}" + (f"&after={after}" if after else ""))
        except Lost as lost:
            raise Unanswered(lost.why) from None
        page = inner(reply.said, "data")
        if not reply.is_ok or not isinstance(page, list):
            raise Unanswered(f"status_{reply.status}")
        return page

    def _get(self, path: str) -> Reply:
        """Raises Lost."""
        return question(NAME, f"{self._api}/{path}", headers=self._header)

    def _post(self, path: str, wanted: Mapping[str, Any] | None) -> Reply:
        """Raises Lost."""
        body = {"data": {"attributes": wanted}} if wanted is not None else {}
        return question(NAME, f"{self._api}/{path}", json_body=body, headers=self._header)


def _paid(reference: str, number: str, payments: list[Any]) -> Told:
    """One payment of the session; a second one that was paid too is told by its amount, which is no more the same."""
    about = inner(payments[0], "attributes")
    return Told(
        "paid",
        reference,
        number,
        charge_id=text(payments[0], "id"),
        currency=text(about, "currency").upper(),
        amount_minor=sum(whole(one, "attributes", "amount") for one in payments),
        payer=text(about, "billing", "phone") or None,
        is_card=text(about, "source", "type") == "card",
        fee_minor=max(whole(about, "fee"), 0),
        gone=tuple(line for one in payments for line in _gone(one, reference)),
    )


def _refund(said: object) -> RefundTold:
    return RefundTold(_REFUNDS.get(text(said, "attributes", "status"), "unknown"), text(said, "id"))


def _lines(payment: object) -> list[Line]:
    """A payment that was paid, and what of it went back."""
    about = inner(payment, "attributes")
    if text(about, "status") != "paid":
        return []
    currency, reference = text(about, "currency").upper(), text(about, "metadata", "payment")
    paid = Line("payment", text(payment, "id"), reference, currency, whole(about, "amount"), reference)
    return [paid, *_gone(payment, reference)]


def _gone(payment: object, reference: str) -> list[Line]:
    """What of a payment went back, or is about to."""
    about = inner(payment, "attributes")
    currency = text(about, "currency").upper()
    gone = [one for one in inner(about, "refunds") or [] if text(one, "attributes", "status") != "failed"]
    went = ((text(one, "id"), text(one, "attributes", "notes"), whole(one, "attributes", "amount")) for one in gone)
    return [Line("refund", number, note, currency, amount, reference) for number, note, amount in went]


def _why(reply: Reply) -> str:
    return (text(reply.said, "errors", 0, "code") or f"status_{reply.status}")[:200]
