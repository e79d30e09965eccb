"""A payment at Stripe from attempt to success, failure and what comes after."""

from __future__ import annotations

import time
from typing import Any, Final

from dev.gateways.notices import LATE
from dev.gateways.shelves import Object
from dev.gateways.wire import Gateway, new_id, public

from . import aftermath
from .cards import card_of
from .events import emit
from .money import fee_of, move

_WORDS: Final = {
    "insufficient_funds": "Your card has insufficient funds.",
    "authentication_failed": "We are unable to authenticate your payment method.",
}
OPEN: Final = ("requires_payment_method", "requires_confirmation", "requires_action", "processing")


def attempt(
    held: Gateway, intent: Object, method: Object, *, has_3ds: bool = False, is_declined: bool = False
) -> Object:
    """Charge it, or begin to; `has_3ds`: the payer has confirmed at the bank. The intent says how it ended."""
    intent |= {"payment_method": method["id"], "last_payment_error": None, "next_action": None}
    card = card_of(method)
    if card.needs_challenge and not has_3ds and not is_declined:
        return challenge(held, intent)
    struck = held.misbehaviours.strike("pay")
    decline = card.decline or ("generic_decline" if is_declined or struck == "declined" else "")
    if decline:
        return fail(held, intent, method, decline)
    if struck in ("pending_payment", "pending_failure"):
        return _wait(held, intent, method, will_succeed=struck == "pending_payment", has_3ds=has_3ds)
    part = intent["amount"] // 2 if struck == "partial_payment" else intent["amount"]
    return succeed(held, intent, method, part, has_3ds=has_3ds)


def challenge(held: Gateway, intent: Object) -> Object:
    """The payer has to confirm at the bank's page first."""
    url = f"{held.url}/challenge/{intent['id']}"
    redirect = {"return_url": intent["_return_url"], "url": url}
    intent |= {
        "status": "requires_action",
        "next_action": {"redirect_to_url": redirect, "type": "redirect_to_url"},
    }
    held.shelves["intent"].put(intent["id"], intent)
    emit(held, "payment_intent.requires_action", intent)
    return intent


def fail(held: Gateway, intent: Object, method: Object, decline: str) -> Object:
    """Not the end: the next attempt on the same intent may succeed."""
    words = _WORDS.get(decline, "Your card was declined.")
    code = "payment_intent_authentication_failure" if decline == "authentication_failed" else "card_declined"
    charge = _charge(held, intent, method, intent["amount"], failure=(code, decline, words))
    intent |= {
        "status": "requires_payment_method",
        "next_action": None,
        "payment_method": None,
        "latest_charge": charge["id"],
        "last_payment_error": {
            "charge": charge["id"],
            "code": code,
            "decline_code": decline,
            "message": words,
            "payment_method": public(method),
            "type": "card_error",
        },
    }
    held.shelves["intent"].put(intent["id"], intent)
    emit(held, "charge.failed", charge)
    emit(held, "payment_intent.payment_failed", intent)
    late_success(held, intent["id"], method)
    return intent


def late_success(held: Gateway, number: str, method: Object | None) -> None:
    """What has failed, expired or was cancelled succeeds after all, if that was asked for."""
    if method is None or held.misbehaviours.strike("end") != "late_success":
        return
    held.later(LATE, lambda: succeed_late(held, number, method))


def succeed_late(held: Gateway, number: str, method: Object) -> None:
    intent = held.shelves["intent"].get(number)
    if intent is not None and intent["status"] != "succeeded":
        succeed(held, intent, method, intent["amount"])


def succeed(held: Gateway, intent: Object, method: Object, amount: int, *, has_3ds: bool = False) -> Object:
    """The money is there, less the fee; whatever goes wrong afterwards is on its way."""
    charge = _charge(held, intent, method, amount, has_3ds=has_3ds)
    moved = move(held, "charge", charge["id"], amount, intent["currency"], fee_of(amount, intent["currency"]))
    charge["balance_transaction"] = moved["id"]
    held.shelves["charge"].put(charge["id"], charge)
    intent |= {
        "status": "succeeded",
        "amount_received": amount,
        "next_action": None,
        "latest_charge": charge["id"],
        "payment_method": method["id"],
        "last_payment_error": None,
        "canceled_at": None,
        "cancellation_reason": None,
    }
    held.shelves["intent"].put(intent["id"], intent)
    emit(held, "charge.succeeded", charge)
    emit(held, "payment_intent.succeeded", intent)
    _complete_session(held, intent, "paid")
    aftermath.follow(held, charge, card_of(method).then)
    return intent


def session_of(held: Gateway, number: str) -> Object | None:
    return held.shelves["session"].found(lambda one: one["payment_intent"] == number)


def _wait(held: Gateway, intent: Object, method: Object, *, will_succeed: bool, has_3ds: bool) -> Object:
    intent["status"] = "processing"
    held.shelves["intent"].put(intent["id"], intent)
    emit(held, "payment_intent.processing", intent)
    _complete_session(held, intent, "unpaid")

    def end() -> None:
        if intent["status"] != "processing":
            return
        if will_succeed:
            succeed(held, intent, method, intent["amount"], has_3ds=has_3ds)
        else:
            fail(held, intent, method, "generic_decline")
            session = session_of(held, intent["id"])
            if session is not None:
                emit(held, "checkout.session.async_payment_failed", session)

    held.later(LATE, end)
    return intent


def _complete_session(held: Gateway, intent: Object, payment_status: str) -> None:
    session = session_of(held, intent["id"])
    if session is None or session["payment_status"] == "paid":
        return
    was_complete = session["status"] == "complete"
    session |= {"status": "complete", "payment_status": payment_status, "url": None}
    held.shelves["session"].put(session["id"], session)
    kind = "async_payment_succeeded" if was_complete else "completed"
    emit(held, f"checkout.session.{kind}", session)


def _charge(
    held: Gateway, intent: Object, method: Object, amount: int, *, has_3ds: bool = False, failure: Any = None
) -> Object:
    code, decline, words = failure or (None, None, None)
    secure = {"authentication_flow": "challenge", "result": "authenticated", "version": "2.2.0"} if has_3ds else None
    made: Object = {
        "id": new_id("ch_"),
        "object": "charge",
        "amount": amount,
        "amount_captured": 0 if failure else amount,
        "amount_refunded": 0,
        "balance_transaction": None,
        "billing_details": method["billing_details"],
        "captured": not failure,
        "created": int(time.time()),
        "currency": intent["currency"],
        "customer": None,
        "description": intent["description"],
        "disputed": False,
        "failure_code": code,
        "failure_message": words,
        "livemode": False,
        "metadata": intent["metadata"],
        "outcome": _outcome(decline, words),
        "paid": not failure,
        "payment_intent": intent["id"],
        "payment_method": method["id"],
        "payment_method_details": {"card": {**method["card"], "three_d_secure": secure}, "type": "card"},
        "receipt_email": intent["receipt_email"],
        "refunded": False,
        "status": "failed" if failure else "succeeded",
    }
    return held.shelves["charge"].put(made["id"], made)


def _outcome(decline: str | None, words: str | None) -> Object:
    return {
        "network_decline_code": None,
        "network_status": "declined_by_network" if decline else "approved_by_network",
        "reason": decline,
        "risk_level": "normal",
        "seller_message": words or "Payment complete.",
        "type": "issuer_declined" if decline else "authorized",
    }
