"""Which operators have opened which papers: whoever decides about somebody has seen what was handed in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import func, select

from app.core.database.session import db
from app.core.web.templating import utc
from app.people.players.verification.queries import documents_of, verification_of
from app.record.audit.approving import Payload, Unread
from app.record.audit.models import AuditEntry

SEEN: Final = "player.document_seen"
LOST: Final = "player.document_lost"
"""Somebody asked for a document, and our disk has it no more: that is no reason to verify, and none not to refuse."""

Looks = Mapping[str, Mapping[str, datetime]]
"""By who looked, as the audit log names them, and by document: when they did last."""


def unread(payload: Payload, actor: str) -> list[Unread]:
    """The papers of a proposal that this operator has not opened since they were handed in."""
    acts = (SEEN, LOST) if payload["outcome"] == "reject" else (SEEN,)
    seen = _looks(payload, acts).get(actor, {})
    return [
        Unread(f"{one.kind.capitalize()}, {utc(one.at)}", f"/admin/people/{payload['userId']}/documents/{one.id}")
        for one in documents_of(UUID(payload["userId"]))
        if str(one.id) in payload["documents"] and str(one.id) not in seen
    ]


def unread_of(user_id: UUID, actor: str) -> list[Unread]:
    """The same of what somebody has handed in now."""
    handed_in = verification_of(user_id).changed_at
    documents = [str(one.id) for one in documents_of(user_id)]
    now = {"userId": str(user_id), "outcome": "verify", "documents": documents}
    return unread(now | {"handedIn": handed_in.isoformat() if handed_in is not None else None}, actor)


def told(payload: Payload) -> Sequence[tuple[str, str]]:
    """For whoever reads a proposal: how many papers there are, and who has opened how many of them, and when."""
    number = len(payload["documents"])
    rows = [(str(gettext("Documents")), str(number))]
    for actor, seen in sorted(_looks(payload, (SEEN,)).items()):
        words = gettext("%(n)s of %(all)s, last at %(when)s", n=len(seen), all=number, when=utc(max(seen.values())))
        rows.append((str(gettext("Opened by %(name)s", name=actor.removeprefix("operator:"))), str(words)))
    return rows if len(rows) > 1 else [*rows, (str(gettext("Opened")), str(gettext("by nobody yet")))]


def _looks(payload: Payload, acts: Collection[str]) -> Looks:
    document = AuditEntry.detail["document"].astext
    query = select(AuditEntry.actor, document, func.max(AuditEntry.recorded_at)).where(
        AuditEntry.subject == f"user:{payload['userId']}",
        AuditEntry.action.in_(acts),
        document.in_(payload["documents"]),
    )
    if payload.get("handedIn") is not None:
        query = query.where(AuditEntry.recorded_at > datetime.fromisoformat(payload["handedIn"]))
    found: dict[str, dict[str, datetime]] = defaultdict(dict)
    for actor, name, at in db.session.execute(query.group_by(AuditEntry.actor, document)):
        found[actor][name] = at
    return found
