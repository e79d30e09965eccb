"""What happens to a charge after its success: refunds, disputes, and both from nobody here."""

from __future__ import annotations

import time
from typing import Final

from dev.gateways.shelves import Object
from dev.gateways.wire import Gateway, new_id

from .events import emit
from .money import DISPUTE_FEE, move

_SOON: Final = 600
_HOUR: Final = 3_600
_DAY: Final = 86_400
_DUE: Final = 7 * _DAY
_EVIDENCE: Final = [
    "access_activity_log",
    "billing_address",
    "cancellation_policy",
    "customer_communication",
    "customer_email_address",
    "customer_name",
    "customer_purchase_ip",
    "customer_signature",
    "duplicate_charge_documentation",
    "product_description",
    "receipt",
    "refund_policy",
    "service_date",
    "service_documentation",
    "uncategorized_file",
    "uncategorized_text",
]


def follow(held: Gateway, charge: Object, wished: str = "") -> None:
    """Whatever goes wrong after this success is put on its way. `wished`: what the card itself stands for."""
    struck = wished if wished.startswith("dispute") else held.misbehaviours.strike("paid")
    charge["_refund"] = wished if wished.startswith("refund") else ""
    number = charge["id"]
    if struck == "unasked_refund":
        held.later(_SOON, lambda: refund_unasked(held, number))
    elif struck:
        held.later(_SOON, lambda: dispute(held, number, struck))


def left_of(held: Gateway, charge: Object) -> int:
    """What may still be refunded: what is pending counts as gone."""
    mine = [one for one in held.shelves["refund"].newest() if one["charge"] == charge["id"]]
    return int(charge["amount"] - sum(one["amount"] for one in mine if one["status"] not in ("failed", "canceled")))


def refund(
    held: Gateway, charge: Object, amount: int, reason: str | None, notes: dict[str, str], struck: str = ""
) -> Object:
    """Money on its way back. `struck`: what goes wrong with it."""
    is_pending = struck == "refund_pending"
    moved = move(held, "refund", "", -amount, charge["currency"])
    made: Object = {
        "id": new_id("re_"),
        "object": "refund",
        "amount": amount,
        "balance_transaction": moved["id"],
        "charge": charge["id"],
        "created": int(time.time()),
        "currency": charge["currency"],
        "destination_details": {
            "card": {"reference_status": "pending", "reference_type": "acquirer_reference_number", "type": "refund"},
            "type": "card",
        },
        "failure_balance_transaction": None,
        "failure_reason": None,
        "metadata": notes,
        "payment_intent": charge["payment_intent"],
        "pending_reason": "processing" if is_pending else None,
        "reason": reason,
        "receipt_number": None,
        "status": "pending" if is_pending else "succeeded",
        "transfer_reversal": None,
    }
    moved["source"] = made["id"]
    held.shelves["txn"].put(moved["id"], moved)
    held.shelves["refund"].put(made["id"], made)
    emit(held, "refund.created", made)
    _count(held, charge)
    emit(held, "charge.refunded", charge)
    if is_pending:
        held.later(_HOUR, lambda: _end(held, made["id"]))
    elif struck == "refund_fails_later":
        held.later(_DAY, lambda: fail_refund(held, made["id"]))
    return made


def fail_refund(held: Gateway, number: str) -> bool:
    """The bank did not take it: the money is back in the balance, and nobody tries again."""
    made = held.shelves["refund"].get(number)
    if made is None or made["status"] not in ("pending", "succeeded"):
        return False
    back = move(held, "refund_failure", number, made["amount"], made["currency"])
    before = {"status": made["status"]}
    made |= {
        "status": "failed",
        "failure_reason": "expired_or_canceled_card",
        "failure_balance_transaction": back["id"],
        "pending_reason": None,
    }
    held.shelves["refund"].put(number, made)
    charge = held.shelves["charge"].get(made["charge"])
    if charge is not None:
        _count(held, charge)
    for kind in ("refund.updated", "refund.failed", "charge.refund.updated"):
        emit(held, kind, made, before)
    return True


def refund_unasked(held: Gateway, number: str) -> bool:
    """By a person in the dashboard, or by Stripe."""
    charge = held.shelves["charge"].get(number)
    if charge is None or charge["status"] != "succeeded" or charge["disputed"] or left_of(held, charge) < 1:
        return False
    refund(held, charge, left_of(held, charge), None, {})
    return True


def dispute(held: Gateway, number: str, how: str = "dispute") -> bool:
    """The payer's bank takes the money back; a day later it is decided, or stays open."""
    charge = held.shelves["charge"].get(number)
    if charge is None or charge["status"] != "succeeded" or charge["disputed"]:
        return False
    now = int(time.time())
    amount = charge["amount"] - charge["amount_refunded"]
    if amount < 1:
        return False
    moved = move(held, "adjustment", "", -amount, charge["currency"], DISPUTE_FEE)
    made: Object = {
        "id": new_id("dp_"),
        "object": "dispute",
        "amount": amount,
        "balance_transactions": [moved],
        "charge": number,
        "created": now,
        "currency": charge["currency"],
        "evidence": dict.fromkeys(_EVIDENCE),
        "evidence_details": {"due_by": now + _DUE, "has_evidence": False, "past_due": False, "submission_count": 0},
        "is_charge_refundable": False,
        "livemode": False,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "reason": "fraudulent",
        "status": "needs_response",
    }
    moved["source"] = made["id"]
    held.shelves["txn"].put(moved["id"], moved)
    charge["disputed"] = True
    held.shelves["charge"].put(number, charge)
    held.shelves["dispute"].put(made["id"], made)
    emit(held, "charge.dispute.created", made)
    emit(held, "charge.dispute.funds_withdrawn", made)
    if how != "dispute":
        held.later(_DAY, lambda: end_dispute(held, made["id"], is_won=how == "dispute_won"))
    return True


def end_dispute(held: Gateway, number: str, *, is_won: bool) -> bool:
    made = held.shelves["dispute"].get(number)
    if made is None or made["status"] in ("won", "lost"):
        return False
    emit(held, "charge.dispute.updated", {**made, "status": "under_review"}, {"status": made["status"]})
    made["status"] = "won" if is_won else "lost"
    if is_won:
        back = move(held, "adjustment", number, made["amount"], made["currency"], -DISPUTE_FEE)
        made["balance_transactions"] = [*made["balance_transactions"], back]
    held.shelves["dispute"].put(number, made)
    emit(held, "charge.dispute.closed", made, {"status": "under_review"})
    if is_won:
        emit(held, "charge.dispute.funds_reinstated", made)
    return True


def _end(held: Gateway, number: str) -> None:
    made = held.shelves["refund"].get(number)
    if made is not None and made["status"] == "pending":
        made |= {"status": "succeeded", "pending_reason": None}
        held.shelves["refund"].put(number, made)
        emit(held, "refund.updated", made, {"status": "pending"})
        emit(held, "charge.refund.updated", made, {"status": "pending"})


def _count(held: Gateway, charge: Object) -> None:
    gone = charge["amount"] - left_of(held, charge)
    charge |= {"amount_refunded": gone, "refunded": gone == charge["amount"]}
    held.shelves["charge"].put(charge["id"], charge)
