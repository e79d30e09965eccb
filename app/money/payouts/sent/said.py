"""What the public log is told of a payout, step by step: which transaction it is, what it pays and what became of it.

No name, no address and no reason: a transaction's id binds its outputs, and shows them once it is in the chain. Whom
its debts are owed to, the ledger's entries say by their accounts, in which the payout is known by its `root`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from app.money.payouts.models import Payout, PayoutOutput

STEPS: Final[Mapping[str, tuple[str, ...]]] = {
    "generated": (),
    "signed": (),
    "broadcasting": (),
    "refused_by_node": (),
    "confirmed": ("height",),
    "unconfirmed": ("height", "hash"),
    "replaced": ("by",),
    "overtaken": ("by",),
    "revived": (),
    "cancelled": ("instead",),
}
"""What is told of each step besides the transaction's id. That a block holds it, its own entry tells whole."""

ENDED: Final[Mapping[str, frozenset[str]]] = {
    "replaced": frozenset({"replaced", "overtaken"}),
    "cancelled": frozenset({"cancelled"}),
    "refused": frozenset({"refused_by_node"}),
}
"""Which steps lead to a state in which a payout is given up."""


def drafted(payout: Payout, outputs: Sequence[PayoutOutput]) -> dict[str, object]:
    """The draft: its outputs in their order, each its kind and its amount."""
    return {
        "feeSats": payout.fee_sats,
        "kind": payout.kind,
        "outputs": [[row.kind, row.sats] for row in sorted(outputs, key=lambda row: row.vout)],
        "replaces": str(payout.replaces_id) if payout.replaces_id else None,
        "root": str(payout.root_id),
        "txid": payout.txid[::-1].hex(),
    }


def step(payout: Payout, action: str, detail: Mapping[str, object]) -> dict[str, object] | None:
    """Another step; None for what is only ours to know."""
    if action not in STEPS:
        return None
    return {"txid": payout.txid[::-1].hex(), **{name: detail[name] for name in STEPS[action] if name in detail}}
