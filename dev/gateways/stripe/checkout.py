"""Stripe's Checkout Sessions over its API."""

from __future__ import annotations

import time
from typing import Any, Final

from flask import Blueprint, Response

from dev.gateways.notices import LATE
from dev.gateways.shelves import Object
from dev.gateways.wire import Gateway, acts, asks, gateway, new_id

from .cards import method_named
from .events import emit
from .intents import canceled, new_intent
from .lists import listed, told
from .money import charged
from .payments import OPEN, succeed_late
from .wording import check_key, given, metadata, missing, refusal, text, whole

bp = Blueprint("stripe-checkout", __name__)
_LEAST: Final = 30 * 60
_MOST: Final = 24 * 3_600
_SLACK: Final = 60
"""Clocks differ, and half an hour from now is less when it arrives."""


@bp.post("/v1/checkout/sessions")
@acts
def create() -> Response:
    check_key()
    held, form = gateway(), given()
    if text(form, "mode") != "payment":
        raise refusal("mode must be payment", param="mode")
    if text(form, "ui_mode") not in (None, "hosted", "hosted_page"):
        raise refusal("Only hosted pages are simulated.", param="ui_mode")
    success = text(form, "success_url")
    if success is None:
        raise refusal("Missing required param: success_url.", param="success_url", code="parameter_missing")
    total, currency = charged(*_total(form))
    made = _session(form, success, total, currency, _end(form))
    made["url"] = f"{held.url}/c/pay/{made['id']}"
    held.shelves["session"].put(made["id"], made)
    held.later(made["expires_at"] - time.time(), lambda: expire(held, made["id"]), compressed=False)
    return told(made)


@bp.get("/v1/checkout/sessions/<number>")
@asks
def one(number: str) -> Response:
    check_key()
    return told(session_named(gateway(), number))


@bp.get("/v1/checkout/sessions")
@asks
def many() -> Response:
    check_key()
    return listed("session")


@bp.post("/v1/checkout/sessions/<number>/expire")
@acts
def end(number: str) -> Response:
    check_key()
    if session_named(gateway(), number)["status"] != "open":
        raise refusal('Only Checkout Sessions with a status in ["open"] can be expired.')
    return told(expire(gateway(), number))


def session_named(held: Gateway, number: str) -> Object:
    """As it is now: its end may have come while nothing ran. Raises Refusal."""
    found = held.shelves["session"].get(number)
    if found is None:
        raise missing("checkout.session", number)
    return expire(held, number) if found["status"] == "open" and found["expires_at"] <= time.time() else found


def expire(held: Gateway, number: str) -> Object:
    """Nobody can pay it any more; its intent is cancelled with it."""
    made = held.shelves["session"].get(number)
    if made is None or made["status"] != "open":
        return made or {}
    made |= {"status": "expired", "url": None}
    held.shelves["session"].put(number, made)
    emit(held, "checkout.session.expired", made)
    intent = held.shelves["intent"].get(made["payment_intent"] or "")
    if intent is not None:
        if intent["status"] in OPEN:
            canceled(held, intent, "expired")
    elif held.misbehaviours.strike("end") == "late_success":
        _pay_late(held, made)
    return made


def _pay_late(held: Gateway, made: Object) -> None:
    intent = new_intent(held, made["amount_total"], made["currency"], made["_intent"])
    made["payment_intent"] = intent["id"]
    held.shelves["session"].put(made["id"], made)
    method = method_named(held, "pm_card_visa")
    held.later(LATE, lambda: succeed_late(held, intent["id"], method))


def _total(form: dict[str, Any]) -> tuple[int, str | None]:
    items = form.get("line_items")
    if not isinstance(items, list) or not items or not all(isinstance(one, dict) for one in items):
        raise refusal("Missing required param: line_items.", param="line_items", code="parameter_missing")
    total, currency = 0, None
    for one in items:
        price = one.get("price_data")
        if not isinstance(price, dict):
            raise refusal("Only price_data is simulated.", param="line_items[0][price]")
        amount, quantity = whole(price, "unit_amount"), whole(one, "quantity")
        if amount is None or not isinstance(price.get("product_data"), dict):
            raise refusal("Missing required param: line_items[0][price_data].", code="parameter_missing")
        total, currency = total + amount * (1 if quantity is None else quantity), text(price, "currency")
    return total, currency


def _end(form: dict[str, Any]) -> int:
    now, given_end = int(time.time()), whole(form, "expires_at")
    end = now + _MOST if given_end is None else given_end
    if not now + _LEAST - _SLACK <= end <= now + _MOST + _SLACK:
        words = "The `expires_at` timestamp must be between 30 minutes and 24 hours after Checkout Session creation."
        raise refusal(words, param="expires_at")
    return end


def _session(form: dict[str, Any], success: str, total: int, currency: str, end: int) -> Object:
    return {
        "id": new_id("cs_test_", 58),
        "object": "checkout.session",
        "amount_subtotal": total,
        "amount_total": total,
        "automatic_tax": {"enabled": False, "liability": None, "status": None},
        "cancel_url": text(form, "cancel_url"),
        "client_reference_id": text(form, "client_reference_id"),
        "created": int(time.time()),
        "currency": currency,
        "customer": None,
        "customer_details": None,
        "customer_email": text(form, "customer_email"),
        "expires_at": end,
        "livemode": False,
        "locale": text(form, "locale"),
        "metadata": metadata(form),
        "mode": "payment",
        "payment_intent": None,
        "payment_method_types": ["card"],
        "payment_status": "unpaid",
        "status": "open",
        "submit_type": None,
        "success_url": success,
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": text(form, "ui_mode") or "hosted_page",
        "url": None,
        "_intent": {
            name: value
            for name, value in (form.get("payment_intent_data") or {}).items()
            if name in ("metadata", "description", "receipt_email", "statement_descriptor_suffix")
        },
    }
