"""The verbs of API keys: issue, roll, revoke, and whose a key is. The text of a key is never stored."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, DateTime, bindparam, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from app.core.config import current_settings
from app.core.database.session import TO_CHANGE, db
from app.core.errors import DomainError, NotFound
from app.core.ids import hash_secret, new_id
from app.people.partners.models import ApiKey, PartnerSite
from app.people.partners.rules import check_key_name
from app.record.audit.service import note

from . import telling
from . import text as key_text
from .text import Mode

Access = Literal["read", "write"]

_FIRST_NAME: Final = "First key"
GRACE_HOURS: Final = (0, 1, 24, 72)
MOST_KEYS: Final = 20
_USE_PRECISION: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A new key's row, and its text, which exists here and with its owner only."""

    row: ApiKey
    text: str


@dataclass(frozen=True, slots=True)
class KeyIdentity:
    """For which site a request speaks, and with which access."""

    site_id: UUID
    key_id: UUID
    access: Access
    mode: Mode
    site: PartnerSite
    """As it was read with the key: within the same session nobody has to read it again."""
    is_stale: bool = False
    """Whether `last_used_at` wants renewing."""


def current_mode() -> Mode:
    """Keys for coins that are worth something are `live`; those of every other network `test`."""
    return "live" if current_settings().bitcoin_network == "main" else "test"


def issue(
    site: PartnerSite, *, name: str, access: Access, actor: str, mode: Mode | None = None, key_id: UUID | None = None
) -> IssuedKey:
    """Make a key of the site; its owner is told of it. With `key_id` a repeated call is refused instead of making a
    second one.

    Raises DomainError: `key_name_invalid`, `key_access_invalid` (422); `keys_too_many` or `key_exists` (409).
    """
    if access not in ("read", "write"):
        raise DomainError("key_access_invalid", field="access")
    tidy = check_key_name(name)
    db.session.refresh(site, with_for_update=TO_CHANGE)  # two at once are counted one after the other
    living = db.session.scalar(
        select(func.count()).select_from(ApiKey).where(ApiKey.partner_site_id == site.id, _is_living())
    )
    if (living or 0) >= MOST_KEYS:
        raise DomainError("keys_too_many", status=409, most=MOST_KEYS)
    issued = _write(site.id, tidy, access, mode or current_mode(), actor, key_id or new_id())
    telling.key_made(issued.row, actor)
    return issued


def issue_first(site: PartnerSite, *, actor: str) -> IssuedKey:
    """The key that a site is made with: its owner sees it there, and is told of it by nothing else."""
    return _write(site.id, _FIRST_NAME, "write", current_mode(), actor, new_id())


def roll(key: ApiKey, grace_hours: int, *, actor: str) -> IssuedKey:
    """Replace a key by a new one of the same name and access; the old one works on for `grace_hours`. The owner
    is told of the new one.

    Raises DomainError: `grace_invalid` (422); `key_not_active` (409) if it is revoked, expired or rolled already.
    """
    if grace_hours not in GRACE_HOURS:
        raise DomainError("grace_invalid", field="grace_hours")
    _lock_active(key)
    issued = _write(key.partner_site_id, key.name, _access(key), current_mode(), actor, new_id())
    key.expires_at = _now() + timedelta(hours=grace_hours)
    key.replaced_by_id = issued.row.id
    db.session.flush()
    note(actor, "key.rolled", f"key:{key.id}", hint=key.hint, graceHours=grace_hours, replacedBy=str(issued.row.id))
    telling.key_made(issued.row, actor)
    return issued


def revoke(key: ApiKey, *, actor: str) -> None:
    """End a key at once. Doing it twice changes nothing."""
    db.session.refresh(key, with_for_update=TO_CHANGE)
    if key.revoked_at is None:
        key.revoked_at = _now()
        db.session.flush()
        note(actor, "key.revoked", f"key:{key.id}", hint=key.hint, site=str(key.partner_site_id))


def authenticate(text: str) -> KeyIdentity | None:
    """Whose key this is; None for one that is mistyped (no query is made), unknown, revoked or expired."""
    mode = key_text.mode_of(text)
    if mode is None or mode != current_mode():
        return None
    digest = hash_secret(text)
    row = db.session.execute(_KEY_AND_SITE, {"digest": digest}).one_or_none()
    if row is None or not hmac.compare_digest(row[0].secret_hash, digest):
        return None
    key, site, is_stale = row
    return KeyIdentity(site.id, key.id, _access(key), mode, site, is_stale)


def touch(key_id: UUID) -> None:
    """Remember that a key is in use, to the minute."""
    db.session.execute(
        update(ApiKey)
        .where(ApiKey.id == key_id, _wants_touch())
        .values(last_used_at=_now())
        .execution_options(synchronize_session=False)
    )


def key_of(site: PartnerSite, key_id: UUID | None) -> ApiKey:
    """One of the site's keys. Raises NotFound for another site's as for none."""
    key = db.session.get(ApiKey, key_id) if key_id is not None else None
    if key is None or key.partner_site_id != site.id:
        raise NotFound
    return key


def keys_of(site: PartnerSite) -> Sequence[tuple[ApiKey, str]]:
    """The site's keys with their states: active or rolled ones, then expired or revoked ones, the newest first."""
    rows = db.session.execute(
        select(ApiKey, ApiKey.expires_at <= _now())
        .where(ApiKey.partner_site_id == site.id)
        .order_by(_is_living().desc(), ApiKey.id.desc())  # whatever opens something is shown, however old
        .limit(100)
    )
    return [(key, _state(key, bool(is_over))) for key, is_over in rows]


def _state(key: ApiKey, is_over: bool) -> str:
    if key.revoked_at is not None:
        return "revoked"
    if key.expires_at is None:
        return "active"
    return "expired" if is_over else "rolled"


def _write(site_id: UUID, name: str, access: Access, mode: Mode, actor: str, key_id: UUID) -> IssuedKey:
    text = key_text.make(mode, secrets.choice)
    values = {
        "id": key_id,
        "partner_site_id": site_id,
        "name": name,
        "mode": mode,
        "access": access,
        "hint": key_text.hint(text),
        "secret_hash": hash_secret(text),
    }
    made = insert(ApiKey).values(values).on_conflict_do_nothing(index_elements=["id"]).returning(ApiKey)
    row = db.session.scalars(made).one_or_none()
    if row is None:
        raise DomainError("key_exists", status=409)
    note(actor, "key.issued", f"key:{key_id}", hint=row.hint, name=name, access=access, site=str(site_id))
    return IssuedKey(row, text)


def _lock_active(key: ApiKey) -> None:
    db.session.refresh(key, with_for_update=TO_CHANGE)
    if key.revoked_at is not None or key.expires_at is not None:
        raise DomainError("key_not_active", status=409)


def _access(key: ApiKey) -> Access:
    return "write" if key.access == "write" else "read"


def _is_living() -> ColumnElement[bool]:
    return ApiKey.revoked_at.is_(None) & or_(ApiKey.expires_at.is_(None), ApiKey.expires_at > _now())


def _wants_touch() -> ColumnElement[bool]:
    return or_(ApiKey.last_used_at.is_(None), ApiKey.last_used_at < _now() - _USE_PRECISION)


def _now() -> ColumnElement[datetime]:
    return func.clock_timestamp(type_=DateTime(timezone=True))


_KEY_AND_SITE: Final = (
    select(ApiKey, PartnerSite, _wants_touch())
    .join(PartnerSite, PartnerSite.id == ApiKey.partner_site_id)
    .where(ApiKey.secret_hash == bindparam("digest"), _is_living())
)
