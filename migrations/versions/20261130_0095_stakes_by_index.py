"""bets: what somebody staked is summed from indexes"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0095'
down_revision = '0094'
branch_labels = None
depends_on = None

_SUMMED = ['currency', 'made_at', 'state', 'total_minor']


def upgrade() -> None:
    op.drop_index('bet_tickets_user_idx', table_name='bet_tickets')
    op.create_index('bet_tickets_user_idx', 'bet_tickets', ['user_id', 'id'], postgresql_include=_SUMMED)
    op.create_index(
        'bet_entries_back_idx',
        'bet_entries',
        ['ticket_id'],
        postgresql_where=sa.text("state = 'refunded'"),
    )


def downgrade() -> None:
    op.drop_index('bet_entries_back_idx', table_name='bet_entries')
    op.drop_index('bet_tickets_user_idx', table_name='bet_tickets')
    op.create_index('bet_tickets_user_idx', 'bet_tickets', ['user_id', 'id'])
