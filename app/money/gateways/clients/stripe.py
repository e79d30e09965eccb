"""Stripe, by its own SDK: hosted Checkout Sessions, refunds, disputes. The SDK's calls go out by our wire, which has a
deadline and a breaker, and are never repeated by it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeVar, cast

import stripe

from app.core.errors import DomainError
from app.money.gateways.settings import KeyAccount
from app.money.gateways.states import DisputeState

from .interface import (
    NOTHING_HEARD,
    BadSignature,
    Begun,
    DisputeTold,
    Funds,
    Hint,
    Letter,
    Line,
    LineKind,
    Order,
    RefundAnswered,
    RefundOrder,
    RefundTold,
    Refused,
    Told,
    Unanswered,
    Unknown,
)
from .wire import Lost, asked, inner, text, whole

T = TypeVar("T")
NAME: Final = "stripe"
LEAST: Final[Mapping[str, int]] = {"PHP": 30_00, "USD": 50}
"""Half a dollar, or what is worth as much."""
MOST: Final = 99_999_999
_SHORTEST: Final = timedelta(minutes=31)
"""No session ends sooner by itself; whoever wants it to end before that cancels it."""
_LISTED: Final = 100
_PAGES: Final = 200
_LATEST: Final = 2**33
"""No moment of ours is later, in seconds."""
_MARK: Final = "payment"
_DISPUTES: Final[Mapping[str, DisputeState]] = {
    "needs_response": "open",
    "under_review": "open",
    "won": "won",
    "lost": "lost",
}
"""What only warns has taken no money."""
_REFUNDS: Final[Mapping[str, RefundAnswered]] = {
    "succeeded": "succeeded",
    "pending": "pending",
    "requires_action": "pending",
    "failed": "failed",
    "canceled": "failed",
}


class _OurWire(stripe.HTTPClient):
    """How the SDK's requests go out."""

    name = "tiraj"

    def request(
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: Any = None, **more: Any
    ) -> tuple[str, int, Mapping[str, str]]:
        """Raises Lost, which passes through the SDK."""
        if method.upper() not in ("GET", "POST"):
            raise ValueError(method)
        data = post_data.encode() if isinstance(post_data, str) else post_data or b""
        answer = asked(NAME, url, data if method.upper() == "POST" else None, headers)
        return answer.body.decode("utf-8", "replace"), answer.status, {"content-type": answer.kind}

    def close(self) -> None:
        """Nothing is kept open."""


