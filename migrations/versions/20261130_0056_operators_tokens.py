"""operators' one-time passwords and the refresh tokens of their programs"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0056'
down_revision = '0055'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('operators', sa.Column('totp_sealed', sa.LargeBinary(), nullable=True))
    op.add_column('operators', sa.Column('totp_last_step', sa.BigInteger(), nullable=True))
    op.create_check_constraint(
        op.f('operators_totp_check'), 'operators', 'totp_last_step IS NULL OR totp_sealed IS NOT NULL'
    )
    op.create_table(
        'operator_refresh_tokens',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('session_id', sa.Uuid(), nullable=False),
        sa.Column('token_hash', sa.LargeBinary(), nullable=False),
        sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ['session_id'],
            ['operator_sessions.id'],
            name='operator_refresh_tokens_session_id_fkey',
            ondelete='CASCADE',
        ),
        sa.PrimaryKeyConstraint('id', name='operator_refresh_tokens_pkey'),
        sa.UniqueConstraint('token_hash', name='operator_refresh_tokens_token_hash_key'),
    )
    op.create_index('operator_refresh_tokens_session_id_idx', 'operator_refresh_tokens', ['session_id'])


def downgrade() -> None:
    op.drop_table('operator_refresh_tokens')
    op.drop_constraint(op.f('operators_totp_check'), 'operators', type_='check')
    op.drop_column('operators', 'totp_last_step')
    op.drop_column('operators', 'totp_sealed')
