"""marks of our own processes beside seals, outcomes and drafts

Only who holds SECRET_KEY can make one, so that nobody who writes to the database alone chooses a winner or a payee.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0028'
down_revision = '0027'
branch_labels = None
depends_on = None

COLUMNS = {'draws': 'mark', 'payouts': 'mark', 'rounds': 'seal_mark', 'luckotto_rounds': 'seal_mark'}


def upgrade() -> None:
    for table, column in COLUMNS.items():
        op.add_column(table, sa.Column(column, sa.Text(), nullable=True))


def downgrade() -> None:
    for table, column in COLUMNS.items():
        op.drop_column(table, column)
