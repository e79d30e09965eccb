"""people who are erased have no address"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0055'
down_revision = '0054'
branch_labels = None
depends_on = None

REACHED = 'email_sealed IS NOT NULL OR phone_sealed IS NOT NULL'


def upgrade() -> None:
    op.add_column('users', sa.Column('erased_at', sa.DateTime(timezone=True), nullable=True))
    checked(f'({REACHED}) = (erased_at IS NULL)')


def downgrade() -> None:
    # Whoever was erased is reached by nobody; nothing brings the address back, so this stops where there is one.
    checked(REACHED)
    op.drop_column('users', 'erased_at')


def checked(what: str) -> None:
    op.drop_constraint(op.f('users_reachable_check'), 'users')
    op.create_check_constraint(op.f('users_reachable_check'), 'users', sa.text(what))
