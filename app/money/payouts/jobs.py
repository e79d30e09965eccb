"""The reconciler of payouts: what was sent is asked about until a block holds it; what waits is held against today."""

from __future__ import annotations

import structlog

from app.chain.node import rpc
from app.core.database.session import transaction

from .drafts import staleness, under_way
from .sent import broadcasting

log = structlog.get_logger()


def refresh() -> int:
    """Ask the node about every payout that is on its way; how many were asked about. Sends nothing."""
    with transaction():
        staleness.watch()
        under_way.watch()
    asked = 0
    for payout_id in broadcasting.on_their_way():
        try:
            broadcasting.refresh(payout_id)
        except rpc.NodeFailure as error:
            log.warning("node_away", reason=str(error))
            break
        asked += 1
    return asked
