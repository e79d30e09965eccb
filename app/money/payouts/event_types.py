"""The events that payouts tell of, and what they write into the audit log, in words."""

from __future__ import annotations

from typing import Final

from app.record.audit.acts import Act, amount, block, count
from app.record.audit.models import AuditEntry
from app.record.events.types import EventType

EVENT_TYPES: Final = (
    EventType("balance.changed", "the site's balance moved", is_suggested=True),
    EventType("payout.broadcast", "a payout was sent to the network"),
    EventType("payout.confirmed", "a payout is buried in the chain"),
    EventType("payout.unconfirmed", "a buried payout's block left the chain; it is on its way again"),
    EventType("coin.spent_unplanned", None),
)


def _codes(entry: AuditEntry) -> str:
    """What of an upload was not what was meant, each once; of what was none at all, what it looked like."""
    told = entry.detail.get("differences")
    found = [one for one in told if isinstance(one, dict)] if isinstance(told, list) else []
    return ", ".join(dict.fromkeys(str(one.get("why") or one.get("code", "")).replace("_", " ") for one in found))


def _instead(entry: AuditEntry) -> str:
    return "a version before it stands again" if entry.detail.get("instead") else ""


def _dropped(entry: AuditEntry) -> str:
    """Who signs is a person; the platform says it of a payout that was sent before."""
    return "for the node dropped it from its mempool" if entry.actor == "system" else ""


ACTS: Final = (
    Act(
        "payout.generated",
        "drafted it",
        (
            amount("sats"),
            count("outputs", "payee", "payees"),
            count("inputs", "coin", "coins"),
            count("addedCoins", "coin more than the version before", "coins more than the version before"),
            amount("feeSats", "fee {}"),
        ),
    ),
    Act("payout.signed", "has it signed", (_dropped,)),
    Act("payout.upload_refused", "brought back what was not meant", (_codes,)),
    Act("payout.broadcasting", "sent it"),
    Act("payout.broadcast", "saw that the network has it"),
    Act("payout.unknown", "does not know whether the network has it"),
    Act("payout.not_taken", "sent it again, and the node did not take it"),
    Act("payout.refused_by_node", "was told by the node that it refuses it"),
    Act("payout.mined", "found it in a block", (block("height"),)),
    Act("payout.confirmed", "found it buried for good", (block("height", "at block {}"),)),
    Act("payout.unconfirmed", "took it back to the network, as its block left the chain", (block("height"),)),
    Act("payout.excluded", "found that it can never be mined", (block("height", "since block {}"),)),
    Act("payout.replaced", "drafted a version with a higher fee in its place"),
    Act("payout.overtaken", "found another version of it in a block"),
    Act("payout.revived", "found it in a block after it was given up"),
    Act("payout.cancelled", "gave it up", (_instead,)),
)
