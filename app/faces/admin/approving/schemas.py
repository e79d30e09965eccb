"""What is said of decisions of two people in JSON."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from app.core.wire.parameters import Parameters
from app.core.wire.schemas import Answer, Hash, OneOf
from app.people.approvals.queries import SHOWN
from app.people.approvals.rules import STATES

State = Annotated[str, OneOf(STATES)]


class ApprovalsParameters(Parameters):
    """Which proposals."""

    show: Annotated[str, OneOf(SHOWN), Field(description="those that wait, or those that are decided")] = "open"
    before: Annotated[str, Field(description="`next` of the page before")] | None = None


class ApprovalRecord(Answer):
    """A proposal of an operator, or of a partner, and what became of it. `sentence` and `rows` say what will happen;
    null where what is kept is not what was proposed."""

    id: str
    kind: str
    title: str
    subject: str
    sentence: str | None
    rows: list[tuple[str, str]]
    payload: dict[str, Any]
    payload_sha256: Hash
    holds: bool
    outdated: str
    why: str
    state: State
    proposed_by: Annotated[str, Field(description="an operator's name, or a partner's mail address")]
    by_partner: bool
    proposed_at: datetime
    not_before: datetime
    expires_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    reason: str
    error: str


class ApprovalsPage(Answer):
    """A page of proposals; `next` begins the page after it."""

    approvals: list[ApprovalRecord]
    next: str | None
