"""The verbs of a decision that two people make. Called inside an edge's transaction; `second.confirming` confirms."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import structlog
from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError, IntegrityError

from app.core import faults, marks
from app.core.database.session import db
from app.core.errors import DomainError, NotFound, Unavailable
from app.core.ids import new_id
from app.core.web.languages import SOURCE
from app.core.wire.error_messages import message_for
from app.people.operators import service as operators
from app.people.operators.models import Operator
from app.people.operators.queries import database_now
from app.record.audit.approving import Agreed, ApprovalKind, Described, Payload
from app.record.audit.service import note, noted_with
from app.record.log.format.leaves import canonical

from .kinds import KINDS, kind_of
from .models import Approval
from .rules import BY_ANOTHER, check_time, sha256_of
from .second.people import (
    Decider,
    actor_of,
    columns_of,
    deciders,
    proposer_of,
    require_may_propose,
    require_proposer,
    require_second,
    require_stranger,
    whose,
)
from .settings import lifetime, two_people

log = structlog.get_logger()

_MARK = "approval-1"
_WRITTEN = "unexpected"


class NotDone(Exception):
    """What two people agreed on could not be done; nothing of it was. `error` says why, in words."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error


def propose(kind_name: str, subject: str, payload: Payload, why: str, *, actor: str) -> Approval:
    """Ask a second person for a yes. `subject` is what it is about, as the audit log names it, and so is `actor`, an
    operator or whoever the kind says may propose it.

    Raises:
        DomainError: 409 `approval_waits`: one of this kind about the same waits already; 409 `approval_outdated`; 403
            `operator_not_privileged`, `access_missing`; 422 `approval_unread`.
        NotFound: `operator_not_found`.
    """
    kind, proposer = kind_of(kind_name), proposer_of(actor)
    require_may_propose(proposer, kind, payload)
    _require_valid(kind, payload)
    _require_read(kind, payload, actor)
    _make_room(kind, subject)
    begins = _now() + kind.wait()
    approval = Approval(
        id=new_id(),
        kind=kind.name,
        subject=subject,
        payload=dict(payload),
        payload_sha256=sha256_of(payload),
        why=why,
        shown=_shown(kind, payload).kept(),
        **columns_of(proposer),
        not_before=begins,
        expires_at=begins + lifetime(),
        state="open",
    )
    approval.mark = marks.mark(_MARK, _told(approval))
    try:
        with db.session.begin_nested():
            db.session.add(approval)
    except IntegrityError:
        raise DomainError("approval_waits", status=409) from None
    _note(approval, actor, "proposed", why)
    return approval


def propose_or_do(kind_name: str, subject: str, payload: Payload, why: str, *, actor: str) -> Approval | None:
    """Ask a second person; where the settings say that one is enough, do it at once, by the same way, and return None.

    Raises as `propose`, and what the doing raises.
    """
    if two_people():
        return propose(kind_name, subject, payload, why, actor=actor)
    kind = kind_of(kind_name)
    _require_read(kind, payload, actor)
    kind.execute(payload, Agreed(new_id(), actor, actor.removeprefix("operator:"), why))
    return None


def do_alone(kind_name: str, payload: Payload, why: str, *, actor: str) -> None:
    """Do at the shell of the server what nobody is there to confirm: the log says so of every act.

    Raises DomainError 409 `approval_possible`: somebody else may decide it; 403 `operator_not_privileged`; 409
    `approval_outdated`; and what the doing raises.
    """
    kind, proposer = kind_of(kind_name), proposer_of(actor)
    require_may_propose(proposer, kind, payload)
    _require_valid(kind, payload)
    if found := deciders(proposer, kind, payload):
        raise DomainError("approval_possible", status=409, who=", ".join(found))
    with noted_with(actor, alone="shell"):
        kind.execute(payload, Agreed(new_id(), actor, "", why))


def confirm(approval_id: UUID, by: Decider, reason: str) -> None:
    """Say yes as the second person, and do it, in this one transaction.

    Raises:
        NotFound: `approval_not_found`.
        DomainError: 409 `approval_decided`, `approval_altered`, `approval_too_early`, `approval_expired`,
            `approval_outdated`, `approval_proposer_gone`; 403, as `people` says who may not; 422 `approval_unread`.
        NotDone: the doing was refused; the caller rolls back, and writes that down (`fail`).
    """
    approval = _open(approval_id)
    kind = kind_of(approval.kind)
    if not holds(approval):
        raise DomainError("approval_altered", status=409)
    proposer, second = require_second(approval, kind, by)
    require_stranger(second, kind, approval.payload)
    require_proposer(proposer, kind, approval.payload)
    check_time(_now(), approval.not_before.astimezone(UTC), approval.expires_at)
    _require_valid(kind, approval.payload)
    _require_read(kind, approval.payload, actor_of(second))
    _decide(approval, "confirmed", second, reason)
    agreed = Agreed(approval.id, actor_of(proposer), second.name, approval.why)
    try:
        with noted_with(agreed.actor, confirmed_by=second.name, approval=str(approval.id)):
            kind.execute(approval.payload, agreed)
        db.session.flush()
        faults.step("approval.done")
    except DomainError as error:
        if isinstance(error, Unavailable):
            raise
        raise NotDone(str(message_for(error))) from error
    except DBAPIError as error:
        if isinstance(error, IntegrityError):
            raise NotDone(_WRITTEN) from error
        raise
    except Exception as error:
        raise NotDone(_WRITTEN) from error


