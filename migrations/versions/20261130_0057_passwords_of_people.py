"""passwords of people, and codes that set them"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0057'
down_revision = '0056'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'user_passwords',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('hash_sealed', sa.LargeBinary(), nullable=False),
        sa.Column('set_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['id'], ['users.id'], name='user_passwords_id_fkey', ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name='user_passwords_pkey'),
    )
    op.add_column('login_codes', sa.Column('sets_password', sa.Boolean(), server_default='false', nullable=False))
    op.create_check_constraint(
        op.f('login_codes_sets_password_check'),
        'login_codes',
        "NOT sets_password OR (channel = 'email' AND for_user_id IS NULL)",
    )


def downgrade() -> None:
    op.execute('DELETE FROM login_codes WHERE sets_password')
    op.drop_constraint(op.f('login_codes_sets_password_check'), 'login_codes', type_='check')
    op.drop_column('login_codes', 'sets_password')
    op.execute("UPDATE user_sessions SET revoked_at = now() WHERE strength = 'password' AND revoked_at IS NULL")
    op.drop_table('user_passwords')
