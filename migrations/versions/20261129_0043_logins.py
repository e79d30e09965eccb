"""attempts to sign in, kept for the person whose account it was"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0043'
down_revision = '0042'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'logins',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('user_id', sa.Uuid(), nullable=False),
        sa.Column('method', sa.Text(), nullable=False),
        sa.Column('outcome', sa.Text(), nullable=False),
        sa.Column('network', sa.Text(), server_default='', nullable=False),
        sa.Column('user_agent', sa.Text(), server_default='', nullable=False),
        sa.CheckConstraint("method IN ('link', 'code')", name='method'),
        sa.CheckConstraint("outcome IN ('signed_in', 'refused')", name='outcome'),
        sa.ForeignKeyConstraint(['user_id'], ['users.id']),
        sa.PrimaryKeyConstraint('id'),
    )
    op.create_index('logins_user_id_id_idx', 'logins', ['user_id', 'id'])


def downgrade() -> None:
    op.drop_table('logins')
