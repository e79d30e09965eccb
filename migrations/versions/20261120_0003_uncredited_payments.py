"""an index of payments that bought no ticket

A round's page lists them beside its slips. Without it the page reads all of the round's payments.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

NAME = 'order_payments_uncredited_idx'


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.create_index(
            NAME, 'order_payments', ['order_id'], postgresql_where=sa.text("status <> 'credited'"),
            postgresql_concurrently=True,
        )


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index(NAME, 'order_payments', postgresql_concurrently=True)
