"""What the public log holds of an order that somebody kept, beside what his receipt has of it."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass

from app.core.config import current_settings
from app.core.ids import parse_id
from app.record.log.keys import queries as log_keys
from app.record.log.receipts.queries import LeafTold
from app.selling.windows.proof.receipts import leaves_of

from .kept import Receipt


@dataclass(frozen=True, slots=True)
class Logged:
    """The order's entries; whether the receipt lacks one of them; how many of the receipt's nobody here knows."""

    entries: Sequence[LeafTold]
    lacks: bool
    strange: int
    command: str


def logged(receipt: Receipt, file: str) -> Logged | None:
    """`file`: what the receipt is called in the line that checks it. None where the terms name no order."""
    order_id = parse_id(receipt.order_id or "")
    if order_id is None:
        return None
    entries = leaves_of(order_id)
    ours, theirs = {one.leaf.hex() for one in entries}, set(receipt.leaves)
    base_url, key = current_settings().base_url, log_keys.current()
    line = f"python3 verify_receipt.py --log-key {key} {shlex.quote(file)}"
    command = f"curl -fO {base_url}/utilities/verify_receipt.py\n{line}"
    return Logged(entries, bool(theirs and ours - theirs), len(theirs - ours), command)
