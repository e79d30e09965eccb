"""verification of players: states, files and blocks"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0054'
down_revision = '0053'
branch_labels = None
depends_on = None

BEFORE = '{rounds,orders,refunds,payouts,partners,alarms,audit,jobs,system}'


def upgrade() -> None:
    op.create_table(
        'player_verifications',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('state', sa.Text(), nullable=False),
        sa.Column('reason', sa.Text(), server_default='', nullable=False),
        sa.Column('changed_at', sa.DateTime(timezone=True), server_default=sa.func.clock_timestamp(), nullable=False),
        sa.CheckConstraint(
            "state IN ('none', 'pending', 'rejected', 'verified')", name='player_verifications_state_check'
        ),
        sa.CheckConstraint("(state = 'rejected') = (reason <> '')", name='player_verifications_reason_check'),
        sa.ForeignKeyConstraint(['id'], ['players.user_id'], name='player_verifications_id_fkey'),
        sa.PrimaryKeyConstraint('id', name='player_verifications_pkey'),
    )
    op.create_table(
        'player_files',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('user_id', sa.Uuid(), nullable=False),
        sa.Column('kind', sa.Text(), nullable=False),
        sa.Column('media_type', sa.Text(), nullable=False),
        sa.Column('size', sa.Integer(), nullable=False),
        sa.Column('key_sealed', sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("kind IN ('address', 'identity', 'picture')", name='player_files_kind_check'),
        sa.CheckConstraint(
            "media_type IN ('application/pdf', 'image/webp')", name='player_files_media_type_check'
        ),
        sa.CheckConstraint('size > 0', name='player_files_size_check'),
        sa.ForeignKeyConstraint(['user_id'], ['players.user_id'], name='player_files_user_id_fkey'),
        sa.PrimaryKeyConstraint('id', name='player_files_pkey'),
    )
    op.create_index('player_files_user_id_idx', 'player_files', ['user_id'])
    op.create_index(
        'player_files_picture_key', 'player_files', ['user_id'], unique=True, postgresql_where=sa.text("kind = 'picture'")
    )
    op.create_table(
        'player_blocks',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('user_id', sa.Uuid(), nullable=False),
        sa.Column('reason', sa.Text(), nullable=False),
        sa.Column('begun_by', sa.Text(), nullable=False),
        sa.Column('begun_at', sa.DateTime(timezone=True), server_default=sa.func.clock_timestamp(), nullable=False),
        sa.Column('ended_by', sa.Text(), nullable=True),
        sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint('(ended_at IS NULL) = (ended_by IS NULL)', name='player_blocks_ended_check'),
        sa.ForeignKeyConstraint(['user_id'], ['players.user_id'], name='player_blocks_user_id_fkey'),
        sa.PrimaryKeyConstraint('id', name='player_blocks_pkey'),
    )
    op.create_index('player_blocks_user_id_idx', 'player_blocks', ['user_id'])
    op.create_index(
        'player_blocks_on_key', 'player_blocks', ['user_id'], unique=True, postgresql_where=sa.text('ended_at IS NULL')
    )
    # Who might everything still may.
    op.execute(f"UPDATE operators SET privileges = array_append(privileges, 'people') WHERE privileges @> '{BEFORE}'")


def downgrade() -> None:
    op.execute("UPDATE operators SET privileges = array_remove(privileges, 'people')")
    for table in ('player_blocks', 'player_files', 'player_verifications'):
        op.drop_table(table)
