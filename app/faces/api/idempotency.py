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
from sqlalchemy import delete, func, select, text

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


def known(attempt: Attempt) -> IdempotencyKey | None:
    """What this request did before, within a day.

    Raises:
        DomainError: 422 `idempotency_key_reused`, if the key belongs to another request.
    """
    row = db.session.scalars(
        select(IdempotencyKey).where(
            IdempotencyKey.partner_site_id == attempt.site_id,
            IdempotencyKey.key == attempt.key,
            IdempotencyKey.created_at >= func.now() - KEPT_FOR,
        )
    ).first()
    if row is not None and row.request_hash != attempt.request_hash:
        raise DomainError("idempotency_key_reused")
    return row


def claim(attempt: Attempt) -> None:
    """Keep every other request with this key out until the transaction ends.

    Raises:
        DomainError: 409 `request_in_progress`.
    """
    digest = hashlib.sha256(attempt.site_id.bytes + attempt.key.encode()).digest()
    number = int.from_bytes(digest[:4], "big", signed=True)
    query = text("SELECT pg_try_advisory_xact_lock(:space, :number)")
    if not db.session.execute(query, {"space": _LOCKS, "number": number}).scalar_one():
        raise DomainError("request_in_progress", status=409)


def keep(attempt: Attempt, status: int, body: str) -> None:
    """Store the answer; `body` without its secret. The key must be claimed."""
    _forget(IdempotencyKey.partner_site_id == attempt.site_id, IdempotencyKey.key == attempt.key)
    db.session.add(
        IdempotencyKey(
            id=attempt.id,
            partner_site_id=attempt.site_id,
            key=attempt.key,
            method=attempt.method,
            path=attempt.path,
            request_hash=attempt.request_hash,
            status_code=status,
            body=body,
        )
    )
    db.session.flush()


def purge() -> None:
    """Forget answers older than a day."""
    _forget()


def _forget(*conditions: object) -> None:
    old = IdempotencyKey.created_at < func.now() - KEPT_FOR
    db.session.execute(delete(IdempotencyKey).where(old, *conditions))  # type: ignore[arg-type]
