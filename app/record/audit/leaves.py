"""What of an audit entry is said in public. Pure.

What becomes of rounds and payouts is told whole. A decision of a person is told by its name, and bound by a hash: who
decided and why stays between the house and whom it shows the entry, whose id, random in 74 bits, keeps the hash from
being guessed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Final
from uuid import UUID

from app.record.log.format.leaves import Leaf, canonical, leaves_of

TOLD: Final = frozenset(
    {
        "round.created",
        "round.sealed",
        "round.witnessed",
        "round.drawing",
        "round.settled",
        "round.halted",
        "payout.mined",
    }
)
"""Acts of the system whose detail everybody may read."""
STEPS: Final = frozenset(
    f"payout.{step}"
    for step in (
        *("generated", "signed", "broadcasting", "refused_by_node", "confirmed", "unconfirmed"),
        *("replaced", "overtaken", "revived", "cancelled"),
    )
)
"""Acts of anybody, of whose detail everybody may read what is `told`; older entries have no such member."""
DECISION: Final = "decision"
KINDS: Final = frozenset(f"{kind}{end}" for kind in (*TOLD, *STEPS, DECISION) for end in ("", ".part"))
"""Kinds of leaves that audit entries leave."""
_PEOPLE: Final = ("operator:", "user:", "developer")
_PRIVATE: Final = frozenset({"account", "operator", "team", "note", "audit", "jobs"})
"""What people do for themselves, note for each other, or look at: not of what anybody was promised."""
_PRIVATE_SUBJECTS: Final = frozenset({"user", "session", "login", "operator"})


def leaves_of_entry(
    id: UUID, actor: str, action: str, subject: str, reason: str, detail: Mapping[str, object]
) -> list[Leaf]:
    """The leaves of one entry: none for what concerns nobody outside."""
    told = detail.get("told") if action in STEPS else None
    steps = leaves_of(action, subject, {"detail": told}) if told else []
    return steps + _leaves_of_act(id, actor, action, subject, reason, detail)


def _leaves_of_act(
    id: UUID, actor: str, action: str, subject: str, reason: str, detail: Mapping[str, object]
) -> list[Leaf]:
    if actor == "system" and action in TOLD:
        return leaves_of(action, subject, {"detail": detail})
    if not actor.startswith(_PEOPLE) or action.partition(".")[0] in _PRIVATE:
        return []
    about = subject.partition(":")[0]
    told = {"action": action, "hash": decision_hash(id, actor, action, subject, reason, detail)}
    return leaves_of(DECISION, about if about in _PRIVATE_SUBJECTS else subject, told)


def decision_hash(id: UUID, actor: str, action: str, subject: str, reason: str, detail: Mapping[str, object]) -> str:
    """SHA-256 of the whole entry as canonical JSON, in hexadecimal."""
    whole = {"action": action, "actor": actor, "detail": detail, "id": str(id), "reason": reason, "subject": subject}
    return hashlib.sha256(canonical(whole).encode()).hexdigest()
