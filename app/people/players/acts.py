"""What players do to hold themselves back, as the audit log tells it."""

from __future__ import annotations

from typing import Final

from app.core.text.amounts import written
from app.record.audit.acts import Act, count, names, word
from app.record.audit.models import AuditEntry


def _limit(entry: AuditEntry) -> str:
    """The amount of an entry in its currency."""
    amount, currency = entry.detail.get("amount_minor"), entry.detail.get("currency")
    if type(amount) is int and isinstance(currency, str):
        return written(amount, currency)
    return f"none in {currency}" if isinstance(currency, str) else ""


def _kind(entry: AuditEntry) -> str:
    """What is limited."""
    return {"deposit": "deposits", "loss": "losses", "stake": "stakes"}.get(str(entry.detail.get("kind")), "")


def _fields(entry: AuditEntry) -> str:
    """What of a profile is another: never what it says."""
    fields = entry.detail.get("fields")
    return ", ".join(str(one).replace("_", " ") for one in fields) if isinstance(fields, list) else ""


_OF_MATCH: Final = (names("marks", "alike by {}"), word("other", "the account {}"))
_OF_LIMIT: Final = (_kind, word("period", "a {}"), _limit)

ACTS: Final = (
    Act("player.limit_set", "set a limit", _OF_LIMIT),
    Act("player.limit_raise_asked", "asked to raise a limit", _OF_LIMIT),
    Act("player.limit_raise_withdrawn", "left a limit as it is", _OF_LIMIT),
    Act("player.limit_raised", "raised a limit", _OF_LIMIT),
    Act("player.limit_removed", "took a limit away", _OF_LIMIT),
    Act("player.timed_out", "took time off", (count("days", "day", "days"),)),
    Act("player.registered", "registered", (word("jurisdiction", "in {}"),)),
    Act("player.age_asked", "was asked whether the date of birth is right"),
    Act("player.held", "has to show papers before playing: somebody known by the same is kept out"),
    Act("player.match_other", "found by papers that this is another person than one who is kept out", _OF_MATCH),
    Act("player.match_same", "found by papers that this is the person of another account, who is kept out", _OF_MATCH),
    Act("player.profile_changed", "changed their profile", (_fields,)),
    Act("player.document_added", "handed in a document", (word("kind", "of {}"),)),
    Act("player.document_removed", "took a document back"),
    Act("player.document_seen", "looked at a document"),
    Act("player.document_lost", "asked for a document whose file is lost"),
    Act("player.verification_asked", "asked to be verified"),
    Act("player.verification_withdrawn", "asked no longer to be verified"),
    Act("player.verification_given", "verified the person"),
    Act("player.verification_refused", "refused the person verification"),
    Act("player.blocked", "shut the person out"),
    Act("player.unblocked", "let the person in again"),
    Act("player.erased", "erased the account"),
    Act("player.excluded", "excluded themselves", (count("months", "month", "months"),)),
)
