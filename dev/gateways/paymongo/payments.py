"""PayMongo's money from attempt to success and refund."""

from __future__ import annotations

import time
from typing import Final

from dev.gateways.notices import LATE
from dev.gateways.shelves import Object
from dev.gateways.wire import Gateway, new_id, public

from .wording import change, emit, made

_SOON, _HOUR, _DAY = 600, 3_600, 86_400
OPEN: Final = ("awaiting_payment_method", "awaiting_next_action", "processing")


def attempt(held: Gateway, intent: Object, payer: str, *, is_declined: bool = False) -> Object:
    """What the payer's pressing comes to; the intent says how it ended."""
    struck = "" if is_declined else held.misbehaviours.strike("pay")
    if is_declined or struck == "declined":
        fail(held, intent, payer)
    elif struck in ("pending_payment", "pending_failure"):
        change(held, "intent", intent, status="processing", next_action=None)

        def end() -> None:
            if intent["attributes"]["status"] == "processing":
                if struck == "pending_payment":
                    succeed(held, intent, payer)
                else:
                    fail(held, intent, payer)

        held.later(LATE, end)
    else:
        succeed(held, intent, payer, part=struck == "partial_payment")
    return intent


def succeed(held: Gateway, intent: Object, payer: str, *, part: bool = False) -> Object:
    amount = intent["attributes"]["amount"] // (2 if part else 1)
    payment = _payment(held, intent, payer, amount, "paid")
    payments = [*intent["attributes"]["payments"], payment["id"]]
    change(held, "intent", intent, status="succeeded", payments=payments, next_action=None, last_payment_error=None)
    emit(held, "payment.paid", payment)
    session = session_of(held, intent)
    if session is not None:
        change(held, "session", session, paid_at=int(time.time()), payment_method_used="gcash")
        emit(held, "checkout_session.payment.paid", whole_session(held, session))
    if held.misbehaviours.strike("paid") == "unasked_refund":
        held.later(_SOON, lambda: refund_unasked(held, payment["id"]))
    return payment


def fail(held: Gateway, intent: Object, payer: str) -> None:
    """Not the end: the payer may try again."""
    payment = _payment(held, intent, payer, intent["attributes"]["amount"], "failed")
    error = {"failed_code": "payment_refused", "failed_message": "The payment was refused.", "payment": payment["id"]}
    payments = [*intent["attributes"]["payments"], payment["id"]]
    ended = {"status": "awaiting_payment_method", "payments": payments, "last_payment_error": error}
    change(held, "intent", intent, **ended, next_action=None)
    emit(held, "payment.failed", payment)
    late_success(held, intent, payer)


def late_success(held: Gateway, intent: Object, payer: str) -> None:
    if held.misbehaviours.strike("end") == "late_success":
        held.later(LATE, lambda: pay_late(held, intent, payer))


def pay_late(held: Gateway, intent: Object, payer: str) -> bool:
    if intent["attributes"]["status"] == "succeeded":
        return False
    succeed(held, intent, payer)
    return True


def session_of(held: Gateway, intent: Object) -> Object | None:
    return held.shelves["session"].found(lambda one: one["_intent"] == intent["id"])


def whole_intent(held: Gateway, intent: Object) -> Object:
    """With its payments themselves."""
    payments = [public(held.shelves["payment"].get(number)) for number in intent["attributes"]["payments"]]
    return {**public(intent), "attributes": {**public(intent["attributes"]), "payments": payments}}


def whole_session(held: Gateway, session: Object) -> Object:
    """With its intent and payments themselves."""
    intent = whole_intent(held, held.shelves["intent"].get(session["_intent"]) or session)
    more = {"payment_intent": intent, "payments": intent["attributes"]["payments"]}
    return {**public(session), "attributes": {**public(session["attributes"]), **more}}


def left_of(held: Gateway, payment: Object) -> int:
    """What may still be refunded: what is pending counts as gone."""
    mine = [one["attributes"] for one in held.shelves["refund"].newest()]
    gone = [one["amount"] for one in mine if one["payment_id"] == payment["id"] and one["status"] != "failed"]
    return int(payment["attributes"]["amount"] - sum(gone))


def refund(held: Gateway, payment: Object, amount: int, reason: str, notes: str, struck: str = "") -> Object:
    is_pending = struck == "refund_pending"
    values = {
        "amount": amount,
        "currency": "PHP",
        "notes": notes,
        "payment_id": payment["id"],
        "payout_id": None,
        "reason": reason,
        "status": "pending" if is_pending else "succeeded",
    }
    back = made("ref_", "refund", values)
    held.shelves["refund"].put(back["id"], back)
    _renew(held, payment["id"])
    emit(held, "payment.refunded", payment)
    if is_pending:
        held.later(_HOUR, lambda: _end(held, back))
    elif struck == "refund_fails_later":
        held.later(_DAY, lambda: fail_refund(held, back["id"]))
    return back


def fail_refund(held: Gateway, number: str) -> bool:
    back = held.shelves["refund"].get(number)
    if back is None or back["attributes"]["status"] == "failed":
        return False
    change(held, "refund", back, status="failed")
    _renew(held, back["attributes"]["payment_id"])
    emit(held, "payment.refund.updated", back)
    return True


def refund_unasked(held: Gateway, number: str) -> bool:
    payment = held.shelves["payment"].get(number)
    if payment is None or payment["attributes"]["status"] != "paid" or left_of(held, payment) < 1:
        return False
    refund(held, payment, left_of(held, payment), "others", "")
    return True


def _renew(held: Gateway, number: str) -> None:
    """A payment shows its refunds as they are."""
    payment = held.shelves["payment"].get(number)
    if payment is not None:
        rows = [one for one in held.shelves["refund"].newest() if one["attributes"]["payment_id"] == number]
        change(held, "payment", payment, refunds=public(rows[::-1]))


def _end(held: Gateway, back: Object) -> None:
    if back["attributes"]["status"] == "pending":
        change(held, "refund", back, status="succeeded")
        _renew(held, back["attributes"]["payment_id"])
        emit(held, "payment.refund.updated", back)


def _payment(held: Gateway, intent: Object, payer: str, amount: int, status: str) -> Object:
    is_paid, at = status == "paid", int(time.time())
    fee = (amount * 25 + 500) // 1_000 if is_paid else 0
    values = {
        "access_url": None,
        "amount": amount,
        "available_at": at if is_paid else None,
        "balance_transaction_id": new_id("bal_txn_") if is_paid else None,
        "billing": {"address": None, "email": None, "name": "Juan dela Cruz", "phone": payer},
        "currency": "PHP",
        "description": intent["attributes"]["description"],
        "disputed": False,
        "external_reference_number": intent["_reference"],
        "failed_code": None if is_paid else "payment_refused",
        "fee": fee,
        "foreign_fee": 0,
        "metadata": intent["attributes"]["metadata"],
        "net_amount": amount - fee if is_paid else 0,
        "origin": "api",
        "paid_at": at if is_paid else None,
        "payment_intent_id": intent["id"],
        "payout": None,
        "refunds": [],
        "source": {"id": new_id("src_"), "type": "gcash"},
        "statement_descriptor": None,
        "status": status,
        "tax_amount": None,
        "taxes": [],
    }
    payment = made("pay_", "payment", values)
    return held.shelves["payment"].put(payment["id"], payment)
