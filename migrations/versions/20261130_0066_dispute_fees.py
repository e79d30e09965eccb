"""what a gateway charges for a dispute; withdrawals that were paid are asked about once more"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0066'
down_revision = '0064'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        'gateway_disputes', sa.Column('fee_minor', sa.BigInteger(), server_default='0', nullable=False)
    )
    op.create_check_constraint(op.f('gateway_disputes_fee_check'), 'gateway_disputes', 'fee_minor >= 0')
    op.create_index(
        'wallet_withdrawals_paid_idx',
        'wallet_withdrawals',
        ['next_ask_at'],
        unique=False,
        postgresql_where=sa.text("state = 'paid' AND next_ask_at IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index('wallet_withdrawals_paid_idx', table_name='wallet_withdrawals')
    op.drop_column('gateway_disputes', 'fee_minor')
