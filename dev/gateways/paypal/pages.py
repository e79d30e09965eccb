"""PayPal's page on which a payer approves an order."""

from __future__ import annotations

import hashlib
import re
from urllib.parse import urlencode

from flask import Blueprint, abort, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from dev.gateways import hosted
from dev.gateways.shelves import Object
from dev.gateways.wire import Gateway, gateway

from .events import emit
from .orders import void, whole
from .wording import now

bp = Blueprint("paypal-pages", __name__)
_NAME = "PayPal"


@bp.route("/checkoutnow", methods=["GET", "POST"])
def approve() -> AnyResponse:
    held = gateway()
    with held.lock:
        order = held.shelves["order"].get(request.args.get("token", "")) or abort(404)
        if order["status"] not in ("CREATED", "PAYER_ACTION_REQUIRED"):
            return hosted.told(_NAME, f"This order is {order['status'].lower()}.", _back(order, "_return_url"))
        if request.method == "GET":
            return hosted.asked(_bill(order))
        return _acted(held, order, request.form.get("act", ""))


def _acted(held: Gateway, order: Object, act: str) -> AnyResponse:
    payer = request.form.get("payer", "").strip()
    if act == "leave":
        url = _back(order, "_cancel_url")
        return redirect(url, 303) if url else hosted.told(_NAME, "You left.")
    if act == "expire":
        void(held, order["id"])
        return hosted.told(_NAME, "It has expired.", _back(order, "_cancel_url"))
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", payer):
        return hosted.asked(_bill(order), "A PayPal account is a mail address.")
    if act == "decline":
        return hosted.asked(_bill(order), "Your bank declined it. You can try another way to pay.")
    if act == "challenge":
        return hosted.asked(_bill(order, {"pay": hosted.CONFIRMING["confirm"], "decline": hosted.CONFIRMING["deny"]}))
    number = hashlib.sha256(payer.encode()).hexdigest()[:13].upper()
    order |= {
        "status": "APPROVED",
        "payer": {"email_address": payer, "payer_id": number, "name": {"given_name": "Jan", "surname": "Dwa"}},
        "payment_source": {"paypal": {"email_address": payer, "account_id": number, "account_status": "VERIFIED"}},
        "update_time": now(),
        "_payer": payer,
    }
    held.shelves["order"].put(order["id"], order)
    emit(held, "CHECKOUT.ORDER.APPROVED", "checkout-order", whole(held, order))
    url = _back(order, "_return_url", PayerID=number)
    return redirect(url, 303) if url else hosted.told(_NAME, "You approved it.")


def _bill(order: Object, buttons: dict[str, str] | None = None) -> hosted.Bill:
    units = order["purchase_units"]
    amount = " + ".join(f"{unit['amount']['value']} {unit['amount']['currency_code']}" for unit in units)
    what = units[0].get("description", "")
    return hosted.Bill(_NAME, amount, "PayPal account", "payer@demo.example", what, buttons or hosted.BUTTONS)


def _back(order: Object, name: str, **more: str) -> str:
    url: str = order[name]
    if not url:
        return ""
    return f"{url}{'&' if '?' in url else '?'}{urlencode({'token': order['id'], **more})}"
