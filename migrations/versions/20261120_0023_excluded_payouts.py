"""payouts that a block excludes

A coin whose deposit was spent otherwise in a deep reorganisation never comes back, and what spends it is never mined.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0023'
down_revision = '0022'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('payouts', sa.Column('excluded_height', sa.Integer(), nullable=True))
    op.add_column('payouts', sa.Column('excluded_hash', sa.LargeBinary(), nullable=True))
    op.create_check_constraint('excluded', 'payouts', '(excluded_height IS NULL) = (excluded_hash IS NULL)')


def downgrade() -> None:
    op.drop_constraint('excluded', 'payouts', type_='check')
    op.drop_column('payouts', 'excluded_hash')
    op.drop_column('payouts', 'excluded_height')
