"""whose budget an unpaid order uses, and whose code attempts are counted together"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0026'
down_revision = '0025'
branch_labels = None
depends_on = None

ORDERS = ('ticket_orders', 'luckotto_orders')


def upgrade() -> None:
    for table in ORDERS:
        op.add_column(table, sa.Column('placed_by', sa.Text(), server_default='key', nullable=False))
        op.add_column(table, sa.Column('placed_from', sa.LargeBinary(), nullable=True))
        check = "CHECK (placed_by IN ('key', 'frame', 'anyone')) NOT VALID"
        op.execute(f'ALTER TABLE {table} ADD CONSTRAINT {table}_placed_by_check {check}')
        op.execute(f'ALTER TABLE {table} VALIDATE CONSTRAINT {table}_placed_by_check')
        op.create_index(
            f'{table}_placed_from_idx', table, ['id'], postgresql_where=sa.text('placed_from IS NOT NULL')
        )
    op.add_column('email_magic_links', sa.Column('counted_as', sa.LargeBinary(), server_default='', nullable=False))
    op.add_column('email_magic_links', sa.Column('is_known', sa.Boolean(), server_default='false', nullable=False))


def downgrade() -> None:
    op.drop_column('email_magic_links', 'is_known')
    op.drop_column('email_magic_links', 'counted_as')
    for table in reversed(ORDERS):
        op.drop_index(f'{table}_placed_from_idx', table)
        op.drop_constraint(op.f(f'{table}_placed_by_check'), table)
        op.drop_column(table, 'placed_from')
        op.drop_column(table, 'placed_by')
