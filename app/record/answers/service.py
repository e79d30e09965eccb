"""One effect however often a request is sent: its answer is stored in the transaction of its effect, for a day."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal, TypeAlias
from uuid import UUID

from flask import Response, request
from pydantic import BaseModel
from sqlalchemy import Integer, bindparam, delete, func, literal, select
from sqlalchemy.dialects.postgresql import insert

from app.core import faults
from app.core.database.session import db
from app.core.errors import DomainError
from app.core.ids import new_id
from app.core.sealing.columns import sealed

from .models import IdempotencyKey

KEPT_FOR: Final = timedelta(hours=24)
HEADER: Final = "Idempotency-Key"
REPLAYED: Final = "Idempotency-Replayed"
_KEY: Final = re.compile(r"[\x21-\x7e]{1,255}")
_LOCKS: Final = 0x1DE4  # the locks' name space: two numbers, so that they never meet locks of one


OwnerKind: TypeAlias = Literal["partner", "player", "operator"]


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose keys: two owners who choose the same one never meet. A site or a player by its id, an operator by name."""

    kind: OwnerKind
    name: str

    @classmethod
    def partner(cls, site_id: UUID) -> Owner:
        return cls("partner", str(site_id))

    @classmethod
    def player(cls, user_id: UUID) -> Owner:
        return cls("player", str(user_id))

    @classmethod
    def operator(cls, name: str) -> Owner:
        return cls("operator", name)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request under its key. `id` belongs to the effect: whatever it names can be found again by a repetition."""

    id: UUID
    owner: Owner
    key: str
    method: str
    path: str
    request_hash: bytes


def once(owner: Owner, body: BaseModel | None, act: Callable[[], BaseModel], status: int = 200) -> Response:
    """What the request does and answers, inside the edge's transaction; under a key that did it before, that answer.

    Raises as `attempt` and `claim`, and what the doing raises: nothing is kept then.
    """
    tried = attempt(owner, body)
    repeated = again(tried)
    return keeping(tried, act(), status) if repeated is None else repeated


def again(tried: Attempt | None) -> Response | None:
    """The answer that was given to this request before. Raises as `claim`."""
    row = claim(tried) if tried is not None else None
    if row is None:
        return None
    response = Response(row.text, row.status_code, mimetype="application/json")
    response.headers[REPLAYED] = "true"
    return response


def keeping(tried: Attempt | None, answer: BaseModel, status: int = 200) -> Response:
    """The answer, which is kept if the request has a key. Raises as `keep`."""
    text = answer.model_dump_json(by_alias=True)
    if tried is not None:
        keep(tried, status, text)
    return Response(text, status, mimetype="application/json")


def attempt(owner: Owner, body: BaseModel | None) -> Attempt | None:
    """The request at hand, if it has a key. Bodies that say the same are the same, however they are written.

    Raises:
        DomainError: 422 `idempotency_key_invalid`.
    """
    key = request.headers.get(HEADER)
    return None if key is None else attempt_under(owner, key, body.model_dump_json() if body is not None else "")


def attempt_under(owner: Owner, key: str, said: str) -> Attempt:
    """The request at hand under a key that is in its body, as forms have it; `said` is what it says beside that.

    Raises:
        DomainError: 422 `idempotency_key_invalid`.
    """
    if not _KEY.fullmatch(key):
        raise DomainError("idempotency_key_invalid")
    whole = "\n".join((request.method, request.path, said))
    return Attempt(new_id(), owner, key, request.method, request.path, hashlib.sha256(whole.encode()).digest())


def claim(attempt: Attempt) -> IdempotencyKey | None:
    """Keep every other request with this key out until the transaction ends; what this one did before, within a day.

    Raises:
        DomainError: 409 `request_in_progress`; 422 `idempotency_key_reused`, if the key belongs to another request.
    """
    whose = attempt.owner
    digest = hashlib.sha256(f"{whose.kind}:{whose.name}\0{attempt.key}".encode()).digest()
    number = int.from_bytes(digest[:4], "big", signed=True)
    values = {"number": number, "kind": whose.kind, "owner": whose.name, "key": attempt.key}
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
        (IdempotencyKey.owner_kind == bindparam("kind"))
        & (IdempotencyKey.owner == bindparam("owner"))
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
        "owner_kind": attempt.owner.kind,
        "owner": attempt.owner.name,
        "key": attempt.key,
        "method": attempt.method,
        "path": attempt.path,
        "request_hash": attempt.request_hash,
        "status_code": status,
        "body": None,
        **sealed(IdempotencyKey, attempt.id, answer=body),
    }
    if db.session.execute(_KEEP, values).first() is None:
        raise DomainError("request_in_progress", status=409)
    faults.step("answer.kept")


_OF_THE_REQUEST: Final = ("id", "method", "path", "request_hash", "status_code", "body", "body_sealed")
_MADE: Final = insert(IdempotencyKey.__table__)  # type: ignore[arg-type]
_KEEP: Final = _MADE.on_conflict_do_update(  # one that is too old to be known gives way
    index_elements=["owner_kind", "owner", "key"],
    set_={
        "created_at": func.now(),
        **{name: _MADE.excluded[name] for name in _OF_THE_REQUEST},
    },
    where=IdempotencyKey.created_at < func.now() - KEPT_FOR,
).returning(IdempotencyKey.id)


def forget(owner: Owner) -> None:
    """Forget all that was answered to somebody."""
    whose = (IdempotencyKey.owner_kind == owner.kind) & (IdempotencyKey.owner == owner.name)
    db.session.execute(delete(IdempotencyKey).where(whose))


def purge() -> None:
    """Forget answers older than a day."""
    db.session.execute(delete(IdempotencyKey).where(IdempotencyKey.created_at < func.now() - KEPT_FOR))
