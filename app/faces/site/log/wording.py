"""What entries of the log are called for people."""

from __future__ import annotations

import json
from typing import Final

from flask_babel import gettext, lazy_gettext

from app.record.log.models import Entry

_LONGEST: Final = 24
_KINDS: Final[dict[str, object]] = {
    "ledger": lazy_gettext("Money moved in our books"),
    "round.created": lazy_gettext("A round was promised"),
    "round.sealed": lazy_gettext("A round was sealed"),
    "round.witnessed": lazy_gettext("It was fixed who had seen a round's seal"),
    "round.drawing": lazy_gettext("A round's closing block was fixed"),
    "round.settled": lazy_gettext("A round was drawn"),
    "round.halted": lazy_gettext("A round was halted"),
    "order.paid": lazy_gettext("A payment to an order"),
    "order.unpaid": lazy_gettext("A payment to an order counts no more as it did"),
    "payout.generated": lazy_gettext("A payout was drafted"),
    "payout.signed": lazy_gettext("A payout was signed"),
    "payout.broadcasting": lazy_gettext("A payout was sent"),
    "payout.refused_by_node": lazy_gettext("A payout was refused by the node"),
    "payout.confirmed": lazy_gettext("A payout is buried in the chain"),
    "payout.unconfirmed": lazy_gettext("A payout's block left the chain"),
    "payout.replaced": lazy_gettext("A payout was replaced by one with a higher fee"),
    "payout.overtaken": lazy_gettext("Another version of a payout is in a block"),
    "payout.revived": lazy_gettext("A payout that was given up is in a block"),
    "payout.cancelled": lazy_gettext("A payout was given up"),
    "payout.mined": lazy_gettext("A payout is in a block"),
    "log.key": lazy_gettext("Another key took over"),
    "decision": lazy_gettext("A person decided"),
}


def kind_words(entry: Entry) -> str:
    """What it tells. An entry of a later version has its kind's own name."""
    kind = entry.kind.removesuffix(".part")
    words = str(_KINDS.get(kind, kind))
    return words if kind == entry.kind else gettext("%(what)s (a part)", what=words)


def subject_words(entry: Entry) -> str:
    """Which one it tells of: a posting by its key, a decision with its name."""
    told = json.loads(entry.data)
    if entry.kind == "ledger":
        return " ".join(_shortened(part) for part in told["key"])
    return f"{told['action']} {entry.subject}" if entry.kind == "decision" else entry.subject


def _shortened(name: str) -> str:
    """Both ends of an identifier: whole, it would fill a line of a phone."""
    return name if len(name) <= _LONGEST else f"{name[:8]}…{name[-4:]}"
