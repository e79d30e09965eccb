"""webhooks: endpoints, deliveries and their tries"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None

PENDING = sa.text("state = 'pending'")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    _endpoints()
    _deliveries()
    op.create_table(
        'webhook_attempts',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('delivery_id', sa.Uuid(), nullable=False),
        sa.Column('started_at', TIME, nullable=False),
        sa.Column('duration_ms', sa.Integer(), nullable=False),
        sa.Column('status', sa.Integer(), nullable=True),
        sa.Column('error', sa.Text(), server_default='', nullable=False),
        sa.Column('answer', sa.Text(), server_default='', nullable=False),
        sa.PrimaryKeyConstraint('id', name='webhook_attempts_pkey'),
        sa.ForeignKeyConstraint(
            ['delivery_id'], ['webhook_deliveries.id'], name='webhook_attempts_delivery_id_fkey'
        ),
    )
    op.create_index('webhook_attempts_delivery_idx', 'webhook_attempts', ['delivery_id', 'id'])


def _endpoints() -> None:
    op.create_table(
        'webhook_endpoints',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('partner_site_id', sa.Uuid(), nullable=False),
        sa.Column('url', sa.Text(), nullable=False),
        sa.Column('event_types', postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column('status', sa.Text(), server_default='active', nullable=False),
        sa.Column('disabled_because', sa.Text(), server_default='', nullable=False),
        sa.Column('disabled_at', TIME, nullable=True),
        sa.Column('secret_generation', sa.Integer(), server_default='1', nullable=False),
        sa.Column('previous_valid_until', TIME, nullable=True),
        sa.Column('cursor_seq', sa.BigInteger(), nullable=False),
        sa.Column('failures', sa.Integer(), server_default='0', nullable=False),
        sa.Column('failing_since', TIME, nullable=True),
        sa.Column('rests_until', TIME, nullable=True),
        sa.Column('last_attempt_at', TIME, nullable=True),
        sa.Column('last_duration_ms', sa.Integer(), server_default='0', nullable=False),
        sa.PrimaryKeyConstraint('id', name='webhook_endpoints_pkey'),
        sa.ForeignKeyConstraint(
            ['partner_site_id'], ['partner_sites.id'], name='webhook_endpoints_partner_site_id_fkey'
        ),
        sa.CheckConstraint("status IN ('active', 'disabled', 'removed')", name='status'),
        sa.CheckConstraint("disabled_because IN ('', 'by_hand', 'gone', 'failing')", name='disabled_because'),
        sa.CheckConstraint('cardinality(event_types) > 0', name='event_types'),
        sa.CheckConstraint('secret_generation >= 1', name='secret_generation'),
    )
    op.create_index('webhook_endpoints_partner_site_id_idx', 'webhook_endpoints', ['partner_site_id'])
    op.create_index(
        'webhook_endpoints_active_idx', 'webhook_endpoints', ['partner_site_id'],
        postgresql_where=sa.text("status = 'active'"),
    )


def _deliveries() -> None:
    op.create_table(
        'webhook_deliveries',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('endpoint_id', sa.Uuid(), nullable=False),
        sa.Column('event_id', sa.Uuid(), nullable=False),
        sa.Column('seq', sa.BigInteger(), nullable=False),
        sa.Column('type', sa.Text(), nullable=False),
        sa.Column('subject', sa.Text(), nullable=False),
        sa.Column('body', sa.Text(), nullable=False),
        sa.Column('state', sa.Text(), server_default='pending', nullable=False),
        sa.Column('attempts', sa.Integer(), server_default='0', nullable=False),
        sa.Column('not_before', TIME, nullable=False),
        sa.Column('lease', sa.Uuid(), nullable=True),
        sa.Column('leased_until', TIME, nullable=True),
        sa.Column('finished_at', TIME, nullable=True),
        sa.PrimaryKeyConstraint('id', name='webhook_deliveries_pkey'),
        sa.ForeignKeyConstraint(
            ['endpoint_id'], ['webhook_endpoints.id'], name='webhook_deliveries_endpoint_id_fkey'
        ),
        sa.UniqueConstraint('endpoint_id', 'event_id', name='webhook_deliveries_endpoint_id_event_id_key'),
        sa.CheckConstraint("state IN ('pending', 'delivered', 'failed')", name='state'),
        sa.CheckConstraint('attempts >= 0', name='attempts'),
    )
    table = 'webhook_deliveries'
    op.create_index('webhook_deliveries_due_idx', table, ['endpoint_id', 'not_before'], postgresql_where=PENDING)
    op.create_index('webhook_deliveries_order_idx', table, ['endpoint_id', 'subject', 'seq'], postgresql_where=PENDING)
    op.create_index(
        'webhook_deliveries_finished_idx', table, ['finished_at'], postgresql_where=sa.text("state <> 'pending'")
    )
    op.create_index('webhook_deliveries_newest_idx', table, ['endpoint_id', 'id'])


def downgrade() -> None:
    for table in ('webhook_attempts', 'webhook_deliveries', 'webhook_endpoints'):
        op.drop_table(table)
