"""PayPal's money: captures, refunds, disputes, and each movement for whoever compares books."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final

from dev.gateways.notices import LATE
from dev.gateways.shelves import Object
from dev.gateways.wire import Gateway

from .events import emit
from .wording import money, new_number, now

_SOON, _HOUR, _DAY = 600, 3_600, 86_400
_FEES: Final = {"PHP": (Decimal("0.039"), Decimal("15.00")), "USD": (Decimal("0.0349"), Decimal("0.49"))}


def capture(held: Gateway, order: Object, struck: str = "") -> None:
    """Each unit's money; `struck`: what goes wrong with it."""
    for unit in order["purchase_units"]:
        value, currency = Decimal(unit["amount"]["value"]), unit["amount"]["currency_code"]
        value = value / 2 if struck == "partial_payment" else value
        made = _captured(held, order, unit, value, currency)
        unit["payments"] = {"captures": [made["id"]], "refunds": []}
        if struck in ("pending_payment", "pending_failure"):
            made |= {"status": "PENDING", "status_details": {"reason": "PENDING_REVIEW"}}
            held.shelves["capture"].put(made["id"], made)
            emit(held, "PAYMENT.CAPTURE.PENDING", "capture", made)
            _end_later(held, made["id"], will_succeed=struck == "pending_payment")
        else:
            complete(held, made)
    order |= {"status": "COMPLETED", "update_time": now()}
    held.shelves["order"].put(order["id"], order)


def _captured(held: Gateway, order: Object, unit: Object, value: Decimal, currency: str) -> Object:
    part, fixed = _FEES.get(currency, _FEES["USD"])
    fee = min(value, (value * part + fixed).quantize(Decimal("0.01")))
    number = new_number()
    made: Object = {
        "id": number,
        "status": "COMPLETED",
        "amount": money(value, currency),
        "final_capture": True,
        "seller_protection": {"status": "NOT_ELIGIBLE"},
        "seller_receivable_breakdown": {
            "gross_amount": money(value, currency),
            "paypal_fee": money(fee, currency),
            "net_amount": money(value - fee, currency),
        },
        **{name: unit[name] for name in ("custom_id", "invoice_id") if name in unit},
        "supplementary_data": {"related_ids": {"order_id": order["id"]}},
        "create_time": now(),
        "update_time": now(),
        "links": [
            {"href": f"{held.url}/v2/payments/captures/{number}", "rel": "self", "method": "GET"},
            {"href": f"{held.url}/v2/payments/captures/{number}/refund", "rel": "refund", "method": "POST"},
            {"href": f"{held.url}/v2/checkout/orders/{order['id']}", "rel": "up", "method": "GET"},
        ],
    }
    return held.shelves["capture"].put(number, made)


def complete(held: Gateway, made: Object) -> None:
    """The money is there; whatever goes wrong afterwards is on its way."""
    made |= {"status": "COMPLETED", "update_time": now()}
    made.pop("status_details", None)
    held.shelves["capture"].put(made["id"], made)
    breakdown = made["seller_receivable_breakdown"]
    _move(held, made["id"], "T0006", breakdown["gross_amount"], made, fee=breakdown["paypal_fee"]["value"])
    emit(held, "PAYMENT.CAPTURE.COMPLETED", "capture", made)
    struck, number = held.misbehaviours.strike("paid"), made["id"]
    if struck == "unasked_refund":
        held.later(_SOON, lambda: refund_unasked(held, number))
    elif struck:
        held.later(_SOON, lambda: dispute(held, number, struck))


def left_of(held: Gateway, made: Object) -> Decimal:
    """What may still be refunded."""
    mine = [one for one in held.shelves["refund"].newest() if one["_capture"] == made["id"]]
    gone = [Decimal(one["amount"]["value"]) for one in mine if one["status"] in ("COMPLETED", "PENDING")]
    return Decimal(made["amount"]["value"]) - sum(gone, Decimal(0))


