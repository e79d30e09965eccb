"""Who somebody is to the rules of two people, read in the transaction that decides."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TypeAlias
from uuid import UUID

from sqlalchemy import select

from app.core.database.session import db
from app.core.errors import DomainError
from app.core.ids import parse_id
from app.core.sealing.columns import MAIL, lookup
from app.people.accounts.models import User
from app.people.accounts.rules import mailbox_of
from app.people.approvals.models import Approval
from app.people.approvals.rules import Person
from app.people.operators import queries as operators
from app.people.operators import service as operators_service
from app.people.operators.models import Operator
from app.record.audit.approving import ApprovalKind, Payload

Proposer: TypeAlias = Operator | User
"""Who proposes: an operator, or somebody whose own matter it is."""

_USER = "user:"


@dataclass(frozen=True, slots=True)
class Decider:
    """Who decides, and by which session: None is somebody whom their credentials alone let in."""

    operator: str
    session_id: UUID | None


def proposer_of(actor: str) -> Proposer:
    """Whom the audit log's name means: `user:ID`, else an operator. Raises NotFound `operator_not_found`."""
    user_id = parse_id(actor.removeprefix(_USER)) if actor.startswith(_USER) else None
    if user_id is not None:
        return db.session.get_one(User, user_id)
    return operators_service.row_of(actor.removeprefix("operator:"))


def columns_of(proposer: Proposer) -> dict[str, UUID]:
    """How a proposal says whose it is."""
    return {"proposed_by" if isinstance(proposer, Operator) else "proposed_by_user": proposer.id}


def whose(approval: Approval) -> Proposer:
    """Who has proposed it."""
    if approval.proposed_by is not None:
        return db.session.get_one(Operator, approval.proposed_by)
    return db.session.get_one(User, approval.proposed_by_user)


def actor_of(proposer: Proposer) -> str:
    """As the audit log names them."""
    return f"operator:{proposer.name}" if isinstance(proposer, Operator) else f"{_USER}{proposer.id}"


def require_may_propose(proposer: Proposer, kind: ApprovalKind, payload: Payload) -> None:
    """Raises DomainError 403 `operator_not_privileged`, or `access_missing` for who is none."""
    if isinstance(proposer, Operator):
        require_privilege(proposer, kind)
    elif proposer.id not in kind.proposers(payload):
        raise DomainError("access_missing", status=403)


def require_second(approval: Approval, kind: ApprovalKind, by: Decider) -> tuple[Proposer, Operator]:
    """Who proposed and who decides, operators locked: nobody takes a privilege away before it is done.

    Raises DomainError 403: `confirmation_needs_session`, `operator_not_privileged`, `approval_by_same_person`.
    """
    proposer, second = _both(approval, by)
    if by.session_id is None or not operators.has_live_session(second, by.session_id):
        raise DomainError("confirmation_needs_session", status=403)
    require_privilege(second, kind)
    if _person(second).is_also(_person(proposer)):
        raise DomainError("approval_by_same_person", status=403)
    return proposer, second


def require_stranger(second: Operator, kind: ApprovalKind, payload: Payload) -> None:
    """Raises DomainError 403 `approval_concerns_you`: it is about whoever decides, or about a site of theirs."""
    if _is_concerned(second, kind, payload):
        raise DomainError("approval_concerns_you", status=403)


def hindrance(second: Operator, proposer: Proposer, kind: ApprovalKind, payload: Payload) -> str:
    """Why this operator may not decide it, as the code of the refusal; "" where they may."""
    known = operators.known_by(second)
    if known is None or kind.module not in known.privileges:
        return "operator_not_privileged"
    is_same = isinstance(proposer, Operator) and proposer.name == second.name
    if is_same or _person(second).is_also(_person(proposer)):
        return "approval_by_same_person"
    return "approval_concerns_you" if _is_concerned(second, kind, payload) else ""


def deciders(proposer: Proposer, kind: ApprovalKind, payload: Payload) -> list[str]:
    """The operators who may decide it, by name: nobody, where it can only run out."""
    return [one.name for one in operators.rows() if not hindrance(one, proposer, kind, payload)]


def require_proposer(proposer: Proposer, kind: ApprovalKind, payload: Payload) -> None:
    """Raises DomainError 409 `approval_proposer_gone`: who proposed it could not do so today."""
    try:
        require_may_propose(proposer, kind, payload)
    except DomainError:
        raise DomainError("approval_proposer_gone", status=409) from None


def require_privilege(operator: Operator, kind: ApprovalKind) -> None:
    """Raises DomainError 403 `operator_not_privileged`."""
    found = operators.known_by(operator)
    if found is None or kind.module not in found.privileges:
        raise DomainError("operator_not_privileged", status=403, module=kind.module)


def _both(approval: Approval, by: Decider) -> tuple[Proposer, Operator]:
    rows = db.session.scalars(
        select(Operator)
        .where((Operator.id == approval.proposed_by) | (Operator.name == by.operator))
        .order_by(Operator.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).all()
    proposer = next((one for one in rows if one.id == approval.proposed_by), None)
    second = next((one for one in rows if one.name == by.operator), None)
    if second is None:  # nobody has signed in by that name, so that there is no row
        raise DomainError("confirmation_needs_session", status=403)
    return proposer or db.session.get_one(User, approval.proposed_by_user, populate_existing=True), second


def _person(one: Proposer) -> Person:
    if isinstance(one, User):
        return Person(None, one.id, _contacts_of([one.id]))
    contacts = _contacts_of([one.user_id] if one.user_id is not None else [])
    if "@" in one.name:  # a name may be an address
        contacts |= {lookup(MAIL, mailbox_of(one.name.lower()))}
    return Person(one.id, one.user_id, contacts)


def _is_concerned(second: Operator, kind: ApprovalKind, payload: Payload) -> bool:
    return second.name in kind.operators(payload) or _person(second).is_among(*_concerned(kind, payload))


def _concerned(kind: ApprovalKind, payload: Payload) -> tuple[Collection[UUID], frozenset[bytes]]:
    users = kind.concerns(payload)
    return users, _contacts_of(users)


def _contacts_of(users: Collection[UUID]) -> frozenset[bytes]:
    """Hashes of the mailboxes and numbers of these people; two spellings of one mailbox have one hash."""
    if not users:
        return frozenset()
    rows = db.session.scalars(select(User).where(User.id.in_(users))).all()
    mailboxes = {lookup(MAIL, mailbox_of(row.email)) for row in rows if row.email}
    return frozenset(mailboxes | {row.phone_hash for row in rows if row.phone_hash is not None})
