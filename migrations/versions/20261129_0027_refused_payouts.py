"""payouts that the node refused at the first try

What they were to pay is due again; the node's words are kept.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0027'
down_revision = '0026'
branch_labels = None
depends_on = None

STATES = "'draft', 'signed', 'broadcasting', 'unknown', 'broadcast', 'confirmed', 'cancelled', 'replaced'"


def upgrade() -> None:
    op.add_column('payouts', sa.Column('refusal', sa.Text(), nullable=True))
    op.drop_constraint('state', 'payouts', type_='check')
    op.create_check_constraint('state', 'payouts', f"state IN ({STATES}, 'refused')")
    op.create_check_constraint('refusal', 'payouts', "state <> 'refused' OR refusal IS NOT NULL")


def downgrade() -> None:
    op.drop_constraint('refusal', 'payouts', type_='check')
    op.execute("UPDATE payouts SET state = 'cancelled' WHERE state = 'refused'")
    op.drop_constraint('state', 'payouts', type_='check')
    op.create_check_constraint('state', 'payouts', f'state IN ({STATES})')
    op.drop_column('payouts', 'refusal')
