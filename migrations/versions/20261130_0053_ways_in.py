"""ways in: codes to phones and mailboxes, applications' tokens, and what a session was made by"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0053'
down_revision = '0052'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('user_sessions', sa.Column('strength', sa.Text(), server_default='link', nullable=False))
    op.create_check_constraint(
        op.f('user_sessions_strength_check'), 'user_sessions', "strength IN ('link', 'sms', 'code', 'password')"
    )
    methods("'link', 'code', 'sms', 'mail_code', 'password'")
    op.create_table(
        'login_codes',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('channel', sa.Text(), nullable=False),
        sa.Column('contact_sealed', sa.LargeBinary(), nullable=False),
        sa.Column('contact_hash', sa.LargeBinary(), nullable=False),
        sa.Column('for_user_id', sa.Uuid(), nullable=True),
        sa.Column('code_hash', sa.LargeBinary(), nullable=False),
        sa.Column('browser_hash', sa.LargeBinary(), nullable=True),
        sa.Column('counted_as', sa.LargeBinary(), nullable=False),
        sa.Column('own_tries', sa.Integer(), server_default='0', nullable=False),
        sa.Column('stray_tries', sa.Integer(), server_default='0', nullable=False),
        sa.Column('next_path', sa.Text(), server_default='', nullable=False),
        sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('consumed_at', sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("channel IN ('sms', 'email')", name='channel'),
        sa.CheckConstraint('own_tries >= 0 AND stray_tries >= 0', name='tries'),
        sa.ForeignKeyConstraint(
            ['for_user_id'], ['users.id'], name='login_codes_for_user_id_fkey', ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('id', name='login_codes_pkey'),
    )
    op.create_index('login_codes_contact_hash_id_idx', 'login_codes', ['contact_hash', 'id'])
    op.create_index('login_codes_for_user_id_idx', 'login_codes', ['for_user_id'])
    op.create_table(
        'refresh_tokens',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('session_id', sa.Uuid(), nullable=False),
        sa.Column('token_hash', sa.LargeBinary(), nullable=False),
        sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ['session_id'], ['user_sessions.id'], name='refresh_tokens_session_id_fkey', ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('id', name='refresh_tokens_pkey'),
        sa.UniqueConstraint('token_hash', name='refresh_tokens_token_hash_key'),
    )
    op.create_index('refresh_tokens_session_id_idx', 'refresh_tokens', ['session_id'])


def downgrade() -> None:
    op.drop_table('refresh_tokens')
    op.drop_table('login_codes')
    op.execute("DELETE FROM logins WHERE method NOT IN ('link', 'code')")
    methods("'link', 'code'")
    op.execute("DELETE FROM email_changes WHERE session_id IN (SELECT id FROM user_sessions WHERE strength <> 'link')")
    op.execute("DELETE FROM user_sessions WHERE strength <> 'link'")
    op.drop_column('user_sessions', 'strength')


def methods(allowed: str) -> None:
    op.execute('ALTER TABLE logins DROP CONSTRAINT IF EXISTS logins_method_check, DROP CONSTRAINT IF EXISTS method')
    op.create_check_constraint(op.f('logins_method_check'), 'logins', f'method IN ({allowed})')
