"""payouts of many rounds

One transaction may pay what many rounds owe: it has no round of its own, its outputs say which debts it pays.
"""

from __future__ import annotations

from alembic import op

revision = '0030'
down_revision = '0029'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_constraint('kind', 'payouts', type_='check')
    op.create_check_constraint('kind', 'payouts', "kind IN ('round', 'rounds', 'balances', 'sweep')")


def downgrade() -> None:
    """Refused while there is such a payout: an older version could neither show nor follow it."""
    op.drop_constraint('kind', 'payouts', type_='check')
    op.create_check_constraint('kind', 'payouts', "kind IN ('round', 'balances', 'sweep')")
