"""when a payment's refund was given to the partner's balance, and an index of those still due"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

NAME = 'order_payments_refund_due_idx'


def upgrade() -> None:
    op.add_column('order_payments', sa.Column('refunded_at', sa.DateTime(timezone=True), nullable=True))
    with op.get_context().autocommit_block():
        op.create_index(
            NAME, 'order_payments', ['id'], postgresql_concurrently=True,
            postgresql_where=sa.text('refundable_sats > 0 AND refunded_at IS NULL AND orphaned_at IS NULL'),
        )


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index(NAME, 'order_payments', postgresql_concurrently=True)
    op.drop_column('order_payments', 'refunded_at')