class Stripe:
    """Dollars and pesos."""

    name: Final = NAME
    currencies: Final = frozenset({"PHP", "USD"})
    refunds_from: Final = NAME
    begins_again: Final = True

    def __init__(self, account: KeyAccount) -> None:
        client = stripe.StripeClient(
            account.key, base_addresses={"api": account.url}, max_network_retries=0, http_client=_OurWire()
        )
        self._api = client.v1
        self._secret = account.webhook_secret

    def check(self, currency: str, amount_minor: int) -> None:
        """Raises DomainError `amount_outside_gateway`."""
        if not LEAST[currency] <= amount_minor <= MOST:
            least = LEAST[currency]
            raise DomainError(
                "amount_outside_gateway", field="amountMinor", currency=currency, leastMinor=least, mostMinor=MOST
            )

    def begin(self, order: Order) -> Begun | Refused | Unknown:
        """One Checkout Session under the payment's own key."""
        price = {"currency": order.currency.lower(), "unit_amount": order.amount_minor}
        item = {"price_data": {**price, "product_data": {"name": "Tiraj"}}, "quantity": 1}
        marks = {_MARK: order.reference}
        params: Any = {
            "mode": "payment",
            "success_url": order.return_url,
            "cancel_url": order.return_url,
            "line_items": [item],
            "client_reference_id": order.reference,
            "metadata": marks,
            "payment_intent_data": {"metadata": marks},
            "expires_at": int(max(order.expires_at, order.created_at + _SHORTEST).timestamp()),
        }
        key: Any = {"idempotency_key": f"begin-{order.reference}"}
        try:
            made = self._api.checkout.sessions.create(params, key).to_dict()
        except Lost as lost:
            return Unknown(lost.why) if lost.left else Refused(lost.why)
        except (stripe.InvalidRequestError, stripe.CardError) as error:
            return Refused(_code(error))
        except stripe.StripeError as error:
            return Unknown(type(error).__name__)
        url = text(made, "url")
        return Begun(text(made, "id"), url) if url else Unknown("no_url")

    def ask(self, order: Order) -> Told:
        """The session with its intent and charge: the intent may have succeeded after the session's end."""
        unfold: Any = {"expand": ["payment_intent.latest_charge.balance_transaction"]}
        try:
            if not order.provider_id:
                return self._by_intent(order.charge_id)
            session = self._api.checkout.sessions.retrieve(order.provider_id, unfold).to_dict()
            return self._read(session)
        except stripe.InvalidRequestError as error:
            return Told("not_found") if error.http_status == 404 else NOTHING_HEARD
        except (Lost, stripe.StripeError):
            return NOTHING_HEARD

    def _by_intent(self, number: str) -> Told:
        """Of a session that nobody was ever shown: whether money came in all the same."""
        if not number:
            return Told("not_found")
        unfold: Any = {"expand": ["latest_charge.balance_transaction"]}
        intent = self._api.payment_intents.retrieve(number, unfold).to_dict()
        is_paid = text(intent, "status") == "succeeded"
        return self._paid(text(intent, "metadata", _MARK), "", intent) if is_paid else Told("not_found")

    def cancel(self, order: Order) -> Told:
        """Let the session end, unless it has; then how it stands."""
        if order.provider_id:
            self._try(lambda: self._api.checkout.sessions.expire(order.provider_id))
        return self.ask(order)

    def refund(self, order: RefundOrder) -> RefundTold:
        params: Any = {
            "payment_intent": order.charge_id,
            "amount": order.amount_minor,
            "metadata": {"refund": order.reference},
        }
        key: Any = {"idempotency_key": f"refund-{order.reference}"}
        try:
            return _refund(self._api.refunds.create(params, key).to_dict())
        except Lost as lost:
            return RefundTold("unknown" if lost.left else "not_sent", reason=lost.why)
        except stripe.RateLimitError:
            return RefundTold("not_sent", reason="too_many")
        except stripe.InvalidRequestError as error:
            return RefundTold("failed", reason=_code(error))
        except stripe.StripeError as error:
            return RefundTold("unknown", reason=type(error).__name__)

    def ask_refund(self, order: RefundOrder) -> RefundTold:
        """By its number, or else by our mark among the payment's."""
        try:
            if order.provider_id:
                return _refund(self._api.refunds.retrieve(order.provider_id).to_dict())
            its: Any = {"payment_intent": order.charge_id, "limit": _LISTED}
            found = self._api.refunds.list(its).to_dict()
        except (Lost, stripe.StripeError) as error:
            return RefundTold("unknown", reason=type(error).__name__)
        ours = (one for one in inner(found, "data") or [] if text(one, "metadata", "refund") == order.reference)
        return next(map(_refund, ours), RefundTold("not_found"))

    def letter(self, headers: Mapping[str, str], raw: bytes) -> Letter:
        signature = next((value for name, value in headers.items() if name.lower() == "stripe-signature"), "")
        try:
            body = raw.decode()
            stripe.WebhookSignature.verify_header(body, signature, self._secret, tolerance=300)
            said = json.loads(body)
        except (stripe.SignatureVerificationError, ValueError, RecursionError):
            raise BadSignature from None
        return Letter(text(said, "id"), text(said, "type"), is_signed=True)

    def hint(self, raw: bytes) -> Hint:
        thing = inner(json.loads(raw), "data", "object")
        number, kind = text(thing, "id"), text(thing, "object")
        if kind == "checkout.session":
            return Hint(text(thing, "client_reference_id"), provider_id=number)
        charge = number if kind == "payment_intent" else text(thing, "payment_intent")
        return Hint(text(thing, "metadata", _MARK), charge_id=charge)

    def reference_of(self, transaction: str) -> str | None:
        return None

    def list_since(self, moment: datetime) -> list[Line] | None:
        since = int(moment.timestamp())
        try:
            charges = self._pages(self._api.charges.list, since)
            refunds = self._pages(self._api.refunds.list, since, expand=["data.charge"])
            disputes = self._pages(self._api.disputes.list, since, expand=["data.charge"])
        except (Lost, stripe.StripeError) as error:
            raise Unanswered(type(error).__name__) from None
        paid = [one for one in charges if text(one, "status") == "succeeded"]
        gone = [one for one in refunds if _is_gone(one)]
        taken = [one for one in disputes if text(one, "status") in _DISPUTES]
        return [
            *(_line("payment", one, text(one, "payment_intent"), _MARK) for one in paid),
            *(_line("refund", one, text(one, "id"), "refund") for one in gone),
            *(_line("dispute", one, text(one, "id"), "") for one in taken),
        ]

    def funds(self) -> list[Funds]:
        try:
            told = self._api.balance.retrieve().to_dict()
        except (Lost, stripe.StripeError) as error:
            raise Unanswered(type(error).__name__) from None
        parts = [one for name in ("available", "pending") for one in inner(told, name) or []]
        held = Counter[str]()
        for one in parts:
            held[text(one, "currency").upper()] += inner(one, "amount")
        return [Funds(NAME, currency, amount) for currency, amount in held.items()]

    def _read(self, session: Mapping[str, Any]) -> Told:
        reference, intent = text(session, "client_reference_id"), inner(session, "payment_intent")
        number = text(session, "id")
        if text(intent, "status") == "succeeded":
            return self._paid(reference, number, intent)
        if text(intent, "status") == "processing":
            return Told("open", reference, number, url="")  # whether or not the session has ended meanwhile
        state = text(session, "status")
        if state == "expired":
            return Told("expired", reference, number)
        if text(intent, "status") == "canceled":
            return Told("canceled", reference, number)
        if state == "complete" and text(intent, "status") == "requires_payment_method":  # it failed later on
            return Told("failed", reference, number)
        is_open = state in ("open", "complete")
        return Told("open", reference, number, url=text(session, "url") or None) if is_open else NOTHING_HEARD

    def _paid(self, reference: str, number: str, intent: Mapping[str, Any]) -> Told:
        charge = inner(intent, "latest_charge")
        details = inner(charge, "payment_method_details")
        fee = whole(charge, "balance_transaction", "fee")
        return Told(
            "paid",
            reference,
            number,
            charge_id=text(intent, "id"),
            currency=text(intent, "currency").upper(),
            amount_minor=whole(intent, "amount_received"),
            payer=text(details, "card", "fingerprint") or None,
            is_card=text(details, "type") == "card",
            has_3ds=text(details, "card", "three_d_secure", "result") == "authenticated",
            fee_minor=max(fee, 0),
            disputes=self._disputes(text(intent, "id")) if inner(charge, "disputed") else (),
            gone=self._gone(text(intent, "id")) if whole(charge, "amount_refunded") else (),
        )

    def _disputes(self, intent: str) -> tuple[DisputeTold, ...]:
        its: Any = {"payment_intent": intent, "limit": _LISTED}
        found = self._api.disputes.list(its).to_dict()
        return tuple(_dispute(one) for one in inner(found, "data") or [] if text(one, "status") in _DISPUTES)

    def _gone(self, intent: str) -> tuple[Line, ...]:
        its: Any = {"payment_intent": intent, "limit": _LISTED, "expand": ["data.charge"]}
        found = inner(self._api.refunds.list(its).to_dict(), "data") or []
        return tuple(_line("refund", one, text(one, "id"), "refund") for one in found if _is_gone(one))

    def _pages(self, lists: Callable[[Any], Any], since: int, **more: Any) -> list[dict[str, Any]]:
        """All that was created since, page by page."""
        found: list[dict[str, Any]] = []
        for _ in range(_PAGES):
            after = {"starting_after": found[-1]["id"]} if found else {}
            page = lists({"created": {"gte": since}, "limit": _LISTED, **after, **more}).to_dict()
            found += cast(list[dict[str, Any]], inner(page, "data") or [])
            if not inner(page, "has_more"):
                break
        return found

    def _try(self, call: Callable[[], object]) -> None:
        """What is asked afterwards says whether it was done."""
        try:
            call()
        except (Lost, stripe.StripeError):
            pass


