"""bets: what went back is found by when it did"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0082'
down_revision = '0081'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        'bet_entries_refunded_idx',
        'bet_entries',
        ['refunded_at'],
        postgresql_where=sa.text('refunded_at IS NOT NULL'),
    )


def downgrade() -> None:
    op.drop_index('bet_entries_refunded_idx', table_name='bet_entries')
