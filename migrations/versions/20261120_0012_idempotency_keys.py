"""answers kept for a day, so that a request sent again has one effect"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'idempotency_keys',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('partner_site_id', sa.Uuid(), nullable=False),
        sa.Column('key', sa.Text(), nullable=False),
        sa.Column('method', sa.Text(), nullable=False),
        sa.Column('path', sa.Text(), nullable=False),
        sa.Column('request_hash', sa.LargeBinary(), nullable=False),
        sa.Column('status_code', sa.SmallInteger(), nullable=False),
        sa.Column('body', sa.Text(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
        sa.CheckConstraint('length(key) BETWEEN 1 AND 255', name=op.f('idempotency_keys_key_check')),
        sa.CheckConstraint('status_code BETWEEN 200 AND 299', name=op.f('idempotency_keys_status_code_check')),
        sa.ForeignKeyConstraint(
            ['partner_site_id'], ['partner_sites.id'], name=op.f('idempotency_keys_partner_site_id_fkey')
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('idempotency_keys_pkey')),
        sa.UniqueConstraint('partner_site_id', 'key', name=op.f('idempotency_keys_partner_site_id_key_key')),
    )
    op.create_index(op.f('idempotency_keys_created_at_idx'), 'idempotency_keys', ['created_at'])


def downgrade() -> None:
    op.drop_table('idempotency_keys')
