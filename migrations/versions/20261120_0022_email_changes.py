"""changes of mail addresses that wait for their confirmation"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0022'
down_revision = '0021'
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        'email_changes',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('user_id', sa.Uuid(), nullable=False),
        sa.Column('session_id', sa.Uuid(), nullable=False),
        sa.Column('email', sa.Text(), nullable=False),
        sa.Column('token_hash', sa.LargeBinary(), nullable=False),
        sa.Column('expires_at', TIME, nullable=False),
        sa.Column('confirmed_at', TIME, nullable=True),
        sa.PrimaryKeyConstraint('id', name='email_changes_pkey'),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], name='email_changes_user_id_fkey', ondelete='CASCADE'),
        sa.ForeignKeyConstraint(
            ['session_id'], ['user_sessions.id'], name='email_changes_session_id_fkey', ondelete='CASCADE'
        ),
        sa.UniqueConstraint('token_hash', name='email_changes_token_hash_key'),
    )
    op.create_index('email_changes_user_id_idx', 'email_changes', ['user_id'])
    op.create_index('email_changes_session_id_idx', 'email_changes', ['session_id'])


def downgrade() -> None:
    op.drop_table('email_changes')
