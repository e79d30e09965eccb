"""The events that payouts tell of, and what they write into the audit log, the public log and the books, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l

from app.core.web.templating import sats
from app.record.audit.acts import Act, amount, block, count
from app.record.audit.models import AuditEntry
from app.record.events.types import EventType
from app.record.ledger.booked import Bookings
from app.record.log.kinds import LogKind

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


def _generated(told: Mapping[str, Any]) -> str:
    outputs = [sats_ for kind, sats_ in told["detail"]["outputs"] if kind in ("obligation", "balance")]
    count = ngettext("%(num)s recipient", "%(num)s recipients", len(outputs))
    return str(gettext("A payout was drafted: %(count)s, %(sats)s sats", count=count, sats=sats(sum(outputs))))


def _mined(told: Mapping[str, Any]) -> str:
    return str(gettext("A payout is in block %(height)s", height=sats(told["detail"]["height"])))


LOG_KINDS: Final = (
    LogKind("payout.generated", _l("A payout was drafted"), _generated),
    LogKind("payout.signed", _l("A payout was signed")),
    LogKind("payout.broadcasting", _l("A payout was sent")),
    LogKind("payout.mined", _l("A payout is in a block"), _mined),
    LogKind("payout.confirmed", _l("A payout is buried in the chain")),
    LogKind("payout.unconfirmed", _l("A payout's block left the chain")),
    LogKind("payout.replaced", _l("A payout was replaced by one with a higher fee")),
    LogKind("payout.overtaken", _l("Another version of a payout is in a block")),
    LogKind("payout.revived", _l("A payout that was given up is in a block")),
    LogKind("payout.cancelled", _l("A payout was given up")),
    LogKind("payout.refused_by_node", _l("A payout was refused by the node")),
)

BOOKINGS: Final[Bookings] = {
    ("obligation", "jackpot"): _l("A jackpot of %(sats)s sats is owed"),
    ("payout", "reserve"): _l("%(sats)s sats were set aside for a payout"),
    ("payout", "cancel"): _l("A payout was given up: %(sats)s sats are owed again"),
    ("confirmation", "confirm"): _l("A payout took %(sats)s sats out of our coins, with its fee"),
    ("confirmation", "revive"): _l("A payout that was given up took %(sats)s sats after all"),
    ("confirmation", "undo"): _l("A payout of %(sats)s sats left the chain"),
}
