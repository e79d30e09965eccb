"""bets: a ticket says what of it went back"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0099'
down_revision = '0098'
branch_labels = None
depends_on = None

_BEFORE = ['currency', 'made_at', 'state', 'total_minor']
_REFUNDED = sa.text("state = 'refunded'")


def upgrade() -> None:
    op.add_column('bet_tickets', sa.Column('back_minor', sa.BigInteger(), server_default='0', nullable=False))
    op.execute("""
        UPDATE bet_tickets AS ticket SET back_minor = one.amount FROM (
            SELECT ticket_id, sum(stake_minor) AS amount FROM bet_entries WHERE state = 'refunded' GROUP BY ticket_id
        ) AS one WHERE ticket.id = one.ticket_id
    """)
    op.create_check_constraint('back', 'bet_tickets', 'back_minor BETWEEN 0 AND total_minor')
    op.drop_index('bet_entries_back_idx', table_name='bet_entries')
    _sum_by([*_BEFORE, 'back_minor'])


def downgrade() -> None:
    _sum_by(_BEFORE)
    op.create_index('bet_entries_back_idx', 'bet_entries', ['ticket_id'], postgresql_where=_REFUNDED)
    op.drop_constraint(op.f('bet_tickets_back_check'), 'bet_tickets')
    op.drop_column('bet_tickets', 'back_minor')


def _sum_by(columns: list[str]) -> None:
    op.drop_index('bet_tickets_user_idx', table_name='bet_tickets')
    op.create_index('bet_tickets_user_idx', 'bet_tickets', ['user_id', 'id'], postgresql_include=columns)