def _dispute(said: Mapping[str, Any]) -> DisputeTold:
    """With what its movements of the balance charged; one that is won gives that back."""
    fees = (whole(moved, "fee") for moved in inner(said, "balance_transactions") or [])
    state, reason = _DISPUTES[text(said, "status")], text(said, "reason")
    until = whole(said, "evidence_details", "due_by")
    answer_by = datetime.fromtimestamp(until, UTC) if 0 < until < _LATEST else None
    return DisputeTold(text(said, "id"), whole(said, "amount"), state, reason, max(sum(fees), 0), answer_by)


def _refund(said: Mapping[str, Any]) -> RefundTold:
    answered = _REFUNDS.get(text(said, "status"), "unknown")
    return RefundTold(answered, text(said, "id"), text(said, "failure_reason"))


def _is_gone(refund: Mapping[str, Any]) -> bool:
    return text(refund, "status") not in ("failed", "canceled")


def _line(kind: LineKind, said: Mapping[str, Any], number: str, mark: str) -> Line:
    reference = text(said, "metadata", mark) if mark else ""
    payment = text(said, "metadata", _MARK) or text(said, "charge", "metadata", _MARK)
    return Line(kind, number, reference, text(said, "currency").upper(), whole(said, "amount"), payment)


def _code(error: stripe.StripeError) -> str:
    return str(error.code or error.user_message or type(error).__name__)[:200]
