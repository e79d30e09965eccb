"""PayMongo's intents, checkout sessions, payments and refunds over its API."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, Response

from dev.gateways.shelves import Object
from dev.gateways.wire import Gateway, acts, asks, gateway, new_id, said

from . import payments
from .wording import attributes, centavos, change, check_key, listed, made, missing, refusal, shown

bp = Blueprint("paymongo-routes", __name__)
_REASONS: Final = ("duplicate", "fraudulent", "requested_by_customer", "others")
_DAY: Final = 86_400


def _new_intent(held: Gateway, given: dict[str, Any], amount: int, reference: str | None = None) -> Object:
    values: Object = {
        "amount": amount,
        "capture_type": "automatic",
        "client_key": "",
        "currency": "PHP",
        "description": given.get("description"),
        "last_payment_error": None,
        "metadata": given.get("metadata"),
        "next_action": None,
        "payment_method_allowed": given.get("payment_method_allowed") or given.get("payment_method_types"),
        "payments": [],
        "statement_descriptor": given.get("statement_descriptor"),
        "status": "awaiting_payment_method",
    }
    intent = made("pi_", "payment_intent", values)
    intent["attributes"]["client_key"] = f"{intent['id']}_client_{new_id('')}"
    intent |= {"_reference": reference, "_return_url": ""}
    return held.shelves["intent"].put(intent["id"], intent)


def _check_methods(methods: Any, name: str) -> None:
    if not isinstance(methods, list) or "gcash" not in methods:
        raise refusal(400, "parameter_invalid", f"{name} should have gcash, which alone is simulated.", name)


@bp.post("/v1/payment_intents")
@acts
def create() -> Response:
    check_key()
    given = attributes()
    _check_methods(given.get("payment_method_allowed"), "payment_method_allowed")
    return _intent_shown(_new_intent(gateway(), given, centavos(given)))


@bp.get("/v1/payment_intents/<number>")
@asks
def one(number: str) -> Response:
    check_key()
    return _intent_shown(_intent(number))


@bp.post("/v1/payment_methods")
@acts
def method() -> Response:
    check_key()
    given = attributes()
    if given.get("type") != "gcash":
        raise refusal(400, "parameter_invalid", "type should be gcash, which alone is simulated.", "type")
    values = {"type": "gcash", "billing": given.get("billing"), "details": None, "metadata": given.get("metadata")}
    new = made("pm_", "payment_method", values)
    return shown(gateway().shelves["method"].put(new["id"], new))


@bp.post("/v1/payment_intents/<number>/attach")
@acts
def attach(number: str) -> Response:
    check_key()
    held, given, intent = gateway(), attributes(), _intent(number)
    if held.shelves["method"].get(str(given.get("payment_method"))) is None:
        raise missing(str(given.get("payment_method")))
    if not isinstance(given.get("return_url"), str):
        raise refusal(400, "parameter_required", "return_url is required.", "return_url")
    if intent["attributes"]["status"] != "awaiting_payment_method":
        raise refusal(400, "resource_state_invalid", f"The intent is {intent['attributes']['status']}.")
    intent["_return_url"] = given["return_url"]
    redirect = {"url": f"{held.url}/gcash/{number}", "return_url": given["return_url"]}
    change(
        held, "intent", intent, status="awaiting_next_action", next_action={"type": "redirect", "redirect": redirect}
    )
    return _intent_shown(intent)


@bp.post("/v1/payment_intents/<number>/cancel")
@acts
def cancel(number: str) -> Response:
    check_key()
    held, intent = gateway(), _intent(number)
    if intent["attributes"]["status"] not in ("awaiting_payment_method", "awaiting_next_action"):
        raise refusal(400, "resource_state_invalid", f"The intent is {intent['attributes']['status']}.")
    change(held, "intent", intent, status="cancelled", next_action=None)
    payments.late_success(held, intent, "")
    return _intent_shown(intent)


@bp.post("/v1/checkout_sessions")
@acts
def begin() -> Response:
    check_key()
    held, given = gateway(), attributes()
    _check_methods(given.get("payment_method_types"), "payment_method_types")
    items = given.get("line_items")
    if not isinstance(items, list) or not items or not all(isinstance(item, dict) for item in items):
        raise refusal(400, "parameter_required", "line_items is required.", "line_items")
    total = sum(centavos(item, 1) * int(item.get("quantity", 1)) for item in items)
    intent = _new_intent(held, given, centavos({"amount": total}), given.get("reference_number"))
    values = {
        "billing": given.get("billing"),
        "cancel_url": given.get("cancel_url"),
        "checkout_url": "",
        "client_key": f"cs_client_{new_id('')}",
        "description": given.get("description"),
        "line_items": items,
        "merchant": "Tiraj, a demonstration",
        "metadata": given.get("metadata"),
        "paid_at": None,
        "payment_method_types": given["payment_method_types"],
        "payment_method_used": None,
        "reference_number": given.get("reference_number"),
        "status": "active",
        "success_url": given.get("success_url"),
    }
    session = made("cs_", "checkout_session", values)
    session["_intent"] = intent["id"]
    session["attributes"]["checkout_url"] = f"{held.url}/checkout/{session['id']}"
    held.shelves["session"].put(session["id"], session)
    held.later(_DAY, lambda: expire(held, session), compressed=False)
    return _session_shown(session)


@bp.get("/v1/checkout_sessions/<number>")
@asks
def session(number: str) -> Response:
    check_key()
    return _session_shown(_session(number))


@bp.post("/v1/checkout_sessions/<number>/expire")
@acts
def end(number: str) -> Response:
    check_key()
    found = _session(number)
    if not expire(gateway(), found):
        raise refusal(400, "resource_state_invalid", "The checkout session cannot be expired any more.")
    return _session_shown(found)


def expire(held: Gateway, session: Object) -> bool:
    """Nobody can pay it any more; unless it is paid after all, if that was asked for."""
    if session["attributes"]["status"] != "active" or session["attributes"]["paid_at"]:
        return False
    change(held, "session", session, status="expired")
    intent = held.shelves["intent"].get(session["_intent"])
    if intent is not None and intent["attributes"]["status"] in payments.OPEN:
        payments.late_success(held, intent, "")
    return True


@bp.get("/v1/payments/<number>")
@asks
def payment(number: str) -> Response:
    check_key()
    return shown(gateway().shelves["payment"].get(number), number)


@bp.get("/v1/<any(payments, refunds):path>")
@asks
def many(path: str) -> Response:
    check_key()
    return listed(path[:-1])


@bp.get("/v1/refunds/<number>")
@asks
def refund(number: str) -> Response:
    check_key()
    return shown(gateway().shelves["refund"].get(number), number)


@bp.post("/v1/refunds")
@acts
def give_back() -> Response:
    check_key()
    held, given = gateway(), attributes()
    found = held.shelves["payment"].get(str(given.get("payment_id")))
    if found is None or found["attributes"]["status"] != "paid":
        raise missing(str(given.get("payment_id")))
    if given.get("reason") not in _REASONS:
        raise refusal(400, "parameter_invalid", f"reason should be one of {', '.join(_REASONS)}.", "reason")
    amount = centavos(given, 1)
    if amount > payments.left_of(held, found):
        raise refusal(400, "refund_amount_exceeded", "The amount is more than what is left of the payment.", "amount")
    struck = held.misbehaviours.strike("refund")
    if struck == "refund_refused":
        raise refusal(400, "insufficient_balance", "The balance is not enough for this refund.")
    return shown(payments.refund(held, found, amount, given["reason"], str(given.get("notes") or ""), struck))


def _intent(number: str) -> Object:
    found = gateway().shelves["intent"].get(number)
    if found is None:
        raise missing(number)
    return found


def _session(number: str) -> Object:
    found = gateway().shelves["session"].get(number)
    if found is None:
        raise missing(number)
    return found


def _intent_shown(intent: Object) -> Response:
    return said({"data": payments.whole_intent(gateway(), intent)})


def _session_shown(session: Object) -> Response:
    return said({"data": payments.whole_session(gateway(), session)})
