"""PayPal's orders: made, shown, approved by the payer elsewhere, captured."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, Response, request

from dev.gateways.notices import LATE
from dev.gateways.shelves import Object
from dev.gateways.wire import Gateway, Refusal, acts, asks, gateway, public, said

from . import aftermath
from .wording import amount_of, body, check_token, money, new_number, now, refusal

bp = Blueprint("paypal-orders", __name__)
ISSUES: Final = {
    "completion_in_progress": "ORDER_COMPLETION_IN_PROGRESS",
    "payer_action_required": "PAYER_ACTION_REQUIRED",
    "compliance_violation": "COMPLIANCE_VIOLATION",
    "transaction_refused": "TRANSACTION_REFUSED",
}
"""Misbehaviours of a capture, and the issue that is told."""
_HOURS: Final = 3
_NOTES: Final = ("reference_id", "custom_id", "invoice_id", "description")
_OPEN: Final = ("CREATED", "PAYER_ACTION_REQUIRED", "APPROVED")


@bp.post("/v2/checkout/orders")
@acts
def create() -> Response:
    check_token()
    held, given = gateway(), body()
    if given.get("intent") not in ("CAPTURE", "AUTHORIZE"):
        raise refusal(400, "INVALID_PARAMETER_VALUE", where="/intent")
    if given["intent"] == "AUTHORIZE":
        raise refusal(422, "UNSUPPORTED_INTENT", "Only CAPTURE is simulated.", "/intent")
    units = given.get("purchase_units")
    if not isinstance(units, list) or not 1 <= len(units) <= 10:
        raise refusal(400, "INVALID_ARRAY_LENGTH", where="/purchase_units")
    wallet = (given.get("payment_source") or {}).get("paypal")
    context = (wallet or {}).get("experience_context") or given.get("application_context") or {}
    number = new_number()
    made: Object = {
        "id": number,
        "intent": "CAPTURE",
        "status": "PAYER_ACTION_REQUIRED" if wallet is not None else "CREATED",
        "purchase_units": [_unit(unit, place) for place, unit in enumerate(units)],
        "create_time": now(),
        "links": _links(held, number, "payer-action" if wallet is not None else "approve"),
        "_return_url": context.get("return_url") or "",
        "_cancel_url": context.get("cancel_url") or "",
    }
    if wallet is not None:
        made["payment_source"] = {"paypal": {}}
    held.shelves["order"].put(number, made)
    held.later(_HOURS * 3_600, lambda: void(held, number), compressed=False)
    return said(_shown(held, made), 201)


@bp.get("/v2/checkout/orders/<number>")
@asks
def one(number: str) -> Response:
    check_token()
    return said(whole(gateway(), _order(number)))


@bp.post("/v2/checkout/orders/<number>/capture")
@acts
def capture(number: str) -> Response:
    check_token()
    body()
    held, made = gateway(), _order(number)
    if made["status"] == "COMPLETED":
        raise refusal(422, "ORDER_ALREADY_CAPTURED")
    if made["status"] != "APPROVED":
        raise refusal(
            422, "PAYER_ACTION_REQUIRED" if made["status"] == "PAYER_ACTION_REQUIRED" else "ORDER_NOT_APPROVED"
        )
    if any(_is_used(held, unit.get("invoice_id")) for unit in made["purchase_units"]):
        raise refusal(422, "DUPLICATE_INVOICE_ID")
    struck = held.misbehaviours.strike("pay")
    if struck in ISSUES:
        raise refusal(422, ISSUES[struck])
    if struck == "declined" or made["_payer"].startswith("declined"):
        raise _declined(held, made)
    aftermath.capture(held, made, struck)
    return said(_shown(held, made), 201)


def void(held: Gateway, number: str) -> bool:
    """Nobody can approve it any more; unless it is paid after all, if that was asked for."""
    made = held.shelves["order"].get(number)
    if made is None or made["status"] not in _OPEN:
        return False
    made["status"] = "VOIDED"
    held.shelves["order"].put(number, made)
    if held.misbehaviours.strike("end") == "late_success":
        held.later(LATE, lambda: pay_late(held, number))
    return True


def pay_late(held: Gateway, number: str) -> bool:
    made = held.shelves["order"].get(number)
    if made is None or made["status"] == "COMPLETED":
        return False
    aftermath.capture(held, made)
    return True


def whole(held: Gateway, made: Object) -> Object:
    """With the captures and refunds themselves."""
    shown: Object = public(made)
    for unit in shown["purchase_units"]:
        if "payments" in unit:
            unit["payments"] = {
                f"{kind}s": [public(held.shelves[kind].get(number) or {}) for number in unit["payments"][f"{kind}s"]]
                for kind in ("capture", "refund")
                if unit["payments"][f"{kind}s"]
            }
    return shown


def _shown(held: Gateway, made: Object) -> Object:
    """By `Prefer`: the least, or everything."""
    if "return=representation" in request.headers.get("Prefer", ""):
        return whole(held, made)
    return {name: made[name] for name in ("id", "status", "payment_source", "links") if name in made}


def _declined(held: Gateway, made: Object) -> Refusal:
    """The payer may choose another way to pay."""
    if held.misbehaviours.strike("end") == "late_success":
        held.later(LATE, lambda: pay_late(held, made["id"]))
    made["status"] = "PAYER_ACTION_REQUIRED"
    held.shelves["order"].put(made["id"], made)
    refused = refusal(
        422, "INSTRUMENT_DECLINED", "The instrument presented was either declined by the processor or bank."
    )
    refused.body["links"].append(
        {"href": f"{held.url}/checkoutnow?token={made['id']}", "rel": "redirect", "method": "GET"}
    )
    return refused


def _order(number: str) -> Object:
    found = gateway().shelves["order"].get(number)
    if found is None:
        raise refusal(404, "INVALID_RESOURCE_ID", "Specified resource ID does not exist.")
    return found


def _unit(given: Any, place: int) -> Object:
    where = f"/purchase_units/{place}"
    if not isinstance(given, dict):
        raise refusal(400, "INVALID_PARAMETER_SYNTAX", where=where)
    value, currency = amount_of(given.get("amount"), f"{where}/amount")
    notes = {name: str(given[name])[:127] for name in _NOTES if given.get(name)}
    return {"reference_id": "default", **notes, "amount": money(value, currency), "payee": {"merchant_id": "DEMO"}}


def _is_used(held: Gateway, invoice: str | None) -> bool:
    return invoice is not None and bool(held.shelves["capture"].found(lambda one: one.get("invoice_id") == invoice))


def _links(held: Gateway, number: str, pay: str) -> list[dict[str, str]]:
    own = f"{held.url}/v2/checkout/orders/{number}"
    return [
        {"href": own, "rel": "self", "method": "GET"},
        {"href": f"{held.url}/checkoutnow?token={number}", "rel": pay, "method": "GET"},
        {"href": f"{own}/capture", "rel": "capture", "method": "POST"},
    ]
