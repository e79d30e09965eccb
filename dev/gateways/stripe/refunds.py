"""Stripe's refunds and disputes over its API."""

from __future__ import annotations

from flask import Blueprint, Response

from dev.gateways.shelves import Object
from dev.gateways.wire import Gateway, acts, asks, gateway

from . import aftermath
from .events import emit
from .intents import intent_named
from .lists import listed, told
from .wording import check_key, given, metadata, missing, refusal, text, whole

bp = Blueprint("stripe-refunds", __name__)


@bp.post("/v1/refunds")
@acts
def give_back() -> Response:
    check_key()
    held, form = gateway(), given()
    charge, amount = _refundable(held, form)
    reason = text(form, "reason")
    if reason not in (None, "duplicate", "fraudulent", "requested_by_customer"):
        raise refusal("Invalid reason", param="reason")
    notes = metadata(form)
    struck = charge.get("_refund") or held.misbehaviours.strike("refund")
    if struck == "refund_refused":
        raise refusal("Insufficient funds in your Stripe balance to refund this amount.", code="balance_insufficient")
    return told(aftermath.refund(held, charge, amount, reason, notes, struck))


def _refundable(held: Gateway, form: Object) -> tuple[Object, int]:
    number, intent = text(form, "charge"), text(form, "payment_intent")
    if (number is None) == (intent is None):
        raise refusal("One of the following params should be provided for this request: payment_intent or charge.")
    if intent is not None:
        found = intent_named(intent)
        if found["status"] != "succeeded":
            raise refusal(f"This PaymentIntent ({intent}) does not have a successful charge to refund.")
        number = found["latest_charge"]
    charge = held.shelves["charge"].get(number or "")
    if charge is None:
        raise missing("charge", number or "")
    if charge["disputed"]:
        raise refusal(f"Charge {number} has been charged back; cannot issue a refund.", code="charge_disputed")
    left, amount = aftermath.left_of(held, charge), whole(form, "amount")
    if left < 1:
        raise refusal(f"Charge {number} has already been refunded.", code="charge_already_refunded")
    amount = left if amount is None else amount
    if amount < 1:
        raise refusal("This value must be greater than or equal to 1.", param="amount")
    if amount > left:
        raise refusal(f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})", param="amount")
    return charge, amount


@bp.get("/v1/<any(refunds, disputes):path>/<number>")
@asks
def one_of(path: str, number: str) -> Response:
    check_key()
    found = gateway().shelves[path[:-1]].get(number)
    if found is None:
        raise missing(path[:-1], number)
    return told(found)


@bp.get("/v1/<any(refunds, disputes):path>")
@asks
def many_of(path: str) -> Response:
    check_key()
    return listed(path[:-1])


@bp.post("/v1/disputes/<number>")
@acts
def answer_dispute(number: str) -> Response:
    check_key()
    held, form = gateway(), given()
    found = held.shelves["dispute"].get(number)
    if found is None:
        raise missing("dispute", number)
    found["evidence"] |= {
        name: value for name, value in (form.get("evidence") or {}).items() if name in found["evidence"]
    }
    found["evidence_details"] |= {"has_evidence": True, "submission_count": 1}
    if text(form, "submit") != "false":
        found["status"] = "under_review"
    held.shelves["dispute"].put(number, found)
    emit(held, "charge.dispute.updated", found)
    return told(found)


@bp.post("/v1/disputes/<number>/close")
@acts
def give_up_dispute(number: str) -> Response:
    check_key()
    if not aftermath.end_dispute(gateway(), number, is_won=False):
        raise missing("dispute", number)
    return told(gateway().shelves["dispute"].get(number) or {})
