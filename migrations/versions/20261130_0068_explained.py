"""differences from gateways' lists are explained by operators; payments are found by what gateways call them"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0068'
down_revision = '0066'
branch_labels = None
depends_on = None

NUMBERS = (
    ('gateway_payments', 'charge_id'),
    *((table, 'provider_id') for table in ('gateway_refunds', 'gateway_disputes', 'wallet_withdrawals')),
)
"""What providers call things, by which operators look for them."""


def upgrade() -> None:
    op.add_column('gateway_differences', sa.Column('explained_at', sa.DateTime(timezone=True), nullable=True))
    for name in ('explained_by', 'explanation'):
        op.add_column('gateway_differences', sa.Column(name, sa.Text(), server_default='', nullable=False))
    op.create_check_constraint(
        op.f('gateway_differences_explained_check'), 'gateway_differences', "(explained_at IS NULL) = (explained_by = '')"
    )
    op.create_index(
        'gateway_notices_payment_id_idx', 'gateway_notices', ['payment_id', 'id'],
        postgresql_where=sa.text('payment_id IS NOT NULL'),
    )
    for table, column in NUMBERS:
        given = sa.text(f"{column} <> ''")
        op.create_index(f'{table}_{column}_idx', table, [column], postgresql_where=given)


def downgrade() -> None:
    for table, column in reversed(NUMBERS):
        op.drop_index(f'{table}_{column}_idx', table_name=table)
    op.drop_index('gateway_notices_payment_id_idx', table_name='gateway_notices')
    op.drop_constraint(op.f('gateway_differences_explained_check'), 'gateway_differences')
    for name in ('explanation', 'explained_by', 'explained_at'):
        op.drop_column('gateway_differences', name)
