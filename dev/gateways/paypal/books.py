"""What the simulated PayPal believes that it took, gave back and kept."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from dev.gateways.books import Books, Entry
from dev.gateways.shelves import Object
from dev.gateways.wire import Gateway

_TAKEN = ("COMPLETED", "PARTIALLY_REFUNDED", "REFUNDED")


def books(held: Gateway) -> Books:
    """Captures, refunds that did not fail, disputes that were not decided for the shop."""
    captures = {number: one for number, one in held.shelves["capture"].items() if one["status"] in _TAKEN}
    entries = [
        _entry("payment", one["id"], one, one["amount"], one["seller_receivable_breakdown"]["paypal_fee"]["value"])
        for one in captures.values()
    ]
    for one in held.shelves["refund"].newest():
        if one["status"] in ("COMPLETED", "PENDING"):
            entries.append(_entry("refund", one["id"], captures[one["_capture"]], one["amount"], "0", one))
    for one in held.shelves["dispute"].newest():
        if one.get("dispute_outcome", {}).get("outcome_code") != "RESOLVED_SELLER_FAVOUR":
            capture = captures[one["disputed_transactions"][0]["seller_transaction_id"]]
            entries.append(_entry("dispute", one["dispute_id"], capture, one["dispute_amount"]))
    return Books(entries, balances(held))


def balances(held: Gateway) -> dict[str, int]:
    """What all that moved comes to, by currency."""
    found: Counter[str] = Counter()
    for one in held.shelves["movement"].newest():
        for money in (one["transaction_amount"], one.get("fee_amount")):
            if money:
                found[money["currency_code"]] += minor(money["value"])
    return dict(found)


def minor(value: str) -> int:
    return int(Decimal(value) * 100)


def _entry(
    kind: str, number: str, capture: Object, money: dict[str, str], fee: str = "0", own: Object | None = None
) -> Entry:
    payment = capture.get("custom_id", "")
    reference = (own or {}).get("custom_id", "")
    return Entry(kind, number, payment, reference, money["currency_code"], minor(money["value"]), minor(fee))
