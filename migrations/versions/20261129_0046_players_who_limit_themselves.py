"""players, their limits, time-outs and exclusions"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0046'
down_revision = '0045'
branch_labels = None
depends_on = None

ADDED_ONLY = ('player_timeouts', 'player_exclusions')


def upgrade() -> None:
    op.create_table(
        'players',
        sa.Column('user_id', sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], name='players_user_id_fkey'),
        sa.PrimaryKeyConstraint('user_id', name='players_pkey'),
    )
    op.create_table(
        'player_limits',
        sa.Column('user_id', sa.Uuid(), nullable=False),
        sa.Column('currency', sa.Text(), nullable=False),
        sa.Column('kind', sa.Text(), nullable=False),
        sa.Column('period', sa.Text(), nullable=False),
        sa.Column('amount_minor', sa.BigInteger(), nullable=False),
        sa.Column('since', sa.DateTime(timezone=True), nullable=False),
        sa.Column('wished_minor', sa.BigInteger(), nullable=True),
        sa.Column('wished_at', sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("currency IN ('HTG', 'PHP', 'USD', 'sat')", name='player_limits_currency_check'),
        sa.CheckConstraint("kind IN ('deposit', 'loss', 'stake')", name='player_limits_kind_check'),
        sa.CheckConstraint("period IN ('day', 'month', 'week')", name='player_limits_period_check'),
        sa.CheckConstraint('amount_minor BETWEEN 0 AND 2100000000000000', name='player_limits_amount_check'),
        sa.CheckConstraint(
            'wished_minor BETWEEN amount_minor + 1 AND 2100000000000000', name='player_limits_wish_check'
        ),
        sa.CheckConstraint('wished_minor IS NULL OR wished_at IS NOT NULL', name='player_limits_wished_check'),
        sa.ForeignKeyConstraint(['user_id'], ['players.user_id'], name='player_limits_user_id_fkey'),
        sa.PrimaryKeyConstraint('user_id', 'currency', 'kind', 'period', name='player_limits_pkey'),
    )
    op.create_table(
        'player_timeouts',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('user_id', sa.Uuid(), nullable=False),
        sa.Column('begins_at', sa.DateTime(timezone=True), server_default=sa.func.clock_timestamp(), nullable=False),
        sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "ends_at > begins_at AND ends_at - begins_at <= interval '30 days'", name='player_timeouts_length_check'
        ),
        sa.ForeignKeyConstraint(['user_id'], ['players.user_id'], name='player_timeouts_user_id_fkey'),
        sa.PrimaryKeyConstraint('id', name='player_timeouts_pkey'),
    )
    op.create_index('player_timeouts_user_id_idx', 'player_timeouts', ['user_id'])
    op.create_table(
        'player_exclusions',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('user_id', sa.Uuid(), nullable=False),
        sa.Column('months', sa.Integer(), nullable=False),
        sa.Column('begins_at', sa.DateTime(timezone=True), server_default=sa.func.clock_timestamp(), nullable=False),
        sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint('months BETWEEN 6 AND 60', name='player_exclusions_months_check'),
        sa.CheckConstraint(
            "ends_at - begins_at >= months * interval '30 days'", name='player_exclusions_length_check'
        ),
        sa.ForeignKeyConstraint(['user_id'], ['players.user_id'], name='player_exclusions_user_id_fkey'),
        sa.PrimaryKeyConstraint('id', name='player_exclusions_pkey'),
    )
    op.create_index('player_exclusions_user_id_idx', 'player_exclusions', ['user_id'])
    for table in ADDED_ONLY:
        op.execute(
            f'CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}'
            ' FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()'
        )


def downgrade() -> None:
    for table in ('player_exclusions', 'player_timeouts', 'player_limits', 'players'):
        op.drop_table(table)
