"""What the chain writes into the audit log and moves in the books, in words."""

from __future__ import annotations

from typing import Final

from flask_babel import lazy_gettext

from app.record.audit.acts import Act, hash_
from app.record.ledger.booked import Bookings

ACTS: Final = (
    Act("chain.block_disconnected", "took a block back that left the chain", (hash_("hash"),)),
    Act("spend.explained", "explained a spend that nobody had planned", (hash_("txid", "transaction {}"),)),
)

BOOKINGS: Final[Bookings] = {
    ("coin", "credit"): lazy_gettext("%(sats)s sats were added to our reserve"),
    ("coin", "undo"): lazy_gettext("%(sats)s sats of our reserve left the chain"),
    ("spend", "spend"): lazy_gettext("%(sats)s sats of ours were spent by no payout of ours"),
    ("spend", "undo"): lazy_gettext("%(sats)s sats that no payout of ours had spent are back"),
}