def refuse(approval_id: UUID, by: Decider, reason: str) -> None:
    """Say no as the second person. What was altered, or can be done no more, can be refused like the rest.

    Raises as `confirm`.
    """
    approval = _open(approval_id)
    kind = kind_of(approval.kind)
    _, second = require_second(approval, kind, by)
    if is_whole(approval):
        require_stranger(second, kind, approval.payload)
    _decide(approval, "refused", second, reason)


def withdraw(approval_id: UUID, *, actor: str, reason: str) -> None:
    """Take one's own proposal back. Raises as `confirm`, and DomainError 403 `approval_not_yours`."""
    approval = _open(approval_id)
    if any(getattr(approval, column) != value for column, value in columns_of(proposer_of(actor)).items()):
        raise DomainError("approval_not_yours", status=403)
    _close(approval, "withdrawn", reason)
    _note(approval, actor, "withdrawn", reason)


def drop(approval_id: UUID, *, actor: str, reason: str) -> None:
    """End a proposal whose ground is gone, such as by whom it was about; one decided meanwhile stays as it is. Raises
    NotFound `approval_not_found`."""
    try:
        approval = _open(approval_id)
    except DomainError as error:
        if error.code != "approval_decided":
            raise
        return
    _close(approval, "withdrawn", reason)
    _note(approval, actor, "withdrawn", reason)


def fail(approval_id: UUID, by: Decider, reason: str, error: str) -> None:
    """Write down that it was confirmed and could not be done, once all that is rolled back. Raises as `confirm`."""
    approval = _open(approval_id)
    _close(approval, "failed", reason, operators.row_of(by.operator))
    approval.error = error
    _note(approval, f"operator:{by.operator}", "failed", reason, error=error)


def expire() -> int:
    """End what nobody decided in time; how many. Repeats safely."""
    over = (
        select(Approval)
        .where(Approval.state == "open", Approval.expires_at <= database_now())
        .order_by(Approval.id)
        .with_for_update(skip_locked=True, key_share=True)
    )
    found = db.session.scalars(over).all()
    for approval in found:
        _close(approval, "expired", "")
        _note(approval, "system", "expired", "")
    return len(found)


def holds(approval: Approval) -> bool:
    """Whether what is kept is what was proposed, by whom and when: its hash is right, and its mark is ours."""
    return is_whole(approval) and marks.is_ours(approval.mark, _MARK, _told(approval))


def is_whole(approval: Approval) -> bool:
    """Whether the payload has the hash that was told to the log."""
    return sha256_of(approval.payload) == bytes(approval.payload_sha256)


def _told(approval: Approval) -> list[str]:
    """What a proposal's mark binds, as text."""
    times = (approval.not_before, approval.expires_at)
    shown = [] if approval.shown is None else [canonical(approval.shown)]
    return [
        *(str(one) for one in (approval.id, approval.kind, approval.subject, bytes(approval.payload_sha256).hex())),
        *(approval.why, str(approval.proposed_by or f"user:{approval.proposed_by_user}")),
        *(time.astimezone(UTC).isoformat() for time in times),
        *shown,
    ]


def _shown(kind: ApprovalKind, payload: Payload) -> Described:
    """What it says to operators, whatever language its proposer reads."""
    with force_locale(SOURCE):
        return kind.describe(payload)


def _now() -> datetime:
    """By the clock of the database, on which all processes agree."""
    now: datetime = db.session.execute(select(database_now())).scalar_one()
    return now.astimezone(UTC)


def _require_valid(kind: ApprovalKind, payload: Payload) -> None:
    if (why := kind.still_valid(payload)) is not None:
        raise DomainError("approval_outdated", status=409, why=why)


def _require_read(kind: ApprovalKind, payload: Payload, actor: str) -> None:
    if unread := kind.unread(payload, actor):
        raise DomainError("approval_unread", what=", ".join(one.words for one in unread))


def _make_room(kind: ApprovalKind, subject: str) -> None:
    """A proposal that nobody can confirm any more keeps no other one out."""
    old = db.session.scalars(
        select(Approval)
        .where(Approval.kind == kind.name, Approval.subject == subject, Approval.state == "open")
        .with_for_update(key_share=True)
    ).first()
    if old is None:
        return
    if old.expires_at > _now() and holds(old) and kind.still_valid(old.payload) is None:
        raise DomainError("approval_waits", status=409)
    _close(old, "expired", "")
    _note(old, "system", "expired", "")
    db.session.flush()


def _open(approval_id: UUID) -> Approval:
    approval = db.session.scalars(
        select(Approval)
        .where(Approval.id == approval_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).first()
    if approval is None:
        raise NotFound("approval_not_found")
    if approval.state != "open":
        raise DomainError("approval_decided", status=409)
    return approval


def _decide(approval: Approval, state: str, second: Operator, reason: str) -> None:
    _close(approval, state, reason, second)
    _note(approval, f"operator:{second.name}", state, reason)
    db.session.flush()


def _close(approval: Approval, state: str, reason: str, second: Operator | None = None) -> None:
    now = _now()
    approval.decided_at, approval.state, approval.reason = now, state, reason
    approval.decided_by = second.id if second is not None else None
    kind = KINDS.get().get(approval.kind)
    if kind is None or not is_whole(approval):
        return
    if second is not None and approval.shown is not None:
        approval.shown_since = _shown(kind, approval.payload).changes_since(approval.shown)
    if state != "confirmed":
        kind.ended(approval.payload, state, reason)


def _note(approval: Approval, actor: str, act: str, reason: str, **more: str) -> None:
    told = {"kind": approval.kind, "about": approval.subject, "payloadSha256": bytes(approval.payload_sha256).hex()}
    if act in BY_ANOTHER:
        told["proposed_by"] = actor_of(whose(approval))
    note(actor, f"approval.{act}", f"approval:{approval.id}", reason, **told, **more)
