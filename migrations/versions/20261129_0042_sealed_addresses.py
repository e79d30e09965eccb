"""addresses of people, and what is written to them, sealed at rest and found by keyed hashes

What is there is sealed with the first key of DATA_KEYS. The form of a sealed value is written out here, so that later
versions of the application do not change what this revision makes.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Iterator
from typing import NamedTuple

import sqlalchemy as sa
from alembic import op
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

revision = '0042'
down_revision = '0041'
branch_labels = None
depends_on = None

BATCH = 1_000


class Plain(NamedTuple):
    """A column that is sealed from here on. `kind`: of what it is one, where it is found by a hash."""

    table: str
    name: str
    kind: str | None = None
    nullable: bool = False
    is_json: bool = False

    @property
    def sealed(self) -> str:
        return f'{self.name}_sealed'

    @property
    def hashed(self) -> str:
        return f'{self.name}_hash'


COLUMNS = (
    Plain('users', 'email', 'mail', nullable=True),
    Plain('users', 'phone', 'phone', nullable=True),
    Plain('email_magic_links', 'email', 'mail'),
    Plain('email_changes', 'email'),
    Plain('team_invitations', 'email', 'mail'),
    Plain('messages', 'recipient', 'mail'),
    Plain('messages', 'params', nullable=True, is_json=True),
)


def upgrade() -> None:
    data_keys, lookup_key = _keys()
    for one in COLUMNS:
        op.add_column(one.table, sa.Column(one.sealed, sa.LargeBinary(), nullable=True))
        if one.kind:
            op.add_column(one.table, sa.Column(one.hashed, sa.LargeBinary(), nullable=True))
    op.drop_constraint('reachable', 'users', type_='check')
    op.drop_constraint('email_is_lower_case', 'users', type_='check')
    op.drop_index('team_invitations_open_idx', table_name='team_invitations')
    for one in COLUMNS:
        op.alter_column(one.table, one.name, nullable=True)  # emptied as it is sealed: a dropped column stays on disk
        _rewrite(one, one.name, lambda row, plain, one=one: _sealed(one, row, plain, data_keys, lookup_key))
        if not one.nullable:
            op.alter_column(one.table, one.sealed, nullable=False)
            if one.kind:
                op.alter_column(one.table, one.hashed, nullable=False)
        op.drop_column(one.table, one.name)
    op.create_unique_constraint('users_email_hash_key', 'users', ['email_hash'])
    op.create_unique_constraint('users_phone_hash_key', 'users', ['phone_hash'])
    op.create_check_constraint('reachable', 'users', 'email_sealed IS NOT NULL OR phone_sealed IS NOT NULL')
    op.create_check_constraint('email_is_found', 'users', '(email_sealed IS NULL) = (email_hash IS NULL)')
    op.create_check_constraint('phone_is_found', 'users', '(phone_sealed IS NULL) = (phone_hash IS NULL)')
    op.create_index('email_magic_links_email_hash_idx', 'email_magic_links', ['email_hash'])
    _index_open_invitations('email_hash')


def downgrade() -> None:
    """Opens everything: the addresses lie in the clear again."""
    data_keys, _ = _keys()
    op.drop_index('team_invitations_open_idx', table_name='team_invitations')
    op.drop_index('email_magic_links_email_hash_idx', table_name='email_magic_links')
    for name in ('reachable', 'email_is_found', 'phone_is_found'):
        op.drop_constraint(name, 'users', type_='check')
    for one in COLUMNS:
        kind = sa.dialects.postgresql.JSONB() if one.is_json else sa.Text()
        op.add_column(one.table, sa.Column(one.name, kind, nullable=True))
        op.alter_column(one.table, one.sealed, nullable=True)
        _rewrite(one, one.sealed, lambda row, value, one=one: _opened(one, row, value, data_keys))
        if one.is_json:
            op.execute(f"UPDATE {one.table} SET {one.name} = '{{}}' WHERE {one.name} IS NULL")
        if one.is_json or not one.nullable:
            op.alter_column(one.table, one.name, nullable=False)
        op.drop_column(one.table, one.sealed)
        if one.kind:
            op.drop_column(one.table, one.hashed)
    op.create_unique_constraint('users_email_key', 'users', ['email'])
    op.create_unique_constraint('users_phone_key', 'users', ['phone'])
    op.create_check_constraint('reachable', 'users', 'email IS NOT NULL OR phone IS NOT NULL')
    op.create_check_constraint('email_is_lower_case', 'users', 'email = lower(email)')
    op.create_index('email_magic_links_email_idx', 'email_magic_links', ['email'])
    _index_open_invitations('email')


def _index_open_invitations(column: str) -> None:
    op.create_index(
        'team_invitations_open_idx',
        'team_invitations',
        ['partner_site_id', column],
        unique=True,
        postgresql_where=sa.text('accepted_at IS NULL'),
    )


def _keys() -> tuple[dict[str, bytes], bytes]:
    """The settings' keys by name, the one that seals first."""
    from flask import current_app

    settings = current_app.config['SETTINGS']
    data_keys, lookup_key = (getattr(settings, name, None) for name in ('data_keys', 'lookup_key'))
    if data_keys is None or lookup_key is None:
        raise RuntimeError(
            'This revision seals personal data: set DATA_KEYS and LOOKUP_KEY first (docs/operations.md, "Sealed data").'
        )
    from app.core.sealing.keyring import Key, parse_keys

    keys = {key.name: key.secret for key in parse_keys(data_keys.get_secret_value())}
    return keys, Key.parse(lookup_key.get_secret_value()).secret


