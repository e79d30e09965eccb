"""Reads: what waits for a second person, and what became of the rest."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import aliased

from app.core.database.session import db
from app.core.errors import DomainError, NotFound
from app.core.ids import created_at
from app.people.accounts.models import User
from app.people.accounts.queries import email_of
from app.people.operators import queries as operators
from app.people.operators.models import Operator
from app.people.operators.queries import database_now
from app.record.audit.approving import ApprovalKind, Described, Payload, PersonsName

from . import service
from .kinds import KINDS
from .models import Approval
from .second import people

SHOWN: Final = ("open", "decided")


@dataclass(frozen=True, slots=True)
class Told:
    """A proposal as people read it. `described` is None where its payload is not what was proposed, or nobody knows
    its kind any more; `since` are the facts of it, by name, that are others by now, or were when it was decided;
    `outdated` is why it makes no sense any more, "" if it does. `proposed_by` is an operator's name,
    or the mail address of a partner (`by_partner`)."""

    row: Approval
    kind: ApprovalKind | None
    proposed_by: str
    by_partner: bool
    decided_by: str | None
    described: Described | None
    since: Mapping[str, str]
    outdated: str
    is_early: bool
    is_whole: bool

    def is_by(self, operator: str) -> bool:
        """Whether this operator has proposed it."""
        return not self.by_partner and self.proposed_by == operator

    @property
    def is_of_today(self) -> bool:
        """Whether its facts are those of now, although it is decided: it is older than the keeping of them."""
        return self.described is not None and self.row.shown is None and self.row.state != "open"

    @property
    def fresh(self) -> dict[str, str]:
        """Of `since` what nobody could know when it was proposed."""
        then = dict(self.described.rows) if self.described is not None else {}
        return {name: value for name, value in self.since.items() if name not in then}

    @property
    def whose(self) -> list[str]:
        """Whom it is about, by name."""
        rows = self.described.rows if self.described is not None else ()
        return [value for _, value in rows if isinstance(value, PersonsName)]

    @property
    def changes(self) -> dict[str, str]:
        """Of its facts those that become others, from → to, by name."""
        rows = self.described.rows if self.described is not None else ()
        return {name: value for name, value in rows if " → " in value}

    @property
    def title(self) -> str:
        return str(self.kind.title) if self.kind is not None else self.row.kind

    @property
    def proposed_at(self) -> datetime:
        return created_at(self.row.id)

    @property
    def state(self) -> str:
        return self.row.state


@dataclass(frozen=True, slots=True)
class Agreement:
    """Who proposed something and who confirmed it, for lists of what came of it."""

    proposed_by: str
    decided_by: str | None
    why: str
    payload: Payload


def told(modules: Collection[str], shown: str = "open", *, before: UUID | None = None, limit: int = 50) -> list[Told]:
    """Proposals of kinds that these privileges may decide: the open ones, the next to run out first, or the decided,
    the newest first. Some more of the latter: `before` the last one's id."""
    is_open = Approval.state == "open"
    query = _query().where(is_open if shown == "open" else ~is_open, _is_of(modules))
    query = query.order_by(Approval.expires_at, Approval.id) if shown == "open" else query.order_by(Approval.id.desc())
    if before is not None:
        query = query.where(Approval.id < before)
    return [_told(*row) for row in db.session.execute(query.limit(limit))]


def one(approval_id: UUID, modules: Collection[str]) -> Told:
    """Raises NotFound `approval_not_found`; DomainError 403 `operator_not_privileged`."""
    found = db.session.execute(_query().where(Approval.id == approval_id)).first()
    if found is None:
        raise NotFound("approval_not_found")
    kind = KINDS.get().get(found[0].kind)
    if kind is not None and kind.module not in modules:
        raise DomainError("operator_not_privileged", status=403, module=kind.module)
    return _told(*found)


def counts(modules: Collection[str]) -> dict[str, int]:
    """How many proposals are open, and how many decided."""
    is_open = Approval.state == "open"
    query = select(func.count().filter(is_open).label("open"), func.count().filter(~is_open).label("decided")).where(
        _is_of(modules)
    )
    return dict(db.session.execute(query).one()._mapping)


def waiting_for(operator: str, modules: Collection[str]) -> int:
    """How many wait for this operator, who may decide kinds of these privileges: neither their own nor about them."""
    query = select(Approval).where(Approval.state == "open", Approval.expires_at > database_now(), _is_of(modules))
    return list(hindrances(operator, db.session.scalars(query).all()).values()).count("")


def hindrances(operator: str, found: Iterable[Approval]) -> dict[UUID, str]:
    """Why this operator may not decide each of these, as the code of the refusal; "" where they may."""
    me = next((one for one in operators.rows() if one.name == operator), None)
    return {row.id: _hindrance(me, row) for row in found if row.state == "open"}


