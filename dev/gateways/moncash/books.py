"""What the simulated MonCash believes that it took and sent."""

from __future__ import annotations

from dev.gateways.books import Books, Entry
from dev.gateways.wire import Gateway

from .transfers import START, balance


def books(held: Gateway) -> Books:
    """Orders that are paid; transfers that did not come back, by their reference, whatever they were for."""
    paid = [one["payment"] for one in held.shelves["order"].newest() if one["payment"]]
    entries = [
        Entry("payment", one["transaction_id"], one["reference"], one["reference"], "HTG", one["cost"] * 100)
        for one in paid
    ]
    for one in held.shelves["transfer"].newest():
        if one["state"] != "failed":
            entries.append(Entry("payout", one["transaction_id"], "", one["reference"], "HTG", one["amount"]))
    return Books(entries, {"HTG": sum(one["cost"] * 100 for one in paid)}, balance(held) - START)
