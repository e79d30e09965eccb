"""borlette: its configurations"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0100'
down_revision = '0099'
branch_labels = None
depends_on = None

_MULTIPLES = ('pair_1', 'pair_2', 'pair_3', 'marriage', 'loto3', 'loto4', 'loto5')
_GRAP = ('grap_1', 'grap_2', 'grap_3', 'grap_pe_l3')
_CHECKS = {
    'version': 'version > 0',
    'greatest_return': 'greatest_return BETWEEN 1 AND 100',
    'pairs': 'pair_1 >= pair_2 AND pair_2 >= pair_3 AND pair_3 > 0',
    'multiples': 'least(marriage, loto3, loto4, loto5) > 0',
    'grap': 'num_nulls(grap_1, grap_2, grap_3) IN (0, 3)',
    'stakes': 'least_stake > 0 AND most_stake >= least_stake',
    'most_total': 'most_total >= least_stake',
    'positive': 'most_lines > 0 AND cutoff_minutes > 0 AND days_ahead > 0',
}


def upgrade() -> None:
    op.create_table(
        'borlette_configurations',
        sa.Column('version', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('sessions', sa.Text(), nullable=False),
        sa.Column('profile', sa.Text(), nullable=False),
        sa.Column('greatest_return', sa.SmallInteger(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in _MULTIPLES),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in _GRAP),
        sa.Column('least_stake', sa.BigInteger(), nullable=False),
        sa.Column('most_stake', sa.BigInteger(), nullable=False),
        sa.Column('most_lines', sa.SmallInteger(), nullable=False),
        sa.Column('most_total', sa.BigInteger(), nullable=True),
        sa.Column('cutoff_minutes', sa.SmallInteger(), nullable=False),
        sa.Column('days_ahead', sa.SmallInteger(), nullable=False),
        sa.Column(
            'said_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False
        ),
        *(
            sa.CheckConstraint(check, name=op.f(f'borlette_configurations_{name}_check'))
            for name, check in _CHECKS.items()
        ),
        sa.PrimaryKeyConstraint('version', name=op.f('borlette_configurations_pkey')),
    )
    op.execute(
        'CREATE TRIGGER borlette_configurations_append_only BEFORE UPDATE OR DELETE OR TRUNCATE'
        ' ON borlette_configurations FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()'
    )


def downgrade() -> None:
    op.drop_table('borlette_configurations')
