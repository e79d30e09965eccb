"""a mail address that is replaced from a phone waits, and can be stopped meanwhile"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0070'
down_revision = '0068'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('email_changes', sa.Column('opens_at', sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.execute(sa.text('DELETE FROM email_changes WHERE opens_at IS NOT NULL AND confirmed_at IS NULL'))
    op.drop_column('email_changes', 'opens_at')
