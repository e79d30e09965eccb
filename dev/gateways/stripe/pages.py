"""Stripe's pages for payers: Checkout, a page for an intent alone, and the bank's question."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from dev.gateways import hosted
from dev.gateways.shelves import Object
from dev.gateways.wire import Gateway, Refusal, gateway

from .cards import new_method
from .checkout import expire, session_named
from .intents import canceled, new_intent
from .money import ZERO_DECIMAL
from .payments import OPEN, attempt, challenge, fail

bp = Blueprint("stripe-pages", __name__)
_NAME = "Stripe"


@bp.route("/c/pay/<number>", methods=["GET", "POST"])
def checkout(number: str) -> AnyResponse:
    """The hosted page of a session."""
    held = gateway()
    with held.lock:
        session = _session(held, number)
        back = session["cancel_url"] or ""
        if session["status"] != "open":
            return hosted.told(_NAME, f"This payment is {session['status']}.", back)
        if request.method == "GET":
            return _asked(session["amount_total"], session["currency"])
        act = request.form.get("act", "")
        if act == "leave":
            return redirect(back, 303) if back else hosted.told(_NAME, "You left.")
        if act == "expire":
            expire(held, number)
            return hosted.told(_NAME, "It has expired.", back)
        intent = _intent_of(held, session)
        session["customer_details"] = {"email": session["customer_email"], "name": None, "phone": None}
        held.shelves["session"].put(number, session)
        if act == "challenge":
            _begin(held, intent)
            return redirect(f"/challenge/{intent['id']}", 303)
        return _ended(held, _try(held, intent, is_declined=act == "decline"))


@bp.route("/pay/<number>", methods=["GET", "POST"])
def pay(number: str) -> AnyResponse:
    """For an intent that has no session: what a payer's own client would do with its secret."""
    held = gateway()
    with held.lock:
        intent = _intent(held, number)
        if intent["status"] not in OPEN:
            return hosted.told(_NAME, f"This payment is {intent['status']}.", intent["_return_url"] or "")
        if request.method == "GET":
            return _asked(intent["amount"], intent["currency"])
        act = request.form.get("act", "")
        if act == "leave":
            return hosted.told(_NAME, "You left.", intent["_return_url"] or "")
        if act == "expire":
            canceled(held, intent, "abandoned")
            return hosted.told(_NAME, "It has expired.", intent["_return_url"] or "")
        if act == "challenge":
            _begin(held, intent)
            return redirect(f"/challenge/{number}", 303)
        return _ended(held, _try(held, intent, is_declined=act == "decline"))


@bp.route("/challenge/<number>", methods=["GET", "POST"])
def confirm(number: str) -> AnyResponse:
    """The payer's bank asks whether it is the payer."""
    held = gateway()
    with held.lock:
        intent = _intent(held, number)
        if intent["status"] != "requires_action":
            return hosted.told(_NAME, f"This payment is {intent['status']}.", intent["_return_url"] or "")
        if request.method == "GET":
            amount = hosted.major(intent["amount"], intent["currency"], _decimals(intent["currency"]))
            what = "Your bank asks: is it you who pays?"
            return hosted.asked(hosted.Bill("Your bank", amount, "", "", what, hosted.CONFIRMING))
        method = held.shelves["method"].get(intent["payment_method"] or "") or new_method(held, "")
        if request.form.get("act") == "confirm":
            return _ended(held, attempt(held, intent, method, has_3ds=True))
        return _ended(held, fail(held, intent, method, "authentication_failed"))


def _asked(amount: int, currency: str, error: str = "") -> Response:
    shown = hosted.major(amount, currency, _decimals(currency))
    return hosted.asked(hosted.Bill(_NAME, shown, "Card number", "4242 4242 4242 4242"), error)


def _decimals(currency: str) -> int:
    return 0 if currency in ZERO_DECIMAL else 2


def _try(held: Gateway, intent: Object, *, is_declined: bool) -> Object | None:
    """None when that is no card's number."""
    number = re.sub(r"\D", "", request.form.get("payer", ""))
    if not 12 <= len(number) <= 19:
        return None
    return attempt(held, intent, new_method(held, number), is_declined=is_declined)


def _begin(held: Gateway, intent: Object) -> None:
    intent["payment_method"] = new_method(held, request.form.get("payer", ""))["id"]
    challenge(held, intent)


def _ended(held: Gateway, intent: Object | None) -> AnyResponse:
    if intent is None:
        session = held.shelves["session"].get((request.view_args or {}).get("number", ""))
        found = session or held.shelves["intent"].get((request.view_args or {}).get("number", "")) or {}
        return _asked(found.get("amount_total") or found.get("amount", 0), found["currency"], "That is no card number.")
    if intent["status"] == "requires_action":
        return redirect(f"/challenge/{intent['id']}", 303)
    session = held.shelves["session"].found(lambda one: one["payment_intent"] == intent["id"])
    if intent["status"] == "requires_payment_method":
        error = (intent["last_payment_error"] or {}).get("message", "It was declined.")
        if request.path.startswith("/challenge/"):
            back = f"/c/pay/{session['id']}" if session else f"/pay/{intent['id']}"
            return hosted.told(_NAME, error, back)
        return _asked(intent["amount"], intent["currency"], error)
    if session is not None:
        return redirect(session["success_url"].replace("{CHECKOUT_SESSION_ID}", session["id"]), 303)
    if not intent["_return_url"]:
        return hosted.told(_NAME, f"This payment is {intent['status']}.")
    told = {
        "payment_intent": intent["id"],
        "payment_intent_client_secret": intent["client_secret"],
        "redirect_status": "succeeded",
    }
    mark = "&" if "?" in intent["_return_url"] else "?"
    return redirect(f"{intent['_return_url']}{mark}{urlencode(told)}", 303)


def _session(held: Gateway, number: str) -> Object:
    try:
        return session_named(held, number)
    except Refusal:
        abort(404)


def _intent(held: Gateway, number: str) -> Object:
    return held.shelves["intent"].get(number) or abort(404)


def _intent_of(held: Gateway, session: Object) -> Object:
    """A session has one from its first attempt on."""
    found = held.shelves["intent"].get(session["payment_intent"] or "")
    if found is None:
        found = new_intent(held, session["amount_total"], session["currency"], session["_intent"])
        session["payment_intent"] = found["id"]
        held.shelves["session"].put(session["id"], session)
    return found
