"""notices, where people want them, their devices, and when they want to be asked whether to go on"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0052'
down_revision = '0051'
branch_labels = None
depends_on = None

STATES = "state IN ('due', 'sent', 'failed', 'late'{})"


def upgrade() -> None:
    op.create_table(
        'notices',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('user_id', sa.Uuid(), nullable=False),
        sa.Column('kind', sa.Text(), nullable=False),
        sa.Column('once', sa.Text(), nullable=True),
        sa.Column('params_sealed', sa.LargeBinary(), nullable=False),
        sa.Column('in_app', sa.Boolean(), server_default=sa.text('true'), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), server_default=sa.func.clock_timestamp(), nullable=False),
        sa.Column('read_at', sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], name='notices_user_id_fkey', ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name='notices_pkey'),
    )
    _index('notices_once_key', 'notices', ['user_id', 'kind', 'once'], 'once IS NOT NULL', unique=True)
    _index('notices_user_id_id_idx', 'notices', ['user_id', 'id'], 'in_app')
    _index('notices_unread_idx', 'notices', ['user_id'], 'in_app AND read_at IS NULL')
    op.create_table(
        'notice_choices',
        sa.Column('user_id', sa.Uuid(), nullable=False),
        sa.Column('kind', sa.Text(), nullable=False),
        sa.Column('place', sa.Text(), nullable=False),
        sa.Column('is_on', sa.Boolean(), nullable=False),
        sa.CheckConstraint("place IN ('app', 'mail', 'sms', 'push')", name='notice_choices_place_check'),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], name='notice_choices_user_id_fkey', ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('user_id', 'kind', 'place', name='notice_choices_pkey'),
    )
    op.create_table(
        'devices',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('user_id', sa.Uuid(), nullable=False),
        sa.Column('token_sealed', sa.LargeBinary(), nullable=False),
        sa.Column('token_hash', sa.LargeBinary(), nullable=False),
        sa.Column('platform', sa.Text(), nullable=False),
        sa.Column('registered_at', sa.DateTime(timezone=True), server_default=sa.func.clock_timestamp(), nullable=False),
        sa.Column('last_ok_at', sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("platform IN ('android', 'ios', 'web')", name='devices_platform_check'),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], name='devices_user_id_fkey', ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name='devices_pkey'),
        sa.UniqueConstraint('token_hash', name='devices_token_hash_key'),
    )
    op.create_index('devices_user_id_idx', 'devices', ['user_id'])
    op.create_table(
        'reality_checks',
        sa.Column('user_id', sa.Uuid(), nullable=False),
        sa.Column('minutes', sa.Integer(), nullable=False),
        sa.CheckConstraint('minutes BETWEEN 5 AND 240', name='reality_checks_minutes_check'),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], name='reality_checks_user_id_fkey', ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('user_id', name='reality_checks_pkey'),
    )
    op.add_column('messages', sa.Column('meant_for', sa.Uuid(), nullable=True))
    op.drop_constraint('state', 'messages', type_='check')
    op.create_check_constraint('state', 'messages', STATES.format(", 'withheld'"))


def downgrade() -> None:
    op.execute("UPDATE messages SET state = 'failed' WHERE state = 'withheld'")
    op.drop_constraint('state', 'messages', type_='check')
    op.create_check_constraint('state', 'messages', STATES.format(''))
    op.drop_column('messages', 'meant_for')
    for table in ('reality_checks', 'devices', 'notice_choices', 'notices'):
        op.drop_table(table)


def _index(name: str, table: str, columns: list[str], where: str, unique: bool = False) -> None:
    op.create_index(name, table, columns, unique=unique, postgresql_where=sa.text(where))
