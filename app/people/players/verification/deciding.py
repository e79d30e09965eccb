"""Verifying somebody, or refusing to, takes two operators: a friend among them is not enough.

Where somebody else is kept out and known by the same, they say whether it is the same person: docs/decisions/0058.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from typing import Final
from uuid import UUID

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from app.core.errors import DomainError
from app.people.approvals import queries as proposals
from app.people.approvals import service as approvals
from app.people.approvals.models import Approval
from app.people.players.matches import rules as matching
from app.people.players.matches import ruling
from app.people.players.matches.queries import undecided_of
from app.people.players.matches.rules import Match, Outcome
from app.people.players.operating import looking
from app.people.players.profile.queries import row_of
from app.people.players.spending import hold
from app.record.audit.approving import Agreed, ApprovalKind, Payload

from . import service
from .proposed import described
from .queries import documents_of, state_of, verification_of
from .rules import OPEN, Move

NAME: Final = "player.verification"
MODULE: Final = "people"

_MOVES: Final[dict[Outcome, Move]] = {"verify": "verify", "reject": "reject", "other": "verify", "same": "verify"}
"""What each does to the papers: whoever they show, they are shown by them."""


def shown(user_id: UUID) -> str:
    """What a page shows of somebody's request, in sixteen characters: whoever decides says that it is about that."""
    return hashlib.sha256(json.dumps(_looked_at(user_id), sort_keys=True).encode()).hexdigest()[:16]


def possible(user_id: UUID) -> tuple[Outcome, ...]:
    """What may be decided about somebody now."""
    return matching.outcomes(state_of(user_id), undecided_of(user_id))


def waiting(user_id: UUID) -> Approval | None:
    """The proposal about somebody's papers, as they are now, that a second operator has yet to decide."""
    subject = f"user:{user_id}"
    found = proposals.open_about_each(NAME, [subject]).get(subject)
    return found if found is not None and _still_valid(found.payload) is None else None


def propose(
    user_id: UUID, outcome: Outcome, why: str, *, actor: str, seen: str, same_as: UUID | None = None
) -> Approval | None:
    """Ask a second operator to verify somebody, or to refuse it; None where the settings say that one is enough.
    `seen`: what was `shown` to whoever decides; `same_as`: the account whose person it is, where it is the same.

    Raises DomainError 409 `verification_state`, `papers_changed`, and as `approvals.service.propose`.
    """
    hold(user_id)
    if state_of(user_id) in OPEN:
        raise DomainError("verification_state", status=409)
    if seen != shown(user_id):
        raise DomainError("papers_changed", status=409)
    payload = _payload(user_id, outcome, same_as)
    _decidable(payload)
    return approvals.propose_or_do(NAME, f"user:{user_id}", payload, why, actor=actor)


def _payload(user_id: UUID, outcome: Outcome, same_as: UUID | None = None) -> dict[str, object]:
    """What was looked at goes along: other documents, another name, match or request are another decision."""
    told: dict[str, object] = {"userId": str(user_id), "outcome": outcome, **_looked_at(user_id)}
    return told if same_as is None else {**told, "sameAs": str(same_as)}


def _looked_at(user_id: UUID) -> dict[str, object]:
    """The documents, when they were handed in, who the person says to be (a keyed hash), and who else is known so."""
    handed_in, profile = verification_of(user_id).changed_at, row_of(user_id)
    return {
        "documents": [str(one.id) for one in documents_of(user_id)],
        "handedIn": handed_in.isoformat() if handed_in is not None else None,
        "mark": profile.mark_hash.hex() if profile is not None and profile.mark_hash is not None else None,
        "jurisdiction": profile.jurisdiction if profile is not None else None,
        "matches": [_told(one) for one in undecided_of(user_id)],
    }


def _told(match: Match) -> dict[str, object]:
    return {"userId": str(match.user_id), "marks": sorted(match.kinds), "isVerified": match.is_verified}


def _decidable(payload: Payload) -> tuple[Outcome, list[Match], Match | None]:
    """The decision, the matches that there are now, and the one that is the same person.

    Raises DomainError 409 `verification_state`: it is none that may be made as things are.
    """
    user_id, outcome = UUID(payload["userId"]), payload["outcome"]
    matches = undecided_of(user_id)
    same = next((one for one in matches if str(one.user_id) == payload.get("sameAs")), None)
    if outcome not in matching.outcomes(state_of(user_id), matches) or (outcome == "same") is (same is None):
        raise DomainError("verification_state", status=409)
    return outcome, matches, same


def _execute(payload: Payload, agreed: Agreed) -> None:
    user_id = UUID(payload["userId"])
    hold(user_id)
    if (why := _still_valid(payload)) is not None:  # what came since the look before the lock was shown to nobody
        raise DomainError("approval_outdated", status=409, why=why)
    outcome, matches, same = _decidable(payload)
    if outcome == "reject" or state_of(user_id) == "pending":
        tells = outcome != "same"  # who is kept out is told that, and not that he may do more
        service.move(user_id, _MOVES[outcome], actor=agreed.actor, reason=agreed.why, tells=tells)
    if same is not None:
        ruling.is_the_same(user_id, same, agreed)
    elif outcome == "other":
        ruling.is_another(user_id, matches, agreed)


def _still_valid(payload: Payload) -> str | None:
    now = _looked_at(UUID(payload["userId"]))
    if now["documents"] != payload["documents"]:
        return str(gettext("The person’s documents are others now."))
    if now["matches"] != payload.get("matches"):
        return str(gettext("Who else is kept out and known by the same has changed since."))
    try:
        _decidable(payload)
    except DomainError:
        return str(gettext("The person’s verification has moved on since."))
    if any(now[name] != payload.get(name) for name in now):
        return str(gettext("The person has handed them in anew since, or says to be somebody else."))
    return None


def _concerns(payload: Payload) -> Collection[UUID]:
    """The person, and whoever is known by the same: neither decides that."""
    return (UUID(payload["userId"]), *(UUID(one["userId"]) for one in payload.get("matches", ())))


KIND: Final = ApprovalKind(
    name=NAME,
    module=MODULE,
    title=_l("Verification of a person"),
    describe=described,
    execute=_execute,
    still_valid=_still_valid,
    concerns=_concerns,
    unread=looking.unread,
)
