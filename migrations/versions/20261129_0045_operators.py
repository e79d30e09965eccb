"""operators as rows, with privileges, and their sessions"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0045'
down_revision = '0044'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'operators',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('name', sa.Text(), nullable=False),
        sa.Column('password_hash', sa.Text(), nullable=True),
        sa.Column('privileges', postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column('disabled_at', sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint('id', name=op.f('operators_pkey')),
        sa.UniqueConstraint('name', name=op.f('operators_name_key')),
    )
    op.create_table(
        'operator_sessions',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('operator_id', sa.Uuid(), nullable=False),
        sa.Column('token_hash', sa.LargeBinary(), nullable=False),
        sa.Column('user_agent', sa.Text(), server_default='', nullable=False),
        sa.Column('last_seen_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
        sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(['operator_id'], ['operators.id'], name=op.f('operator_sessions_operator_id_fkey')),
        sa.PrimaryKeyConstraint('id', name=op.f('operator_sessions_pkey')),
        sa.UniqueConstraint('token_hash', name=op.f('operator_sessions_token_hash_key')),
    )
    op.create_index(op.f('operator_sessions_operator_id_idx'), 'operator_sessions', ['operator_id'], unique=False)


def downgrade() -> None:
    op.drop_table('operator_sessions')
    op.drop_table('operators')
