"""The alarms that payouts raise, and what to do about each."""

from __future__ import annotations

from typing import Final

from app.record.audit.kinds import AlarmKind

ALARM_KINDS: Final = (
    AlarmKind(
        "payout_unknown",
        "It is unknown whether a payout reached the network",
        "Open the payout and refresh it. Broadcasting it again is safe, for it is the same transaction; never "
        "draft a second one.",
    ),
    AlarmKind(
        "payout_evicted",
        "A payout left the node's mempool",
        "Open the payout and broadcast it again, or bump its fee if the mempool is full of better.",
    ),
    AlarmKind(
        "payout_stale",
        "A draft would not be made like this any more",
        "Open the payout and read why. Give it up, tell the signer to destroy what is signed, and draft it anew.",
    ),
)