def _hindrance(me: Operator | None, row: Approval) -> str:
    kind = KINDS.get().get(row.kind)
    if me is None or kind is None or not service.is_whole(row):
        return ""  # whoever tries is told; what was altered, anybody refuses
    return people.hindrance(me, people.whose(row), kind, row.payload)


def deciders(row: Approval) -> list[str]:
    """Who may decide it, by name."""
    kind = KINDS.get().get(row.kind)
    if kind is None or not service.is_whole(row):
        return []
    return people.deciders(people.whose(row), kind, row.payload)


def open_about(subject: str) -> Sequence[Approval]:
    """The proposals about this that wait."""
    query = select(Approval).where(Approval.subject == subject, Approval.state == "open")
    return db.session.scalars(query.order_by(Approval.id)).all()


def open_of_kind(kind: str) -> list[tuple[Approval, str]]:
    """Operators' proposals of this kind that may still be confirmed, the oldest first, each with whose it is."""
    query = (
        select(Approval, Operator.name)
        .join(Operator, Operator.id == Approval.proposed_by)
        .where(Approval.kind == kind, Approval.state == "open", Approval.expires_at > database_now())
        .order_by(Approval.id)
    )
    return [(row, name) for row, name in db.session.execute(query) if service.holds(row)]


def open_subjects(kind: str) -> set[str]:
    """What proposals of this kind are about that may still be decided."""
    waits = (Approval.kind == kind, Approval.state == "open", Approval.expires_at > database_now())
    return set(db.session.scalars(select(Approval.subject).where(*waits)))


def open_of(kind: str, subject: str) -> Approval | None:
    """The proposal of this kind about this that waits, for pages that would propose it."""
    return db.session.scalars(
        select(Approval).where(Approval.kind == kind, Approval.subject == subject, Approval.state == "open")
    ).first()


def open_about_each(kind: str, subjects: Collection[str]) -> dict[str, Approval]:
    """The proposals of this kind that may still be confirmed as far as they themselves say, by what they are about."""
    query = select(Approval).where(
        Approval.kind == kind,
        Approval.subject.in_(subjects),
        Approval.state == "open",
        Approval.expires_at > database_now(),
    )
    return {row.subject: row for row in db.session.scalars(query) if service.holds(row)}


def agreements(ids: Collection[UUID]) -> dict[UUID, Agreement]:
    """Who decided these, read at once; of others nothing."""
    if not ids:
        return {}
    rows = db.session.execute(_query().where(Approval.id.in_(ids)))
    return {row[0].id: Agreement(row[1] or "–", row[3], row[0].why, row[0].payload) for row in rows}


def confirmed_about(kind: str, subject: str) -> list[Agreement]:
    """What two people decided of this kind about this, the oldest first."""
    about = (Approval.kind == kind, Approval.subject == subject, Approval.state == "confirmed")
    rows = db.session.execute(_query().where(*about).order_by(Approval.decided_at))
    return [Agreement(row[1] or "–", row[3], row[0].why, row[0].payload) for row in rows]


def _is_of(modules: Collection[str]) -> ColumnElement[bool]:
    return Approval.kind.in_([one.name for one in KINDS.get().values() if one.module in modules])


_second = aliased(Operator)


def _query() -> Select[Approval, str | None, User | None, str | None, bool]:
    return (
        select(Approval, Operator.name, User, _second.name, database_now() < Approval.not_before)
        .outerjoin(Operator, Operator.id == Approval.proposed_by)
        .outerjoin(User, User.id == Approval.proposed_by_user)
        .outerjoin(_second, _second.id == Approval.decided_by)
    )


def _told(row: Approval, operator: str | None, user: User | None, decided_by: str | None, is_early: bool) -> Told:
    proposed_by = operator or (email_of(user) if user is not None else None) or "–"
    kind, is_whole = KINDS.get().get(row.kind), service.is_whole(row)
    is_whole = is_whole and (row.state != "open" or service.holds(row))
    outdated, described, since = "", None, row.shown_since or {}
    if kind is not None and is_whole:
        described = kind.describe(row.payload)
        if row.shown is not None:
            since = described.changes_since(row.shown) if row.state == "open" else since
            described = described.as_it_was(row.shown)
        outdated = (kind.still_valid(row.payload) or "") if row.state == "open" else ""
    return Told(row, kind, proposed_by, user is not None, decided_by, described, since, outdated, is_early, is_whole)


def everything() -> Sequence[str]:
    """All modules that any kind belongs to: the command line sees what nobody's privileges narrow."""
    return sorted({one.module for one in KINDS.get().values()})
