"""What the simulated PayMongo believes that it took, gave back and sent."""

from __future__ import annotations

from dev.gateways.books import Books, Entry
from dev.gateways.wire import Gateway


def books(held: Gateway) -> Books:
    """Payments that are paid, refunds that did not fail, transfers that did not come back."""
    paid = {number: one for number, one in held.shelves["payment"].items() if one["attributes"]["status"] == "paid"}
    entries = []
    for number, one in paid.items():
        told = one["attributes"]
        reference = told["external_reference_number"] or ""
        entries.append(Entry("payment", number, reference, reference, "PHP", told["amount"], told["fee"]))
    for one in held.shelves["refund"].newest():
        told = one["attributes"]
        if told["status"] != "failed":
            payment = paid[told["payment_id"]]["attributes"]["external_reference_number"] or ""
            entries.append(Entry("refund", one["id"], payment, told["notes"], "PHP", told["amount"]))
    for one in held.shelves["transfer"].newest():
        if one["status"] != "returned":
            entries.append(Entry("payout", one["id"], "", one["reference_number"], "PHP", one["amount"], one["fee"]))
    signs = {"payment": 1, "refund": -1, "payout": 0}
    held_for = sum(signs[one.kind] * one.amount - (one.fee if one.kind == "payment" else 0) for one in entries)
    return Books(entries, {"PHP": held_for})
