"""accounts of persons, whom the public log names by hashes"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0060'
down_revision = '0059'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        'ledger_accounts', sa.Column('is_personal', sa.Boolean(), server_default=sa.text('false'), nullable=False)
    )


def downgrade() -> None:
    op.drop_column('ledger_accounts', 'is_personal')
