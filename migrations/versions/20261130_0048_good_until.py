"""messages that are good for minutes only, and phones and devices found by hashes of their own kind"""

from __future__ import annotations

import hashlib
import hmac

import sqlalchemy as sa
from alembic import op
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

revision = '0048'
down_revision = '0047'
branch_labels = None
depends_on = None

KINDS = {'sms': b'phone', 'push': b'device'}
STATES = "state IN ('due', 'sent', 'failed'{})"


def upgrade() -> None:
    op.add_column('messages', sa.Column('good_until', sa.DateTime(timezone=True), nullable=True))
    op.drop_constraint('state', 'messages', type_='check')
    op.create_check_constraint('state', 'messages', STATES.format(", 'late'"))
    _rehash(KINDS)


def downgrade() -> None:
    op.execute("UPDATE messages SET state = 'failed' WHERE state = 'late'")
    op.drop_constraint('state', 'messages', type_='check')
    op.create_check_constraint('state', 'messages', STATES.format(''))
    op.drop_column('messages', 'good_until')
    _rehash({channel: b'mail' for channel in KINDS})


def _rehash(kinds: dict[str, bytes]) -> None:
    """The hashes of recipients that are no mailboxes; there are those of thirty days at most."""
    names = ('id', 'channel', 'recipient_sealed', 'recipient_hash')
    table = sa.table('messages', *(sa.column(name) for name in names))
    found = op.get_bind().execute(sa.select(table).where(table.c.channel.in_(kinds))).all()
    if not found:
        return
    from flask import current_app

    from app.core.sealing.keyring import Key, parse_keys

    settings = current_app.config['SETTINGS']
    keys = {key.name: key.secret for key in parse_keys(settings.data_keys.get_secret_value())}
    lookup = Key.parse(settings.lookup_key.get_secret_value()).secret
    for row in found:
        value = row.recipient_sealed
        name, rest = value[1 : 1 + value[0]].decode(), value[1 + value[0] :]
        plain = AESGCM(keys[name]).decrypt(rest[:12], rest[12:], b'messages.recipient_sealed\0' + row.id.bytes)
        made = hmac.digest(lookup, kinds[row.channel] + b'\0' + plain, hashlib.sha256)
        op.get_bind().execute(sa.update(table).where(table.c.id == row.id).values(recipient_hash=made))
