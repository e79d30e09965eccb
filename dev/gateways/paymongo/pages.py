"""GCash's page for a payer, from a checkout session or from an intent."""

from __future__ import annotations

import re

from flask import Blueprint, abort, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from dev.gateways import hosted
from dev.gateways.shelves import Object
from dev.gateways.wire import Gateway, gateway

from . import payments
from .routes import expire
from .wording import change

bp = Blueprint("paymongo-pages", __name__)
_NAME = "GCash by PayMongo"


@bp.route("/checkout/<number>", methods=["GET", "POST"])
def checkout(number: str) -> AnyResponse:
    held = gateway()
    with held.lock:
        session = held.shelves["session"].get(number) or abort(404)
        intent = held.shelves["intent"].get(session["_intent"]) or abort(404)
        told = session["attributes"]
        if told["status"] != "active":
            return hosted.told(_NAME, f"This payment is {told['status']}.", told["cancel_url"] or "")
        return _page(held, intent, told["success_url"] or "", told["cancel_url"] or "", session)


@bp.route("/gcash/<number>", methods=["GET", "POST"])
def wallet(number: str) -> AnyResponse:
    held = gateway()
    with held.lock:
        intent = held.shelves["intent"].get(number) or abort(404)
        return _page(held, intent, intent["_return_url"], intent["_return_url"], None)


def _page(held: Gateway, intent: Object, paid_url: str, left_url: str, session: Object | None) -> AnyResponse:
    status = intent["attributes"]["status"]
    if status not in payments.OPEN or status == "processing":
        return hosted.told(_NAME, f"This payment is {status}.", paid_url)
    if request.method == "GET":
        return hosted.asked(_bill(intent))
    act, payer = request.form.get("act", ""), re.sub(r"[\s+()-]", "", request.form.get("payer", ""))
    if act == "leave":
        return redirect(left_url, 303) if left_url else hosted.told(_NAME, "You left.")
    if act == "expire":
        if session is not None:
            expire(held, session)
        else:
            change(held, "intent", intent, status="awaiting_payment_method", next_action=None)
            payments.late_success(held, intent, payer)
        return hosted.told(_NAME, "It has expired.", left_url)
    if not re.fullmatch(r"(63|0)9\d{9}", payer):
        return hosted.asked(_bill(intent), "A GCash number is 09 and nine digits.")
    payer = f"+63{payer.removeprefix('63').removeprefix('0')}"
    if act == "challenge":
        buttons = {"pay": hosted.CONFIRMING["confirm"], "decline": hosted.CONFIRMING["deny"]}
        return hosted.asked(_bill(intent, f"A code was sent to {payer}.", buttons))
    payments.attempt(held, intent, payer, is_declined=act == "decline")
    if intent["attributes"]["status"] == "awaiting_payment_method":
        if session is None and left_url:
            return redirect(left_url, 303)
        return hosted.asked(_bill(intent), "The payment was refused. You can try again.")
    return redirect(paid_url, 303) if paid_url else hosted.told(_NAME, "Thank you.")


def _bill(intent: Object, what: str = "", buttons: dict[str, str] | None = None) -> hosted.Bill:
    told = intent["attributes"]
    words = what or told["description"] or ""
    amount = hosted.major(told["amount"], "PHP")
    return hosted.Bill(_NAME, amount, "GCash number", "09171234567", words, buttons or hosted.BUTTONS)
