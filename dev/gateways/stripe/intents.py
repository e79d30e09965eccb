"""Stripe's PaymentIntents over its API."""

from __future__ import annotations

import time
from typing import Any, Final

from flask import Blueprint, Response, request

from dev.gateways.shelves import Object
from dev.gateways.wire import Gateway, Refusal, acts, asks, gateway, new_id, public

from .cards import method_named
from .events import emit
from .lists import listed, told
from .money import charged
from .payments import OPEN, attempt, late_success
from .wording import Account, check_key, given, metadata, missing, refusal, text, whole

bp = Blueprint("stripe-intents", __name__)
_REASONS: Final = ("abandoned", "duplicate", "fraudulent", "requested_by_customer")
_CAN_CONFIRM: Final = ("requires_payment_method", "requires_confirmation", "requires_action")

_EMPTY: Final = (
    "application",
    "application_fee_amount",
    "canceled_at",
    "cancellation_reason",
    "customer_account",
    "excluded_payment_method_types",
    "last_payment_error",
    "latest_charge",
    "next_action",
    "on_behalf_of",
    "payment_method",
    "processing",
    "review",
    "setup_future_usage",
    "shipping",
    "transfer_data",
    "transfer_group",
)
"""What an intent has nothing in at first."""


def new_intent(held: Gateway, amount: int, currency: str, form: dict[str, Any]) -> Object:
    """As `POST /v1/payment_intents` makes it, and a Checkout Session at its first attempt."""
    number = new_id("pi_")
    automatic = form.get("automatic_payment_methods")
    made: Object = {
        **dict.fromkeys(_EMPTY),
        "id": number,
        "object": "payment_intent",
        "amount": amount,
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "automatic_payment_methods": {"allow_redirects": "always", "enabled": True} if automatic else None,
        "capture_method": text(form, "capture_method") or "automatic_async",
        "client_secret": f"{number}_secret_{new_id('', 25)}",
        "confirmation_method": "automatic",
        "created": int(time.time()),
        "currency": currency,
        "customer": text(form, "customer"),
        "description": text(form, "description"),
        "livemode": False,
        "metadata": metadata(form),
        "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
        "payment_method_types": ["card"],
        "receipt_email": text(form, "receipt_email"),
        "statement_descriptor": text(form, "statement_descriptor"),
        "statement_descriptor_suffix": text(form, "statement_descriptor_suffix"),
        "status": "requires_payment_method",
        "_return_url": text(form, "return_url"),
    }
    held.shelves["intent"].put(number, made)
    emit(held, "payment_intent.created", made)
    return made


@bp.post("/v1/payment_intents")
@acts
def create() -> Response:
    check_key()
    held, form = gateway(), given()
    amount, currency = charged(whole(form, "amount"), text(form, "currency"))
    method = text(form, "payment_method")
    found = method_named(held, method) if method else None
    made = new_intent(held, amount, currency, form)
    if found is not None:
        made |= {"payment_method": found["id"], "status": "requires_confirmation"}
        held.shelves["intent"].put(made["id"], made)
    if text(form, "confirm") == "true":
        return _confirmed(held, made, form)
    return told(made)


@bp.get("/v1/payment_intents/<number>")
@asks
def one(number: str) -> Response:
    _check_payers_key(number)
    return told(intent_named(number))


@bp.get("/v1/payment_intents")
@asks
def many() -> Response:
    check_key()
    return listed("intent")


@bp.post("/v1/payment_intents/<number>")
@acts
def update(number: str) -> Response:
    check_key()
    made, form = intent_named(number), given()
    made["metadata"] = {name: value for name, value in (made["metadata"] | metadata(form)).items() if value}
    made["description"] = text(form, "description", made["description"])
    gateway().shelves["intent"].put(number, made)
    return told(made)


@bp.post("/v1/payment_intents/<number>/confirm")
@acts
def confirm(number: str) -> Response:
    _check_payers_key(number)
    return _confirmed(gateway(), intent_named(number), given())


@bp.post("/v1/payment_intents/<number>/cancel")
@acts
def cancel(number: str) -> Response:
    check_key()
    reason = text(given(), "cancellation_reason")
    if reason is not None and reason not in _REASONS:
        raise refusal("Invalid cancellation_reason", param="cancellation_reason")
    made = intent_named(number)
    if made["status"] not in OPEN or made["status"] == "processing":
        raise _unexpected(made, "cancel")
    return told(canceled(gateway(), made, reason))


def canceled(held: Gateway, made: Object, reason: str | None) -> Object:
    method = held.shelves["method"].get(made["payment_method"] or "") or method_named(held, "pm_card_visa")
    made |= {"status": "canceled", "canceled_at": int(time.time()), "cancellation_reason": reason, "next_action": None}
    held.shelves["intent"].put(made["id"], made)
    emit(held, "payment_intent.canceled", made)
    late_success(held, made["id"], method)
    return made


def _confirmed(held: Gateway, made: Object, form: dict[str, Any]) -> Response:
    if made["status"] not in _CAN_CONFIRM:
        raise _unexpected(made, "confirm")
    name = text(form, "payment_method") or made["payment_method"]
    if name is None:
        words = "You cannot confirm this PaymentIntent because it's missing a payment method."
        raise refusal(words, code="payment_intent_unexpected_state", payment_intent=public(made))
    made["_return_url"] = text(form, "return_url") or made["_return_url"]
    ended = attempt(held, made, method_named(held, name))
    if ended["last_payment_error"] is not None:
        error = {**ended["last_payment_error"], "payment_intent": public(ended)}
        raise Refusal(402, {"error": error}, is_outcome=True)
    return told(ended)


def intent_named(number: str) -> Object:
    found = gateway().shelves["intent"].get(number)
    if found is None:
        raise missing("payment_intent", number)
    return found


def _unexpected(made: Object, what: str) -> Refusal:
    words = f"You cannot {what} this PaymentIntent because it has a status of {made['status']}."
    return refusal(words, code="payment_intent_unexpected_state", payment_intent=public(made))


def _check_payers_key(number: str) -> None:
    """The shop's key; or the publishable one with the intent's own secret, which a payer's client has."""
    held: Account = gateway().accounts
    secret = given().get("client_secret")
    key = request.headers.get("Authorization", "").removeprefix("Bearer ") or given().get("key")
    found = gateway().shelves["intent"].get(number)
    if secret and held.publishable and key == held.publishable and found and found["client_secret"] == secret:
        return
    check_key()
