"""who players are, and by what excluded people are known again"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0050'
down_revision = '0049'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'player_profiles',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('name_sealed', sa.LargeBinary(), nullable=True),
        sa.Column('birth_date_sealed', sa.LargeBinary(), nullable=True),
        sa.Column('mark_sealed', sa.LargeBinary(), nullable=True),
        sa.Column('mark_hash', sa.LargeBinary(), nullable=True),
        sa.Column('jurisdiction', sa.Text(), nullable=False),
        sa.Column('currency', sa.Text(), nullable=False),
        sa.Column('registered_at', sa.DateTime(timezone=True), server_default=sa.func.clock_timestamp(), nullable=False),
        sa.Column('erased_at', sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("currency IN ('HTG', 'PHP', 'USD', 'sat')", name='player_profiles_currency_check'),
        sa.CheckConstraint("jurisdiction ~ '^[A-Z]{2}$'", name='player_profiles_jurisdiction_check'),
        sa.CheckConstraint(
            '(mark_sealed IS NULL) = (mark_hash IS NULL)', name='player_profiles_mark_is_found_check'
        ),
        sa.CheckConstraint(
            '(erased_at IS NULL) = (name_sealed IS NOT NULL AND birth_date_sealed IS NOT NULL'
            ' AND mark_sealed IS NOT NULL)',
            name='player_profiles_whole_check',
        ),
        sa.ForeignKeyConstraint(['id'], ['players.user_id'], name='player_profiles_id_fkey'),
        sa.PrimaryKeyConstraint('id', name='player_profiles_pkey'),
    )
    op.create_index('player_profiles_mark_hash_idx', 'player_profiles', ['mark_hash'])
    op.create_table(
        'player_marks',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('user_id', sa.Uuid(), nullable=False),
        sa.Column('kind', sa.Text(), nullable=False),
        sa.Column('mark_sealed', sa.LargeBinary(), nullable=False),
        sa.Column('mark_hash', sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("kind IN ('birth', 'email', 'phone')", name='player_marks_kind_check'),
        sa.ForeignKeyConstraint(['user_id'], ['players.user_id'], name='player_marks_user_id_fkey'),
        sa.PrimaryKeyConstraint('id', name='player_marks_pkey'),
        sa.UniqueConstraint('user_id', 'mark_hash', name='player_marks_user_id_mark_hash_key'),
    )
    op.create_index('player_marks_mark_hash_idx', 'player_marks', ['mark_hash'])


def downgrade() -> None:
    op.drop_table('player_marks')
    op.drop_table('player_profiles')
