"""MonCash's payments: made by an order's number, paid on its page, told by an alert that proves nothing."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlencode

import jwt
from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from dev.gateways import hosted
from dev.gateways.notices import LATE, Letter
from dev.gateways.shelves import Object
from dev.gateways.wire import Gateway, acts, asks, gateway, in_bytes, said

from .tokens import body, check_token, now, refusal

bp = Blueprint("moncash-payments", __name__)
LEAST, MOST = 1, 75_000
_MINUTES: Final = 10
_FORM: Final = "application/x-www-form-urlencoded"
_NAME: Final = "MonCash"


@bp.post("/Api/v1/CreatePayment")
@acts
def create() -> Response:
    """Once for each order, in whole gourdes."""
    check_token()
    held, given = gateway(), body()
    order, amount = given.get("orderId"), given.get("amount")
    if not isinstance(order, str | int) or isinstance(order, bool) or not 1 <= len(str(order)) <= 50:
        raise refusal(400, "The order id is incorrect")
    if not _is_whole(amount) or amount is None or not LEAST <= amount <= MOST:
        raise refusal(400, "The amount is incorrect")
    if held.shelves["order"].get(str(order)) is not None:
        raise refusal(400, "The order id was used already")
    end = now() + _MINUTES * 60_000
    token = jwt.encode({"ref": secrets.token_hex(8), "ext": end}, held.accounts.key, "HS256")
    made: Object = {
        "reference": str(order),
        "asked": int(amount),
        "token": token,
        "end": end,
        "state": "open",
        "payment": None,
    }
    held.shelves["order"].put(str(order), made)
    return said(
        {
            "path": "/v1/CreatePayment",
            "payment_token": {"expired": _written(end), "created": _written(now()), "token": token},
            "timestamp": now(),
            "status": 202,
            "mode": "sandbox",
        },
        202,
    )


@bp.post("/Api/v1/RetrieveOrderPayment")
@asks
def of_order() -> Response:
    check_token()
    number = str(body().get("orderId", ""))
    return _told(gateway().shelves["order"].get(number))


@bp.post("/Api/v1/RetrieveTransactionPayment")
@asks
def of_transaction() -> Response:
    check_token()
    number = str(body().get("transactionId", ""))
    return _told(
        gateway()
        .shelves["order"]
        .found(lambda one: bool(one["payment"]) and one["payment"]["transaction_id"] == number)
    )


@bp.route("/Moncash-middleware/Payment/Redirect", methods=["GET", "POST"])
def page() -> AnyResponse:
    """Where the payer's browser is sent, with the payment's token."""
    held = gateway()
    with held.lock:
        token = request.args.get("token", "")
        order = held.shelves["order"].found(lambda one: one["token"] == token)
        if order is None or order["state"] == "expired" or (order["state"] == "open" and order["end"] < now()):
            return hosted.told(_NAME, "This payment has expired, or there is none.", held.accounts.return_url)
        if order["state"] != "open":
            return _back(held, order)
        if request.method == "GET":
            return _asked(order)
        return _acted(held, order, request.form.get("act", ""))


def pay(held: Gateway, order: Object, payer: str, cost: int) -> None:
    """The money has moved; whoever asks is told, and an alert is sent."""
    number = str(secrets.randbelow(9 * 10**9) + 10**9)
    paid = {
        "reference": order["reference"],
        "transaction_id": number,
        "cost": cost,
        "message": "successful",
        "payer": payer,
    }
    order |= {"state": "paid", "payment": paid}
    held.shelves["order"].put(order["reference"], order)
    held.notices.send(_alert(number))


def end(held: Gateway, order: Object, state: str, payer: str) -> None:
    """Not paid; unless it succeeds after all, if that was asked for."""
    order["state"] = state
    held.shelves["order"].put(order["reference"], order)
    if held.misbehaviours.strike("end") == "late_success":
        held.later(LATE, lambda: pay_late(held, order, payer))


def pay_late(held: Gateway, order: Object, payer: str) -> bool:
    if order["state"] == "paid":
        return False
    pay(held, order, payer, order["asked"])
    return True


def _acted(held: Gateway, order: Object, act: str) -> AnyResponse:
    payer = re.sub(r"[\s+()-]", "", request.form.get("payer", ""))
    payer = payer if len(payer) != 8 else f"509{payer}"
    if act == "leave":
        return _back(held, order)
    if act == "expire":
        end(held, order, "expired", payer)
        return hosted.told(_NAME, "It has expired.", held.accounts.return_url)
    if not re.fullmatch(r"509\d{8}", payer):
        return _asked(order, "A MonCash number is 509 and eight digits.")
    if act == "challenge":
        words = f"A code was sent to {payer}. Press “It is me” as if you had typed it."
        return hosted.asked(_bill(order, words, {"pay": hosted.CONFIRMING["confirm"], "decline": "It is not me"}))
    struck = held.misbehaviours.strike("pay") if act == "pay" else ""
    if act == "decline" or struck == "declined":
        end(held, order, "open", payer)
        return _asked(order, "The payment was refused. You can try again.")
    if struck == "pending_payment":
        order["state"] = "pending"
        held.shelves["order"].put(order["reference"], order)
        held.later(LATE, lambda: pay(held, order, payer, order["asked"]))
        return hosted.told(_NAME, "Your payment is being looked at.", held.accounts.return_url)
    pay(held, order, payer, max(order["asked"] // 2, 1) if struck == "partial_payment" else order["asked"])
    return _back(held, order)


def _asked(order: Object, error: str = "") -> Response:
    return hosted.asked(_bill(order, f"Order {order['reference']}", hosted.BUTTONS), error)


def _bill(order: Object, what: str, buttons: Mapping[str, str]) -> hosted.Bill:
    return hosted.Bill(_NAME, hosted.major(order["asked"], "HTG", 0), "MonCash number", "50937007294", what, buttons)


def _back(held: Gateway, order: Object) -> AnyResponse:
    url, paid = held.accounts.return_url, order["payment"]
    if not url:
        return hosted.told(_NAME, f"This payment is {order['state']}.")
    told = f"{'&' if '?' in url else '?'}{urlencode({'transactionId': paid['transaction_id']})}" if paid else ""
    return redirect(f"{url}{told}", 303)


def _told(order: Object | None) -> Response:
    """404 is an answer: not settled, or not at all."""
    if order is None or order["payment"] is None:
        raise refusal(404, "Transaction Not Found")
    path = request.path.removeprefix("/Api")
    return said({"path": path, "payment": order["payment"], "timestamp": now(), "status": 200})


def _alert(number: str) -> Letter:
    """Unsigned. Its number is opaque now and then, and has other names."""
    stranger, opaque = str(secrets.randbelow(9 * 10**9) + 10**9), secrets.token_urlsafe(64)
    return Letter(
        urlencode({"transactionId": number}).encode(),
        _FORM,
        instead={
            "opaque_notice": Letter(urlencode({"transactionId": opaque}).encode(), _FORM),
            "json_notice": Letter(in_bytes({"transNumber": number})),
        },
        beside={"forged_notice": Letter(urlencode({"transactionId": stranger}).encode(), _FORM)},
    )


def _is_whole(amount: Any) -> bool:
    return isinstance(amount, int | float) and not isinstance(amount, bool) and amount == int(amount)


def _written(at: int) -> str:
    """`2019-05-24 12:46:55:107`."""
    moment = datetime.fromtimestamp(at // 1_000, UTC)
    return f"{moment:%Y-%m-%d %H:%M:%S}:{at % 1_000:03}"
