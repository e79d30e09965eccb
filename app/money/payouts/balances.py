"""Tells partners when their balance moves, from the very postings that move it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from app.record.events import service as events
from app.record.ledger.entries import Posting


def tell(game: str, legs: Sequence[Posting], reason: str, **facts: Any) -> None:
    """One event `balance.changed` for each partner whose balance these postings move, with the sum (sats, signed).

    `game` is in whose name it happens: a game, or `payouts`.
    """
    changes: dict[str, int] = defaultdict(int)
    for leg in legs:
        if leg.credit.kind == "partner":
            changes[leg.credit.owner] += leg.amount
        if leg.debit.kind == "partner":
            changes[leg.debit.owner] -= leg.amount
    events.record_many(
        [
            events.Fact(
                "balance.changed", game, f"site:{site}", {"changeSats": sats, "reason": reason, **facts}, UUID(site)
            )
            for site, sats in sorted(changes.items())
            if sats
        ]
    )
