"""All that is kept of a person, for that person: rows, files, and what the audit log says of them."""

from __future__ import annotations

import base64
from typing import Any, Final
from uuid import UUID

from sqlalchemy import or_, select

from app.core.database.session import db
from app.core.files.store import FileLost
from app.people.players.queries import read_now
from app.people.players.verification import queries as verification
from app.record.audit.models import AuditEntry

from .rows import kept

_NOT_THEIRS: Final = frozenset({"other", "marks", "confirmed_by"})
"""Who else is meant and by what both are known, and which operators decided."""


def export(user_id: UUID) -> dict[str, Any]:
    """As JSON takes it. Only reads."""
    return {
        "user_id": str(user_id),
        "made_at": read_now(),
        "kept": kept(user_id),
        "files": _files(user_id),
        "acts": _acts(user_id),
    }


def _files(user_id: UUID) -> list[dict[str, Any]]:
    picture = verification.picture_of(user_id)
    found = [*verification.documents_of(user_id), *([picture] if picture else [])]
    return [
        {
            "id": str(one.id),
            "kind": one.kind,
            "media_type": one.media_type,
            "at": one.at,
            "data_base64": _content(user_id, one.id),
        }
        for one in found
    ]


def _content(user_id: UUID, file_id: UUID) -> str | None:
    try:
        return base64.b64encode(verification.content_of(user_id, file_id)[1]).decode()
    except FileLost:
        return None


def _acts(user_id: UUID) -> list[dict[str, Any]]:
    """Entries by them or about them; who of the operators did it is the operators' business."""
    name = f"user:{user_id}"
    about = or_(AuditEntry.actor == name, AuditEntry.subject == name)
    rows = db.session.scalars(select(AuditEntry).where(about).order_by(AuditEntry.id))
    return [
        {
            "at": row.recorded_at,
            "action": row.action,
            "by": "you" if row.actor == name else row.actor.partition(":")[0],
            "detail": {name: value for name, value in row.detail.items() if name not in _NOT_THEIRS},
        }
        for row in rows
    ]