def refund(held: Gateway, made: Object, value: Decimal, notes: dict[str, str], struck: str = "") -> Object:
    number, currency = new_number(), made["amount"]["currency_code"]
    back: Object = {
        "id": number,
        "status": "PENDING" if struck == "refund_pending" else "COMPLETED",
        "amount": money(value, currency),
        **notes,
        "seller_payable_breakdown": {
            "gross_amount": money(value, currency),
            "paypal_fee": money(Decimal(0), currency),
            "net_amount": money(value, currency),
            "total_refunded_amount": money(Decimal(made["amount"]["value"]) - left_of(held, made) + value, currency),
        },
        "create_time": now(),
        "update_time": now(),
        "links": [
            {"href": f"{held.url}/v2/payments/refunds/{number}", "rel": "self", "method": "GET"},
            {"href": f"{held.url}/v2/payments/captures/{made['id']}", "rel": "up", "method": "GET"},
        ],
        "_capture": made["id"],
    }
    if struck == "refund_pending":
        back["status_details"] = {"reason": "ECHECK"}
    held.shelves["refund"].put(number, back)
    _note(held, made, number)
    _move(held, number, "T1107", money(-value, currency), made)
    _count(held, made)
    emit(held, "PAYMENT.CAPTURE.REFUNDED", "refund", back)
    if struck == "refund_pending":
        held.later(_HOUR, lambda: _settle_refund(held, number))
    elif struck == "refund_fails_later":
        held.later(_DAY, lambda: fail_refund(held, number))
    return back


def fail_refund(held: Gateway, number: str) -> bool:
    """The money is back in the account, and nobody tries again."""
    back = held.shelves["refund"].get(number)
    if back is None or back["status"] not in ("COMPLETED", "PENDING"):
        return False
    back |= {"status": "FAILED", "update_time": now()}
    held.shelves["refund"].put(number, back)
    made = held.shelves["capture"].get(back["_capture"])
    if made is not None:
        _move(held, new_number(), "T1107", back["amount"], made)
        _count(held, made)
    emit(held, "PAYMENT.REFUND.FAILED", "refund", back)
    return True


def refund_unasked(held: Gateway, number: str) -> bool:
    made = held.shelves["capture"].get(number)
    if made is None or made["status"] not in ("COMPLETED", "PARTIALLY_REFUNDED") or left_of(held, made) <= 0:
        return False
    refund(held, made, left_of(held, made), {})
    return True


def dispute(held: Gateway, number: str, how: str = "dispute") -> bool:
    """The buyer complains, and PayPal keeps the money meanwhile; a day later it is decided, or stays open."""
    made = held.shelves["capture"].get(number)
    if made is None or made["status"] not in ("COMPLETED", "PARTIALLY_REFUNDED") or made.get("_disputed"):
        return False
    case = f"PP-D-{new_number(5)}"
    value, currency = left_of(held, made), made["amount"]["currency_code"]
    if value <= 0:
        return False
    complaint: Object = {
        "dispute_id": case,
        "create_time": now(),
        "update_time": now(),
        "disputed_transactions": [
            {
                "seller_transaction_id": number,
                "custom": made.get("custom_id", ""),
                "invoice_number": made.get("invoice_id", ""),
                "gross_amount": made["amount"],
            }
        ],
        "reason": "UNAUTHORISED",
        "status": "WAITING_FOR_SELLER_RESPONSE",
        "dispute_state": "REQUIRED_ACTION",
        "dispute_amount": money(value, currency),
        "dispute_life_cycle_stage": "CHARGEBACK",
        "dispute_channel": "EXTERNAL",
        "seller_response_due_date": f"{datetime.now(UTC) + timedelta(days=10):%Y-%m-%dT%H:%M:%S.000Z}",
        "links": [{"href": f"{held.url}/v1/customer/disputes/{case}", "rel": "self", "method": "GET"}],
    }
    made["_disputed"] = case
    held.shelves["capture"].put(number, made)
    held.shelves["dispute"].put(case, complaint)
    _move(held, new_number(), "T1201", money(-value, currency), made)
    emit(held, "CUSTOMER.DISPUTE.CREATED", "dispute", complaint)
    if how != "dispute":
        held.later(_DAY, lambda: end_dispute(held, case, is_won=how == "dispute_won"))
    return True


