"""One effect however often a request is sent: its answer is stored in the transaction of its effect, for a day."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from flask import request
from pydantic import BaseModel
from sqlalchemy import Integer, bindparam, delete, func, literal, select
from sqlalchemy.dialects.postgresql import insert

from app.core.database.session import db
from app.core.errors import DomainError
from app.core.ids import new_id

from .models import IdempotencyKey

KEPT_FOR: Final = timedelta(hours=24)
HEADER: Final = "Idempotency-Key"
_KEY: Final = re.compile(r"[\x21-\x7e]{1,255}")
_LOCKS: Final = 0x1DE4  # the locks' name space: two numbers, so that they never meet locks of one


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request under its key. `id` belongs to the effect: whatever it names can be found again by a repetition."""

    id: UUID
    site_id: UUID
    key: str
    method: str
    path: str
    request_hash: bytes


def attempt(site_id: UUID, body: BaseModel | None) -> Attempt | None:
    """The request at hand, if it has a key. Bodies that say the same are the same, however they are written.

    Raises:
        DomainError: 422 `idempotency_key_invalid`.
    """
    key = request.headers.get(HEADER)
    if key is None:
        return None
    if not _KEY.fullmatch(key):
        raise DomainError("idempotency_key_invalid")
    whole = "\n".join((request.method, request.path, body.model_dump_json() if body is not None else ""))
    return Attempt(new_id(), site_id, key, request.method, request.path, hashlib.sha256(whole.encode()).digest())


def claim(attempt: Attempt) -> IdempotencyKey | None:
    """Keep every other request with this key out until the transaction ends; what this one did before, within a day.

    Raises:
        DomainError: 409 `request_in_progress`; 422 `idempotency_key_reused`, if the key belongs to another request.
    """
    digest = hashlib.sha256(attempt.site_id.bytes + attempt.key.encode()).digest()
    number = int.from_bytes(digest[:4], "big", signed=True)
    values = {"number": number, "site": attempt.site_id, "key": attempt.key}
    is_ours, row = db.session.execute(_CLAIM, values).one()
    if row is not None and row.request_hash != attempt.request_hash:
        raise DomainError("idempotency_key_reused")
    if row is None and not is_ours:
        raise DomainError("request_in_progress", status=409)
    return row  # type: ignore[no-any-return]


_CLAIM: Final = (
    select(func.pg_try_advisory_xact_lock(_LOCKS, bindparam("number", type_=Integer)), IdempotencyKey)
    .select_from(select(literal(1)).subquery())
    .outerjoin(
        IdempotencyKey,
        (IdempotencyKey.partner_site_id == bindparam("site"))
        & (IdempotencyKey.key == bindparam("key"))
        & (IdempotencyKey.created_at >= func.now() - KEPT_FOR),
    )
)


def keep(attempt: Attempt, status: int, body: str) -> None:
    """Store the answer; `body` without its secret. The key must be claimed.

    Raises:
        DomainError: 409 `request_in_progress`: another request with this key ended just while it was claimed. Nothing
            of this one may stand.
    """
    values = {
        "id": attempt.id,
        "partner_site_id": attempt.site_id,
        "key": attempt.key,
        "method": attempt.method,
        "path": attempt.path,
        "request_hash": attempt.request_hash,
        "status_code": status,
        "body": body,
    }
    if db.session.execute(_KEEP, values).first() is None:
        raise DomainError("request_in_progress", status=409)


_MADE: Final = insert(IdempotencyKey.__table__)  # type: ignore[arg-type]
_KEEP: Final = _MADE.on_conflict_do_update(  # one that is too old to be known gives way
    index_elements=["partner_site_id", "key"],
    set_={
        "created_at": func.now(),
        **{name: _MADE.excluded[name] for name in ("id", "method", "path", "request_hash", "status_code", "body")},
    },
    where=IdempotencyKey.created_at < func.now() - KEPT_FOR,
).returning(IdempotencyKey.id)


def purge() -> None:
    """Forget answers older than a day."""
    db.session.execute(delete(IdempotencyKey).where(IdempotencyKey.created_at < func.now() - KEPT_FOR))
