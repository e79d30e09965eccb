"""PayPal's captures, refunds, disputes, and its report of transactions, over its API."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final
from urllib.parse import urlencode

from flask import Blueprint, Response, request

from dev.gateways.shelves import Object
from dev.gateways.wire import Gateway, acts, asks, gateway, public, said

from . import aftermath
from .books import balances
from .wording import amount_of, body, check_token, money, now, refusal

bp = Blueprint("paypal-captures", __name__)
_LONGEST: Final = timedelta(days=31)
_NOTES: Final = ("custom_id", "invoice_id", "note_to_payer")


@bp.get("/v2/payments/<any(captures, refunds):kind>/<number>")
@asks
def one(kind: str, number: str) -> Response:
    check_token()
    return said(public(_found(kind[:-1], number)))


@bp.post("/v2/payments/captures/<number>/refund")
@acts
def refund(number: str) -> Response:
    check_token()
    held, given = gateway(), body()
    made = _found("capture", number)
    _refundable(held, made)
    left = aftermath.left_of(held, made)
    value = left
    if given.get("amount") is not None:
        value, currency = amount_of(given["amount"], "/amount")
        if currency != made["amount"]["currency_code"]:
            raise refusal(422, "CURRENCY_MISMATCH", where="/amount/currency_code")
    if value > left:
        raise refusal(422, "REFUND_AMOUNT_EXCEEDED", where="/amount/value")
    struck = held.misbehaviours.strike("refund")
    if struck == "refund_refused":
        raise refusal(422, "REFUND_FAILED_INSUFFICIENT_FUNDS")
    notes = {name: str(given[name])[:255] for name in _NOTES if given.get(name)}
    back = aftermath.refund(held, made, value, notes, struck)
    if "return=representation" in request.headers.get("Prefer", ""):
        return said(public(back), 201)
    return said({name: back[name] for name in ("id", "status", "links")}, 201)


def _refundable(held: Gateway, made: Object) -> None:
    if made.get("_disputed"):
        raise refusal(422, "TRANSACTION_DISPUTED")
    if made["status"] == "PENDING":
        raise refusal(422, "PENDING_CAPTURE")
    if made["status"] == "REFUNDED":
        raise refusal(422, "CAPTURE_FULLY_REFUNDED")
    if made["status"] not in ("COMPLETED", "PARTIALLY_REFUNDED"):
        raise refusal(422, "CAPTURE_STATUS_NOT_VALID")


@bp.get("/v1/customer/disputes/<number>")
@asks
def dispute(number: str) -> Response:
    check_token()
    return said(public(_found("dispute", number)))


@bp.get("/v1/customer/disputes")
@asks
def disputes() -> Response:
    check_token()
    """The newest first, a page of them; narrowed by a transaction or by when they began."""
    number, since = request.args.get("disputed_transaction_id", ""), request.args.get("start_time", "")
    begin, size = request.args.get("next_page_token", 0, int), request.args.get("page_size", 10, int)
    rows = [
        public(row)
        for row in gateway().shelves["dispute"].newest()
        if (not number or row["disputed_transactions"][0]["seller_transaction_id"] == number)
        and row["create_time"] >= since[:19]
    ]
    for row in rows:
        row.pop("dispute_outcome", None)  # lists say none
    links = []
    if begin + size < len(rows):
        further = {**request.args, "next_page_token": str(begin + size)}
        links = [{"href": f"{gateway().url}{request.path}?{urlencode(further)}", "rel": "next", "method": "GET"}]
    return said({"items": rows[begin : begin + size], "links": links})


@bp.get("/v1/reporting/balances")
@asks
def funds() -> Response:
    """What it holds, by currency."""
    check_token()
    held = [
        {"currency": name, "primary": name == "USD", "total_balance": money(Decimal(amount) / 100, name)}
        for name, amount in balances(gateway()).items()
    ]
    return said({"balances": held, "account_id": "DEMO", "as_of_time": now(), "last_refresh_time": now()})


@bp.get("/v1/reporting/transactions")
@asks
def transactions() -> Response:
    """What moved between two moments, a month apart at most; the eldest first, page by page."""
    check_token()
    try:
        first, last = (datetime.fromisoformat(request.args.get(name, "")) for name in ("start_date", "end_date"))
        size, page = int(request.args.get("page_size", 100)), int(request.args.get("page", 1))
        apart = last - first
    except (TypeError, ValueError):
        raise refusal(400, "INVALID_PARAMETER_SYNTAX", where="start_date") from None
    if not timedelta(0) <= apart <= _LONGEST or first.tzinfo is None:
        raise refusal(400, "INVALID_PARAMETER_VALUE", "Date range is greater than 31 days", "end_date")
    if not (1 <= size <= 500 and page >= 1):
        raise refusal(400, "INVALID_PARAMETER_VALUE", where="page_size")
    rows = [
        {"transaction_info": row}
        for row in reversed(list(gateway().shelves["movement"].newest()))
        if first <= datetime.fromisoformat(row["transaction_initiation_date"]) <= last
    ]
    return said(
        {
            "transaction_details": rows[(page - 1) * size : page * size],
            "account_number": "DEMO",
            "start_date": request.args["start_date"],
            "end_date": request.args["end_date"],
            "last_refreshed_datetime": now(),
            "page": page,
            "total_items": len(rows),
            "total_pages": -(-len(rows) // size),
            "links": [],
        }
    )


def _found(shelf: str, number: str) -> Object:
    found = gateway().shelves[shelf].get(number)
    if found is None:
        raise refusal(404, "INVALID_RESOURCE_ID", "Specified resource ID does not exist.")
    return found
