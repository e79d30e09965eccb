"""rates of exchange that two people said, and quotes by them"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0062'
down_revision = '0061'
branch_labels = None
depends_on = None

REFUSED = 'EXECUTE FUNCTION refuse_other_promise()'
FROZEN = (
    *('id', 'user_id', 'rate_id', 'sold', 'sold_minor'),
    *('bought', 'bought_minor', 'rate', 'quoted_at', 'expires_at'),
)


def upgrade() -> None:
    op.create_table(
        'wallet_rates',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('sold', sa.Text(), nullable=False),
        sa.Column('bought', sa.Text(), nullable=False),
        sa.Column('rate', sa.Numeric(precision=12, scale=6), nullable=False),
        sa.Column('said_at', sa.DateTime(timezone=True), server_default=sa.func.clock_timestamp(), nullable=False),
        sa.CheckConstraint('sold <> bought', name=op.f('wallet_rates_two_currencies_check')),
        sa.CheckConstraint('rate > 0', name=op.f('wallet_rates_rate_check')),
        sa.PrimaryKeyConstraint('id', name=op.f('wallet_rates_pkey')),
    )
    op.create_index('wallet_rates_pair_idx', 'wallet_rates', ['sold', 'bought', 'said_at'])
    op.create_table(
        'wallet_quotes',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('user_id', sa.Uuid(), nullable=False),
        sa.Column('rate_id', sa.Uuid(), nullable=False),
        sa.Column('sold', sa.Text(), nullable=False),
        sa.Column('sold_minor', sa.BigInteger(), nullable=False),
        sa.Column('bought', sa.Text(), nullable=False),
        sa.Column('bought_minor', sa.BigInteger(), nullable=False),
        sa.Column('rate', sa.Numeric(precision=12, scale=6), nullable=False),
        sa.Column('quoted_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint('sold_minor > 0 AND bought_minor > 0', name=op.f('wallet_quotes_amounts_check')),
        sa.CheckConstraint('expires_at > quoted_at', name=op.f('wallet_quotes_time_check')),
        sa.CheckConstraint('used_at BETWEEN quoted_at AND expires_at', name=op.f('wallet_quotes_used_in_time_check')),
        sa.ForeignKeyConstraint(['rate_id'], ['wallet_rates.id'], name=op.f('wallet_quotes_rate_id_fkey')),
        sa.ForeignKeyConstraint(['user_id'], ['players.user_id'], name=op.f('wallet_quotes_user_id_fkey')),
        sa.PrimaryKeyConstraint('id', name=op.f('wallet_quotes_pkey')),
    )
    op.create_index('wallet_quotes_user_id_idx', 'wallet_quotes', ['user_id'])
    op.execute(
        'CREATE TRIGGER wallet_rates_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON wallet_rates'
        ' FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()'
    )
    changed = ' OR '.join(f'OLD.{column} IS DISTINCT FROM NEW.{column}' for column in FROZEN)
    for statement in (
        f'wallet_quotes_frozen BEFORE UPDATE ON wallet_quotes FOR EACH ROW WHEN ({changed})',
        'wallet_quotes_kept BEFORE DELETE ON wallet_quotes FOR EACH ROW',
        'wallet_quotes_not_emptied BEFORE TRUNCATE ON wallet_quotes FOR EACH STATEMENT',
    ):
        op.execute(f'CREATE TRIGGER {statement} {REFUSED}')


def downgrade() -> None:
    op.drop_table('wallet_quotes')
    op.drop_table('wallet_rates')
