"""borlette: most that is taken on one number of a draw"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0106'
down_revision = '0105'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('borlette_configurations', sa.Column('most_on_number', sa.BigInteger(), nullable=True))
    op.create_check_constraint(
        op.f('borlette_configurations_most_on_number_check'), 'borlette_configurations', 'most_on_number >= least_stake'
    )


def downgrade() -> None:
    op.drop_constraint(op.f('borlette_configurations_most_on_number_check'), 'borlette_configurations')
    op.drop_column('borlette_configurations', 'most_on_number')
