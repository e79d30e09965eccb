"""the public log: leaves that wait, entries in their order, tiles of hashes, signed checkpoints"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0032'
down_revision = '0031'
branch_labels = None
depends_on = None

APPEND_ONLY = ('log_entries', 'log_checkpoints')


def upgrade() -> None:
    op.create_table(
        'log_leaves',
        sa.Column('id', sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column('written_at', sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column('kind', sa.Text(), nullable=False),
        sa.Column('subject', sa.Text(), nullable=False),
        sa.Column('data', sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint('id', name='log_leaves_pkey'),
    )
    op.create_table(
        'log_entries',
        sa.Column('number', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('hash', sa.LargeBinary(), nullable=False),
        sa.Column('kind', sa.Text(), nullable=False),
        sa.Column('subject', sa.Text(), nullable=False),
        sa.Column('data', sa.Text(), nullable=False),
        sa.CheckConstraint('octet_length(data) <= 65535', name='log_entries_length_check'),
        sa.PrimaryKeyConstraint('number', name='log_entries_pkey'),
    )
    op.create_index('log_entries_hash_idx', 'log_entries', ['hash'])
    op.create_index(
        'log_entries_subject_idx', 'log_entries', ['subject', 'kind'], postgresql_where=sa.text("kind <> 'ledger'")
    )
    op.create_table(
        'log_heads',
        sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('size', sa.BigInteger(), server_default='0', nullable=False),
        sa.Column('first_number', sa.BigInteger(), server_default='0', nullable=False),
        sa.Column('grown_at', sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column('begun_at', sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.CheckConstraint('id = 1', name='log_heads_one_check'),
        sa.PrimaryKeyConstraint('id', name='log_heads_pkey'),
    )
    op.create_table(
        'log_tiles',
        sa.Column('level', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('position', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('hashes', sa.LargeBinary(), nullable=False),
        sa.CheckConstraint('octet_length(hashes) BETWEEN 32 AND 8192', name='log_tiles_width_check'),
        sa.PrimaryKeyConstraint('level', 'position', name='log_tiles_pkey'),
    )
    op.create_table(
        'log_checkpoints',
        sa.Column('size', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('root', sa.LargeBinary(), nullable=False),
        sa.Column('signed_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('note', sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint('size', name='log_checkpoints_pkey'),
    )
    op.execute('INSERT INTO log_heads (id) VALUES (1)')
    for table in APPEND_ONLY:
        op.execute(
            f'CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}'
            ' FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()'
        )


def downgrade() -> None:
    for table in ('log_checkpoints', 'log_tiles', 'log_heads', 'log_entries', 'log_leaves'):
        op.drop_table(table)
