"""What the simulated Stripe believes that it took, gave back and kept."""

from __future__ import annotations

from dev.gateways.books import Books, Entry
from dev.gateways.shelves import Object
from dev.gateways.wire import Gateway

_MARK = "payment"


def books(held: Gateway) -> Books:
    """Charges, refunds that did not fail, disputes that were not won; fees of disputes that are won come back."""
    charges = {number: one for number, one in held.shelves["charge"].items() if one["status"] == "succeeded"}
    entries = [_entry("payment", one, one, _fee(held, one["id"])) for one in charges.values()]
    for one in held.shelves["refund"].newest():
        if one["status"] not in ("failed", "canceled"):
            entries.append(_entry("refund", one, charges[one["charge"]], reference=one["metadata"].get("refund", "")))
    for one in held.shelves["dispute"].newest():
        if one["status"] != "won":
            entries.append(_entry("dispute", one, charges[one["charge"]], _fee(held, one["id"])))
    return Books(entries, {name.upper(): one["total"] for name, one in held.shelves["balance"].items()})


def _entry(kind: str, one: Object, charge: Object, fee: int = 0, reference: str = "") -> Entry:
    payment = charge["metadata"].get(_MARK, "")
    return Entry(kind, one["id"], payment, reference, one["currency"].upper(), one["amount"], fee)


def _fee(held: Gateway, source: str) -> int:
    return sum(one["fee"] for one in held.shelves["txn"].newest() if one["source"] == source)
