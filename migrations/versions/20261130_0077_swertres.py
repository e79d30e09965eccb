"""swertres: every configuration that the game has had"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0077'
down_revision = '0075'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('swertres_configurations',
    sa.Column('version', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('slots', sa.Text(), nullable=False),
    sa.Column('multiple', sa.Integer(), nullable=False),
    sa.Column('least_stake', sa.BigInteger(), nullable=False),
    sa.Column('most_stake', sa.BigInteger(), nullable=False),
    sa.Column('most_lines', sa.SmallInteger(), nullable=False),
    sa.Column('most_total', sa.BigInteger(), nullable=True),
    sa.Column('cutoff_minutes', sa.SmallInteger(), nullable=False),
    sa.Column('days_ahead', sa.SmallInteger(), nullable=False),
    sa.Column('said_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
    sa.CheckConstraint('least_stake > 0 AND most_stake >= least_stake', name=op.f('swertres_configurations_stakes_check')),
    sa.CheckConstraint('most_lines > 0 AND cutoff_minutes > 0 AND days_ahead > 0', name=op.f('swertres_configurations_positive_check')),
    sa.CheckConstraint('most_total >= least_stake', name=op.f('swertres_configurations_most_total_check')),
    sa.CheckConstraint('multiple BETWEEN 1 AND 999', name=op.f('swertres_configurations_multiple_check')),
    sa.CheckConstraint('version > 0', name=op.f('swertres_configurations_version_check')),
    sa.PrimaryKeyConstraint('version', name=op.f('swertres_configurations_pkey'))
    )
    op.execute(sa.text(
        'CREATE TRIGGER swertres_configurations_append_only BEFORE UPDATE OR DELETE OR TRUNCATE'
        ' ON swertres_configurations FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()'
    ))


def downgrade() -> None:
    op.drop_table('swertres_configurations')
