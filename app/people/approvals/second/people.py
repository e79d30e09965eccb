"""Who an operator is to the rules of two people, read in the transaction that decides."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from app.core.database.session import db
from app.core.errors import DomainError
from app.core.sealing.columns import MAIL, lookup
from app.people.accounts.models import User
from app.people.accounts.rules import mailbox_of
from app.people.approvals.models import Approval
from app.people.approvals.rules import Person
from app.people.operators import queries as operators
from app.people.operators.models import Operator
from app.record.audit.approving import ApprovalKind, Payload


@dataclass(frozen=True, slots=True)
class Decider:
    """Who decides, and by which session: None is somebody whom their credentials alone let in."""

    operator: str
    session_id: UUID | None


def require_second(approval: Approval, kind: ApprovalKind, by: Decider) -> tuple[Operator, Operator]:
    """Who proposed and who decides, both locked: nobody takes a privilege away before it is done.

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
    if second.name in kind.operators(payload) or _person(second).is_among(*_concerned(kind, payload)):
        raise DomainError("approval_concerns_you", status=403)


def require_proposer(proposer: Operator, kind: ApprovalKind) -> None:
    """Raises DomainError 409 `approval_proposer_gone`: who proposed it could not do so today."""
    still = operators.known_by(proposer)
    if still is None or kind.module not in still.privileges:
        raise DomainError("approval_proposer_gone", status=409)


def require_privilege(operator: Operator, kind: ApprovalKind) -> None:
    """Raises DomainError 403 `operator_not_privileged`."""
    found = operators.known_by(operator)
    if found is None or kind.module not in found.privileges:
        raise DomainError("operator_not_privileged", status=403, module=kind.module)


def _both(approval: Approval, by: Decider) -> tuple[Operator, Operator]:
    rows = db.session.scalars(
        select(Operator)
        .where((Operator.id == approval.proposed_by) | (Operator.name == by.operator))
        .order_by(Operator.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).all()
    proposer = next(one for one in rows if one.id == approval.proposed_by)
    second = next((one for one in rows if one.name == by.operator), None)
    if second is None:  # nobody has signed in by that name, so that there is no row
        raise DomainError("confirmation_needs_session", status=403)
    return proposer, second


def _person(operator: Operator) -> Person:
    contacts = _contacts_of([operator.user_id] if operator.user_id is not None else [])
    if "@" in operator.name:  # a name may be an address
        contacts |= {lookup(MAIL, mailbox_of(operator.name.lower()))}
    return Person(operator.id, operator.user_id, contacts)


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
