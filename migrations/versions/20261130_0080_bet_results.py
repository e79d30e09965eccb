"""bets: what a draw was told; settlements that the house bears; winnings are paid by player"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0080'
down_revision = '0079'
branch_labels = None
depends_on = None

FROZEN = ('draw_id', 'version', 'outcome', 'known_at', 'final_at', 'told_at')
UNPAID = 'bet_winnings_unpaid_idx'


def upgrade() -> None:
    op.create_table('bet_results',
    sa.Column('draw_id', sa.Uuid(), nullable=False),
    sa.Column('version', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('outcome', sa.Integer(), nullable=False),
    sa.Column('known_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('final_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('told_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('outcome >= 0', name=op.f('bet_results_outcome_check')),
    sa.CheckConstraint('version > 0', name=op.f('bet_results_version_check')),
    sa.ForeignKeyConstraint(['draw_id'], ['bet_draws.id'], name=op.f('bet_results_draw_id_fkey')),
    sa.PrimaryKeyConstraint('draw_id', 'version', name=op.f('bet_results_pkey'))
    )
    due = sa.text('done_at IS NULL')
    op.create_index('bet_results_due_idx', 'bet_results', ['draw_id', 'version'], unique=False, postgresql_where=due)
    op.add_column('bet_settlements', sa.Column('is_borne', sa.Boolean(), server_default=sa.text('false'), nullable=False))
    op.create_check_constraint(op.f('bet_settlements_borne_check'), 'bet_settlements', 'reversed_at IS NOT NULL OR NOT is_borne')
    op.drop_index(UNPAID, table_name='bet_winnings')
    unpaid = sa.text('paid_at IS NULL')
    op.create_index(UNPAID, 'bet_winnings', ['settlement_id', 'user_id'], unique=False, postgresql_where=unpaid)
    for statement in kept('bet_results', FROZEN):
        op.execute(statement)


def downgrade() -> None:
    op.drop_index(UNPAID, table_name='bet_winnings')
    unpaid = sa.text('paid_at IS NULL')
    op.create_index(UNPAID, 'bet_winnings', ['settlement_id'], unique=False, postgresql_where=unpaid)
    op.drop_constraint(op.f('bet_settlements_borne_check'), 'bet_settlements', type_='check')
    op.drop_column('bet_settlements', 'is_borne')
    op.drop_table('bet_results')


def kept(table: str, columns: tuple[str, ...]) -> tuple[str, str, str]:
    """What was told never changes, and no row is removed; the function is there since rounds are frozen."""
    changed = ' OR '.join(f'OLD.{column} IS DISTINCT FROM NEW.{column}' for column in columns)
    refused = 'EXECUTE FUNCTION refuse_other_promise()'
    return (
        f'CREATE TRIGGER {table}_frozen BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({changed}) {refused}',
        f'CREATE TRIGGER {table}_kept BEFORE DELETE ON {table} FOR EACH ROW {refused}',
        f'CREATE TRIGGER {table}_not_emptied BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {refused}',
    )
