"""MonCash: payments made by our own number, paid on its page, in whole gourdes.

Its alerts are signed by nobody and name a transaction that may be anybody's: they are hints and no more. Paid is what
RetrieveOrderPayment calls successful under our number. It has no list, no cancelling and no refunds: money goes back as
a transfer from the prefunded account, by a client of its own.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final
from urllib.parse import parse_qs, quote

from app.core.errors import DomainError
from app.money.gateways.settings import MonCashAccount

from .interface import (
    NOTHING_HEARD,
    Begun,
    Funds,
    Hint,
    Letter,
    Line,
    Order,
    RefundOrder,
    RefundTold,
    Refused,
    Told,
    Unanswered,
    Unknown,
)
from .tokens import Tokens
from .wire import Lost, Reply, inner, minor, question, text

NAME: Final = "moncash"
PREFUND: Final = "moncash-prefund"
LEAST, MOST = 1, 75_000
WHOLE: Final = 100
"""Minor units of a gourde: there is no less."""
_NAMES: Final = ("transactionId", "transaction_id", "transNumber")
_GRANT: Final = {"scope": "read,write", "grant_type": "client_credentials"}
_LONGEST: Final = 200


class MonCash:
    """Gourdes alone."""

    name: Final = NAME
    currencies: Final = frozenset({"HTG"})
    refunds_from: Final = PREFUND
    pays_from: Final = PREFUND
    begins_again: Final = False  # an order's number is used once

    def __init__(self, account: MonCashAccount) -> None:
        self._api, self._gateway = f"{account.url}/Api", f"{account.url}/Moncash-middleware"
        self._payments = self._tokens(account.client_id, account.client_secret)
        self._prefunded = self._tokens(account.prefunded_client_id, account.prefunded_client_secret)

    def _tokens(self, client: str, secret: str) -> Tokens:
        return Tokens(NAME, f"{self._api}/oauth/token", client, secret, dict(_GRANT))

    def check(self, currency: str, amount_minor: int) -> None:
        """Raises DomainError `amount_not_whole` or `amount_outside_gateway`."""
        least, most = LEAST * WHOLE, MOST * WHOLE
        code = "amount_not_whole" if amount_minor % WHOLE else "amount_outside_gateway"
        if amount_minor % WHOLE or not least <= amount_minor <= most:
            raise DomainError(
                code, field="amountMinor", currency=currency, leastMinor=least, mostMinor=most, stepMinor=WHOLE
            )

    def begin(self, order: Order) -> Begun | Refused | Unknown:
        """CreatePayment; the page's address bears a token that lives about ten minutes."""
        try:
            asked = {"amount": order.amount_minor // 100, "orderId": order.reference}
            reply = self._post("v1/CreatePayment", asked)
        except Lost as lost:
            return Unknown(lost.why) if lost.left else Refused(lost.why)
        token = text(reply.said, "payment_token", "token")
        if reply.is_ok and token:
            url = f"{self._gateway}/Payment/Redirect?token={quote(token, safe='')}"
            return Begun("", url, expires_at=_end_of(token))
        return Refused(text(reply.said, "message")) if reply.status in (400, 403) else Unknown(f"status_{reply.status}")

    def ask(self, order: Order) -> Told:
        """RetrieveOrderPayment; 404 is an answer."""
        return self._told("v1/RetrieveOrderPayment", {"orderId": order.reference})

    def cancel(self, order: Order) -> Told:
        """There is no such thing: its page ends by itself."""
        return self.ask(order)

    def reference_of(self, transaction: str) -> str | None:
        told = self._told("v1/RetrieveTransactionPayment", {"transactionId": transaction})
        return told.reference or None

    def refund(self, order: RefundOrder) -> RefundTold:
        """A transfer to who paid."""
        if not order.payer:
            return RefundTold("failed", reason="payer_unknown")
        return self.transfer(order.reference, order.payer, order.amount_minor, f"Tiraj {order.payment_reference}")

    def transfer(self, reference: str, receiver: str, amount_minor: int, note: str) -> RefundTold:
        """Send so much to a number. An order that might have been taken is asked about, and never sent again."""
        if amount_minor % 100:
            return RefundTold("failed", reason="amount_not_whole")
        sent = {"amount": amount_minor // 100, "receiver": receiver, "desc": note, "reference": reference}
        try:
            reply = self._post("v1/Transfert", sent, self._prefunded)
        except Lost as lost:
            return RefundTold("unknown" if lost.left else "not_sent", reason=lost.why)
        if reply.is_ok and text(reply.said, "transfer", "message") == "successful":
            return RefundTold("succeeded", text(reply.said, "transfer", "transaction_id"))
        message = text(reply.said, "message")
        if "already" in message or reply.status not in (400, 403, 404):
            return RefundTold("unknown", reason=message or f"status_{reply.status}")
        return RefundTold("failed", reason=message)

    def ask_refund(self, order: RefundOrder) -> RefundTold:
        return self.ask_transfer(order.reference)

    def ask_transfer(self, reference: str) -> RefundTold:
        """PrefundedTransactionStatus; a slow transfer may be unknown for a while."""
        try:
            reply = self._post("v1/PrefundedTransactionStatus", {"reference": reference}, self._prefunded)
        except Lost as lost:
            return RefundTold("unknown", reason=lost.why)
        status = text(reply.said, "transStatus").lower()
        if reply.is_ok and status == "successful":
            return RefundTold("succeeded")
        if reply.is_ok and status in ("failed", "cancelled", "canceled", "reversed"):
            return RefundTold("failed", reason=status)
        return RefundTold("not_found" if reply.status == 404 else "unknown", reason=status)

    def letter(self, headers: Mapping[str, str], raw: bytes) -> Letter:
        """Anybody may have sent it."""
        return Letter("", "alert", is_signed=False)

    def hint(self, raw: bytes) -> Hint:
        told = raw.decode()
        said: dict[str, Any] = {}
        if told.lstrip().startswith("{"):
            said = json.loads(told)
        else:
            said = {name: values[0] for name, values in parse_qs(told, max_num_fields=20).items()}
        reference = said.get("orderId") or said.get("reference") or ""
        number = next((said[name] for name in _NAMES if said.get(name)), "")
        return Hint(reference=str(reference)[:_LONGEST], transaction=str(number)[:_LONGEST])

    def list_since(self, moment: datetime) -> list[Line] | None:
        return None

    def funds(self) -> list[Funds]:
        """Of the prefunded account alone; a float with its noise."""
        try:
            reply = self._get("v1/PrefundedBalance", self._prefunded)
        except Lost as lost:
            raise Unanswered(lost.why) from None
        told = inner(reply.said, "balance", "balance")
        if not reply.is_ok or not isinstance(told, Decimal | int):
            raise Unanswered(f"status_{reply.status}")
        return [Funds(PREFUND, "HTG", int(round(Decimal(told), 2) * 100))]

    def _told(self, path: str, asked: Mapping[str, str]) -> Told:
        try:
            reply = self._post(path, asked)
        except Lost:
            return NOTHING_HEARD
        if reply.status == 404:
            return Told("not_found")
        paid = inner(reply.said, "payment")
        if not reply.is_ok or not isinstance(paid, dict):
            return NOTHING_HEARD
        if text(paid, "message") != "successful":
            return Told("open", reference=str(paid.get("reference", "")))
        number = str(paid.get("transaction_id", ""))
        payer = str(paid.get("payer") or "") or None
        return Told(
            "paid",
            reference=str(paid.get("reference", "")),
            charge_id=number,
            currency="HTG",
            amount_minor=minor(paid.get("cost")),
            payer=payer,
        )

    def _get(self, path: str, tokens: Tokens) -> Reply:
        """Raises Lost."""
        return tokens.asking(lambda header: question(NAME, f"{self._api}/{path}", headers=header))

    def _post(self, path: str, said: Mapping[str, Any], tokens: Tokens | None = None) -> Reply:
        """Raises Lost."""
        url = f"{self._api}/{path}"
        ours = tokens or self._payments
        return ours.asking(lambda header: question(NAME, url, json_body=said, headers=header))


def _end_of(token: str) -> datetime | None:
    """The moment at which a payment's token ends, as its claim `ext` says; read and not believed: it is our hint."""
    try:
        part = token.split(".")[1]
        claims = json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
        return datetime.fromtimestamp(claims["ext"] / 1000, UTC)
    except (IndexError, KeyError, TypeError, ValueError, OverflowError, OSError):
        return None
