"""payments are counted by their fate from an index alone"""

from __future__ import annotations

from alembic import op

revision = '0024'
down_revision = '0023'
branch_labels = None
depends_on = None

TABLES = ('order_payments', 'luckotto_payments')


def upgrade() -> None:
    for table in TABLES:
        op.create_index(f'{table}_status_idx', table, ['status'])


def downgrade() -> None:
    for table in TABLES:
        op.drop_index(f'{table}_status_idx', table)
