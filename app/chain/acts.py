"""What the chain writes into the audit log, in words."""

from __future__ import annotations

from typing import Final

from app.record.audit.acts import Act, hash_

ACTS: Final = (
    Act("chain.block_disconnected", "took a block back that left the chain", (hash_("hash"),)),
    Act("spend.explained", "explained a spend that nobody had planned", (hash_("txid", "transaction {}"),)),
)
