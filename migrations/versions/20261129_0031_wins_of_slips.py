"""what a lost block takes away is looked for among the wins by an index"""

from __future__ import annotations

from alembic import op

revision = '0031'
down_revision = '0030'
branch_labels = None
depends_on = None

COLUMNS = {'partner_wins': 'slip_id', 'luckotto_wins': 'ticket_id'}


def upgrade() -> None:
    for table, column in COLUMNS.items():
        op.create_index(f'{table}_{column}_idx', table, [column])


def downgrade() -> None:
    for table, column in COLUMNS.items():
        op.drop_index(f'{table}_{column}_idx', table)
