"""swertres: who somebody says to be, until his code is used"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0081'
down_revision = '0080'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('swertres_registrations',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('contact_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('contact_hash', sa.LargeBinary(), nullable=False),
    sa.Column('said_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('swertres_registrations_pkey')),
    sa.UniqueConstraint('contact_hash', name=op.f('swertres_registrations_contact_hash_key'))
    )


def downgrade() -> None:
    op.drop_table('swertres_registrations')