def end_dispute(held: Gateway, case: str, *, is_won: bool) -> bool:
    complaint = held.shelves["dispute"].get(case)
    if complaint is None or complaint["status"] == "RESOLVED":
        return False
    outcome = "RESOLVED_SELLER_FAVOUR" if is_won else "RESOLVED_BUYER_FAVOUR"
    complaint |= {
        "status": "RESOLVED",
        "dispute_state": "RESOLVED",
        "dispute_outcome": {"outcome_code": outcome, "amount_refunded": complaint["dispute_amount"]},
        "update_time": now(),
    }
    held.shelves["dispute"].put(case, complaint)
    made = held.shelves["capture"].get(complaint["disputed_transactions"][0]["seller_transaction_id"])
    if made is not None and is_won:
        _move(held, new_number(), "T1202", complaint["dispute_amount"], made)
    emit(held, "CUSTOMER.DISPUTE.RESOLVED", "dispute", complaint)
    if made is not None and not is_won:
        made |= {"status": "REFUNDED", "status_details": {"reason": "CHARGEBACK"}, "update_time": now()}
        held.shelves["capture"].put(made["id"], made)
        emit(held, "PAYMENT.CAPTURE.REVERSED", "capture", made)
    return True


def _end_later(held: Gateway, number: str, *, will_succeed: bool) -> None:
    def end() -> None:
        made = held.shelves["capture"].get(number)
        if made is None or made["status"] != "PENDING":
            return
        if will_succeed:
            complete(held, made)
        else:
            made |= {"status": "DECLINED", "update_time": now()}
            held.shelves["capture"].put(number, made)
            emit(held, "PAYMENT.CAPTURE.DENIED", "capture", made)

    held.later(LATE, end)


def _settle_refund(held: Gateway, number: str) -> None:
    back = held.shelves["refund"].get(number)
    if back is not None and back["status"] == "PENDING":
        back |= {"status": "COMPLETED", "update_time": now()}
        back.pop("status_details", None)
        held.shelves["refund"].put(number, back)
        emit(held, "PAYMENT.CAPTURE.REFUNDED", "refund", back)


def _note(held: Gateway, made: Object, number: str) -> None:
    order = held.shelves["order"].get(made["supplementary_data"]["related_ids"]["order_id"])
    for unit in (order or {}).get("purchase_units", []):
        if made["id"] in unit.get("payments", {}).get("captures", []):
            unit["payments"]["refunds"].append(number)
    if order is not None:
        held.shelves["order"].put(order["id"], order)


def _count(held: Gateway, made: Object) -> None:
    left = left_of(held, made)
    whole = Decimal(made["amount"]["value"])
    made["status"] = "COMPLETED" if left == whole else "REFUNDED" if left == 0 else "PARTIALLY_REFUNDED"
    held.shelves["capture"].put(made["id"], made)


def _move(held: Gateway, number: str, code: str, amount: dict[str, str], made: Object, fee: str = "") -> None:
    told: Object = {
        "transaction_id": number,
        "transaction_event_code": code,
        "transaction_initiation_date": now(),
        "transaction_updated_date": now(),
        "transaction_amount": amount,
        "transaction_status": "S",
    }
    if fee:
        told["fee_amount"] = {"currency_code": amount["currency_code"], "value": f"-{fee}"}
    if number != made["id"]:
        told |= {"paypal_reference_id": made["id"], "paypal_reference_id_type": "TXN"}
    told |= {"invoice_id": made["invoice_id"]} if "invoice_id" in made else {}
    told |= {"custom_field": made["custom_id"]} if "custom_id" in made else {}
    held.shelves["movement"].put(f"{number}-{code}", told)
