"""Verifying somebody, or refusing to, takes two operators: a friend among them is not enough."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from typing import Final, Literal, cast
from uuid import UUID

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from app.core.errors import DomainError
from app.people.approvals import service as approvals
from app.people.approvals.models import Approval
from app.people.players.operating import looking
from app.people.players.profile.queries import row_of
from app.people.players.spending import hold
from app.record.audit.approving import Agreed, ApprovalKind, Described, Payload

from . import rules, service
from .queries import documents_of, state_of, verification_of
from .rules import Move

Outcome = Literal["verify", "reject"]
NAME: Final = "player.verification"
MODULE: Final = "people"


def shown(user_id: UUID) -> str:
    """What a page shows of somebody's request, in sixteen characters: whoever decides says that it is about that."""
    return hashlib.sha256(json.dumps(_looked_at(user_id), sort_keys=True).encode()).hexdigest()[:16]


def propose(user_id: UUID, outcome: Outcome, why: str, *, actor: str, seen: str) -> Approval | None:
    """Ask a second operator to verify somebody, or to refuse it; None where the settings say that one is enough.
    `seen`: what was `shown` to whoever decides.

    Raises DomainError 409 `verification_state`, `papers_changed`, and as `approvals.service.propose`.
    """
    hold(user_id)
    rules.moved(state_of(user_id), outcome)
    if seen != shown(user_id):
        raise DomainError("papers_changed", status=409)
    return approvals.propose_or_do(NAME, f"user:{user_id}", _payload(user_id, outcome), why, actor=actor)


def _payload(user_id: UUID, outcome: Outcome) -> dict[str, object]:
    """What was looked at goes along: other documents, another name or another request are another decision."""
    return {"userId": str(user_id), "outcome": outcome, **_looked_at(user_id)}


def _looked_at(user_id: UUID) -> dict[str, object]:
    """The documents, when they were handed in, and by its keyed hash who the person says to be."""
    handed_in, profile = verification_of(user_id).changed_at, row_of(user_id)
    return {
        "documents": [str(one.id) for one in documents_of(user_id)],
        "handedIn": handed_in.isoformat() if handed_in is not None else None,
        "mark": profile.mark_hash.hex() if profile is not None and profile.mark_hash is not None else None,
        "jurisdiction": profile.jurisdiction if profile is not None else None,
    }


def _describe(payload: Payload) -> Described:
    is_yes = payload["outcome"] == "verify"
    sentence = gettext("A person is verified.") if is_yes else gettext("A person’s verification is refused.")
    then = (
        gettext("What people may do who are verified, this person may from then on.")
        if is_yes
        else gettext("The person reads the reason, and may hand in other documents.")
    )
    place = f"/admin/people/{payload['userId']}"
    return Described(sentence, ((gettext("Then"), then), *looking.told(payload)), place)


def _execute(payload: Payload, agreed: Agreed) -> None:
    move = cast(Move, payload["outcome"])
    service.move(UUID(payload["userId"]), move, actor=agreed.actor, reason=agreed.why)


def _still_valid(payload: Payload) -> str | None:
    user_id = UUID(payload["userId"])
    try:
        rules.moved(state_of(user_id), cast(Move, payload["outcome"]))
    except DomainError:
        return str(gettext("The person’s verification has moved on since."))
    now = _looked_at(user_id)
    if now["documents"] != payload["documents"]:
        return str(gettext("The person’s documents are others now."))
    if any(now[name] != payload.get(name) for name in now):
        return str(gettext("The person has handed them in anew since, or says to be somebody else."))
    return None


def _concerns(payload: Payload) -> Collection[UUID]:
    return (UUID(payload["userId"]),)


KIND: Final = ApprovalKind(
    name=NAME,
    module=MODULE,
    title=_l("Verification of a person"),
    describe=_describe,
    execute=_execute,
    still_valid=_still_valid,
    concerns=_concerns,
    unread=looking.unread,
)