def _place(one: Plain, row: object) -> bytes:
    return f'{one.table}.{one.sealed}\0'.encode() + row.bytes


def _sealed(one: Plain, row: object, value: object, keys: dict[str, bytes], lookup_key: bytes) -> dict[str, object]:
    plain = (json.dumps(value, ensure_ascii=False, separators=(',', ':')) if one.is_json else value).encode()
    name, secret = next(iter(keys.items()))
    nonce = secrets.token_bytes(12)
    ciphertext = AESGCM(secret).encrypt(nonce, plain, _place(one, row))
    found = {one.sealed: bytes([len(name)]) + name.encode() + nonce + ciphertext, one.name: None}
    if one.kind:
        found[one.hashed] = hmac.digest(lookup_key, one.kind.encode() + b'\0' + plain, hashlib.sha256)
    return found


def _opened(one: Plain, row: object, value: bytes, keys: dict[str, bytes]) -> dict[str, object]:
    name, rest = value[1 : 1 + value[0]].decode(), value[1 + value[0] :]
    if name not in keys:
        raise RuntimeError(f'{one.table}.{one.sealed} is sealed with the key {name}, which DATA_KEYS does not have')
    plain = AESGCM(keys[name]).decrypt(rest[:12], rest[12:], _place(one, row)).decode()
    return {one.name: json.loads(plain) if one.is_json else plain}


def _rewrite(one: Plain, source: str, change: Callable[[object, object], dict[str, object]]) -> None:
    """Every row whose column has something, a batch at a time in the order of ids."""
    connection = op.get_bind()
    json_type = sa.dialects.postgresql.JSONB(none_as_null=True)
    names = (one.sealed, one.name, *([one.hashed] if one.kind else []))
    table = sa.table(
        one.table,
        sa.column('id', sa.Uuid()),
        *(sa.column(name, json_type if one.is_json and name == one.name else None) for name in names),
    )
    for rows in _batches(connection, table, table.c[source]):
        changed = [{'of': row.id, **change(row.id, row[1])} for row in rows]
        values = {name: sa.bindparam(name) for name in changed[0] if name != 'of'}
        connection.execute(sa.update(table).where(table.c.id == sa.bindparam('of')).values(values), changed)


def _batches(connection: sa.Connection, table: sa.TableClause, column: sa.ColumnClause) -> Iterator[list[sa.Row]]:
    after = None
    while True:
        query = sa.select(table.c.id, column).where(column.is_not(None)).order_by(table.c.id).limit(BATCH)
        rows = connection.execute(query if after is None else query.where(table.c.id > after)).all()
        if not rows:
            return
        after = rows[-1].id
        yield rows
