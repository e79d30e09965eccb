"""whether the sources of a lottery confirm its results by themselves"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0098'
down_revision = '0097'
branch_labels = None
depends_on = None

TABLE = 'result_confirmings'


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('lottery', sa.Text(), nullable=False),
        sa.Column('by_sources', sa.Boolean(), nullable=False),
        sa.Column('approval_id', sa.Uuid(), nullable=False),
        sa.Column('decided_by', sa.Text(), nullable=False),
        sa.Column('confirmed_by', sa.Text(), nullable=False),
        sa.Column('said_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
        sa.Column('mark', sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('result_confirmings_pkey')),
        sa.UniqueConstraint('approval_id', name=op.f('result_confirmings_approval_id_key')),
    )
    op.create_index('result_confirmings_lottery_idx', TABLE, ['lottery', 'id'])
    op.execute(
        f'CREATE TRIGGER {TABLE}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {TABLE}'
        ' FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()'
    )


def downgrade() -> None:
    op.drop_table(TABLE)
