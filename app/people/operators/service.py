"""What happens to operators and to their sessions. Called inside an edge's transaction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import CursorResult, delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from app.core.config import current_settings
from app.core.database.session import db
from app.core.errors import DomainError, NotFound
from app.core.ids import hash_secret, new_id, new_secret
from app.people.accounts.rules import clean_agent
from app.record.audit.service import note

from .models import Operator, OperatorSession
from .queries import Known, database_now, known_by
from .rules import ABSOLUTE_LIFETIME, MODULES, checked_privileges


def seed(names: Iterable[str]) -> list[str]:
    """Give operators of the settings their rows, with every privilege; whom that was new for. Rows there are stay."""
    values = [{"id": new_id(), "name": name, "privileges": list(MODULES)} for name in names]
    if not values:
        return []
    written = insert(Operator).values(values).on_conflict_do_nothing(index_elements=["name"])
    return sorted(db.session.scalars(written.returning(Operator.name)))


def add(name: str, password_hash: str, privileges: list[str], *, actor: str, reason: str) -> None:
    """A new operator. Raises DomainError: `operator_exists` (409), or `privilege_unknown`."""
    wanted = checked_privileges(privileges)
    values = {"id": new_id(), "name": name, "password_hash": password_hash, "privileges": wanted}
    written = insert(Operator).values(values).on_conflict_do_nothing(index_elements=["name"])
    is_named = name in current_settings().operator_hashes
    if is_named or db.session.scalars(written.returning(Operator.id)).first() is None:
        raise DomainError("operator_exists", status=409, field="name")
    note(actor, "operator.added", f"operator:{name}", reason, privileges=wanted)


def set_password(name: str, password_hash: str, *, actor: str, reason: str) -> None:
    """Give an operator a password of their own; it ends their sessions. Raises NotFound."""
    row = row_of(name)
    row.password_hash = password_hash
    ended = end_sessions_of(row.id)
    note(actor, "operator.password_changed", f"operator:{name}", reason, sessions=ended)


def set_privileges(name: str, privileges: list[str], *, actor: str, reason: str) -> bool:
    """What an operator may open from the next request on; whether that was a change.

    Raises NotFound, or DomainError `privilege_unknown`.
    """
    wanted, row = checked_privileges(privileges), row_of(name)
    before = checked_privileges([one for one in row.privileges if one in MODULES])
    if before == wanted:
        return False
    row.privileges = wanted
    note(
        actor,
        "operator.privileges_changed",
        f"operator:{name}",
        reason,
        given=[one for one in wanted if one not in before],
        taken=[one for one in before if one not in wanted],
    )
    return True


def link(name: str, user_id: UUID, *, actor: str, reason: str) -> None:
    """Say which account is this operator's own, so that nobody confirms as an operator what concerns them as a person.

    Raises NotFound, or DomainError 409 `operator_linked`: another account is, and that is no one person's to change.
    """
    row = row_of(name)
    if row.user_id == user_id:
        return
    if row.user_id is not None:
        raise DomainError("operator_linked", status=409)
    row.user_id = user_id
    note(actor, "operator.linked", f"operator:{name}", reason, user=str(user_id))


def disable(name: str, *, actor: str, reason: str) -> bool:
    """Let an operator in no more, whoever names them, from the next request on. Raises NotFound."""
    row = row_of(name)
    if row.disabled_at is not None:
        return False
    row.disabled_at = database_now()
    note(actor, "operator.disabled", f"operator:{name}", reason, sessions=end_sessions_of(row.id))
    return True


def enable(name: str, *, actor: str, reason: str) -> bool:
    """Let an operator in again, who signs in anew. Raises NotFound."""
    row = row_of(name)
    if row.disabled_at is None:
        return False
    row.disabled_at = None
    note(actor, "operator.enabled", f"operator:{name}", reason)
    return True


@dataclass(frozen=True, slots=True)
class Made:
    """A session that has begun; its token (192 random bits) is not kept."""

    id: UUID
    operator_id: UUID
    token: str


def open_session(operator: Known, *, agent: str) -> str | None:
    """Start a session and return its token, as `new_session`."""
    made = new_session(operator, agent=agent)
    return made.token if made is not None else None


def new_session(operator: Known, *, agent: str) -> Made | None:
    """Start a session. None: since their password was looked at they were disabled, or given another one."""
    row = row_of(operator.name)
    now_known = known_by(row)
    if now_known is None or now_known.password_hash != operator.password_hash:
        return None
    made = Made(new_id(), row.id, new_secret())
    db.session.add(
        OperatorSession(
            id=made.id,
            operator_id=row.id,
            token_hash=hash_secret(made.token),
            user_agent=clean_agent(agent),
            last_seen_at=database_now(),
            expires_at=database_now() + ABSOLUTE_LIFETIME,
        )
    )
    db.session.flush()
    return made


def touch(session_id: UUID) -> None:
    """The session was used just now."""
    db.session.execute(
        update(OperatorSession).where(OperatorSession.id == session_id).values(last_seen_at=database_now())
    )


def end_session(session_id: UUID, *, name: str) -> None:
    """Sign out; what ended before stays as it was."""
    ended = db.session.execute(
        update(OperatorSession)
        .where(OperatorSession.id == session_id, OperatorSession.revoked_at.is_(None))
        .values(revoked_at=database_now())
        .returning(OperatorSession.id)
    ).first()
    if ended is not None:
        note(f"operator:{name}", "operator.signed_out", f"operator:{name}")


def purge() -> int:
    """Delete sessions that no longer mean anything; how many. Repeats safely."""
    now = database_now()
    old = delete(OperatorSession).where(
        or_(OperatorSession.expires_at < now - _KEPT, OperatorSession.revoked_at < now - _KEPT)
    )
    result = db.session.execute(old)
    return result.rowcount if isinstance(result, CursorResult) else 0


_KEPT: Final = ABSOLUTE_LIFETIME * 60  # a month: who was in is told by the audit log for good


def end_sessions_of(operator_id: UUID, session_id: UUID | None = None) -> int:
    """End all sessions of an operator, or one; how many lived."""
    these = OperatorSession.operator_id == operator_id
    if session_id is not None:
        these &= OperatorSession.id == session_id
    ended = db.session.execute(
        update(OperatorSession).where(these, OperatorSession.revoked_at.is_(None)).values(revoked_at=database_now())
    )
    return ended.rowcount if isinstance(ended, CursorResult) else 0


def row_of(name: str) -> Operator:
    """An operator's row, to be changed. Raises NotFound: neither a row nor the settings name one."""
    if name in current_settings().operator_hashes:
        seed([name])
    row = db.session.scalars(select(Operator).where(Operator.name == name).with_for_update(key_share=True)).first()
    if row is None:
        raise NotFound("operator_not_found")
    return row
