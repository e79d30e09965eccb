"""refunds that a gateway made unasked are refunds of their payment; a dispute has the date until which it is answered"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0089'
down_revision = '0082'
branch_labels = None
depends_on = None


def upgrade() -> None:
    refunds = 'gateway_refunds'
    op.add_column(refunds, sa.Column('is_unasked', sa.Boolean(), server_default=sa.text('false'), nullable=False))
    op.add_column(refunds, sa.Column('borne_by', sa.Text(), server_default='', nullable=False))
    op.create_check_constraint(
        op.f('gateway_refunds_borne_by_check'), refunds,
        "borne_by IN ('', 'wallet', 'house', 'payer') AND (borne_by = '' OR is_unasked)",
    )
    op.create_index(
        'gateway_refunds_to_decide_idx', refunds, ['id'], postgresql_where=sa.text("is_unasked AND borne_by = ''")
    )
    op.add_column('gateway_differences', sa.Column('payment_id', sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f('gateway_differences_payment_id_fkey'), 'gateway_differences', 'gateway_payments', ['payment_id'], ['id']
    )
    op.create_index(op.f('gateway_differences_payment_id_idx'), 'gateway_differences', ['payment_id'])
    op.add_column('gateway_disputes', sa.Column('answer_by', sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column('gateway_disputes', 'answer_by')
    op.drop_index(op.f('gateway_differences_payment_id_idx'), table_name='gateway_differences')
    op.drop_constraint(op.f('gateway_differences_payment_id_fkey'), 'gateway_differences')
    op.drop_column('gateway_differences', 'payment_id')
    op.drop_index('gateway_refunds_to_decide_idx', table_name='gateway_refunds')
    op.drop_constraint(op.f('gateway_refunds_borne_by_check'), 'gateway_refunds')
    for name in ('borne_by', 'is_unasked'):
        op.drop_column('gateway_refunds', name)
