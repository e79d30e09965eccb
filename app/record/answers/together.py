"""The keys of many requests at once, kept in the transaction of their effects by whoever holds a lock that all who use
these keys take first: nobody else has to be kept out.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import text

from app.core import faults
from app.core.database.session import db
from app.core.errors import DomainError
from app.core.sealing.columns import sealed

from .models import IdempotencyKey
from .service import KEPT_FOR, Attempt


class Known(NamedTuple):
    """What was done under a key: the effect's id, and by which request."""

    id: UUID
    request_hash: bytes


def known(attempts: Collection[Attempt]) -> dict[Attempt, Known]:
    """What was done under the keys of these requests within a day."""
    tried = list(attempts)
    rows = db.session.execute(_KNOWN, {**_keys(tried), "kept_for": KEPT_FOR}) if tried else ()
    return {tried[place - 1]: Known(effect, bytes(said)) for place, effect, said in rows}


def keep_all(kept: Mapping[Attempt, str], status: int) -> None:
    """Store the answers of new requests; a key under which the same request had done nothing that stands gives way.

    Raises DomainError: 409 `request_in_progress`: one of the keys is another's by now. Nothing of any may stand.
    """
    tried = list(kept)
    if not tried:
        return
    columns = {
        "ids": [one.id for one in tried],
        "methods": [one.method for one in tried],
        "paths": [one.path for one in tried],
        "hashes": [one.request_hash for one in tried],
        "bodies": [sealed(IdempotencyKey, one.id, answer=kept[one])["body_sealed"] for one in tried],
    }
    values = {**_keys(tried), **columns, "status": status, "kept_for": KEPT_FOR}
    if len(db.session.execute(_KEEP_ALL, values).all()) < len(tried):
        raise DomainError("request_in_progress", status=409)
    faults.step("answer.kept")


def _keys(tried: Collection[Attempt]) -> dict[str, list[str]]:
    return {
        "kinds": [one.owner.kind for one in tried],
        "owners": [one.owner.name for one in tried],
        "keys": [one.key for one in tried],
    }


_KNOWN: Final = text("""
    SELECT one.place, known.id, known.request_hash
    FROM unnest(CAST(:kinds AS text[]), CAST(:owners AS text[]), CAST(:keys AS text[]))
        WITH ORDINALITY AS one (owner_kind, owner, key, place)
    CROSS JOIN LATERAL (  -- with its limit each key is looked up by itself, however small the table seems to be
        SELECT id, request_hash FROM idempotency_keys AS own
        WHERE (own.owner_kind, own.owner, own.key) = (one.owner_kind, one.owner, one.key)
            AND own.created_at >= now() - :kept_for
        LIMIT 1
    ) AS known
""")
_KEEP_ALL: Final = text("""
    INSERT INTO idempotency_keys AS known (id, owner_kind, owner, key, method, path, request_hash, status_code,
                                           body_sealed)
    SELECT id, owner_kind, owner, key, method, path, request_hash, :status, body
    FROM unnest(CAST(:ids AS uuid[]), CAST(:kinds AS text[]), CAST(:owners AS text[]), CAST(:keys AS text[]),
                CAST(:methods AS text[]), CAST(:paths AS text[]), CAST(:hashes AS bytea[]), CAST(:bodies AS bytea[]))
        AS one (id, owner_kind, owner, key, method, path, request_hash, body)
    ON CONFLICT (owner_kind, owner, key) DO UPDATE
        SET created_at = now(), id = excluded.id, method = excluded.method, path = excluded.path,
            request_hash = excluded.request_hash, status_code = excluded.status_code, body = NULL,
            body_sealed = excluded.body_sealed
        WHERE known.created_at < now() - :kept_for OR known.request_hash = excluded.request_hash
    RETURNING id
""")
