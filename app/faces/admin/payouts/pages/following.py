"""A payout's page left open: what of it may change while it is read, and when its story is over."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from app.chain import queries as chain
from app.chain.scan import spends
from app.money.payouts import queries
from app.money.payouts.models import Payout
from app.money.payouts.sent import impossible


def mark_of(payout: Payout, versions: Sequence[Payout]) -> str:
    """What the page says of the payout, as one word: it is asked for every few seconds, and read in a few looks.

    Whatever is done to any version is an entry of the audit log, and so is an alarm about it.
    """
    confirmation = queries.confirmation_of(payout.id)
    seen = (
        [(version.id, version.state, version.state_changed_at) for version in versions],
        queries.newest_entry(versions),
        (confirmation.id, chain.tip_height()) if confirmation else None,  # each block on top is told
        bool(spends.unexplained()),
        bool(impossible.lost_coins(payout.id)),
    )
    return hashlib.sha256(repr(seen).encode()).hexdigest()[:16]


def is_over(payout: Payout, versions: Sequence[Payout]) -> bool:
    """Whether nothing more can happen to it. What was once sent may be mined until another version is buried."""
    if payout.state in ("confirmed", "refused"):
        return True
    if payout.state not in ("cancelled", "replaced"):
        return False
    return payout.broadcast_at is None or any(version.state == "confirmed" for version in versions)
