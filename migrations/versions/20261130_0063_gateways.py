"""payments through gateways, their refunds and disputes, notices, and what did not agree"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0063'
down_revision = '0062'
branch_labels = None
depends_on = None

FROZEN = (
    *('id', 'user_id', 'purchase_kind', 'purchase_id'),
    *('provider', 'currency', 'amount_minor', 'created_at'),
)
TABLES = (
    *('gateway_differences', 'gateway_reconciliations', 'gateway_notices'),
    *('gateway_disputes', 'gateway_refunds', 'gateway_payments'),
)


def upgrade() -> None:
    op.create_table('gateway_notices',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('provider', sa.Text(), nullable=False),
    sa.Column('event_id', sa.Text(), nullable=False),
    sa.Column('body_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('is_signed', sa.Boolean(), nullable=False),
    sa.Column('kind', sa.Text(), server_default='', nullable=False),
    sa.Column('payment_id', sa.Uuid(), nullable=True),
    sa.Column('received_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
    sa.Column('understood_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('gateway_notices_pkey')),
    sa.UniqueConstraint('provider', 'event_id', name=op.f('gateway_notices_provider_event_id_key'))
    )
    op.create_index('gateway_notices_due_idx', 'gateway_notices', ['id'], unique=False, postgresql_where=sa.text('is_signed AND understood_at IS NULL'))
    op.create_index('gateway_notices_strangers_idx', 'gateway_notices', ['provider', 'id'], unique=False, postgresql_where=sa.text('NOT is_signed'))
    op.create_table('gateway_payments',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('purchase_kind', sa.Text(), nullable=False),
    sa.Column('purchase_id', sa.Uuid(), nullable=False),
    sa.Column('provider', sa.Text(), nullable=False),
    sa.Column('currency', sa.Text(), nullable=False),
    sa.Column('amount_minor', sa.BigInteger(), nullable=False),
    sa.Column('state', sa.Text(), server_default='initiated', nullable=False),
    sa.Column('provider_id', sa.Text(), server_default='', nullable=False),
    sa.Column('charge_id', sa.Text(), server_default='', nullable=False),
    sa.Column('url_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('client_secret_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('payer_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('is_card', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('has_3ds', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('received_minor', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('fee_minor', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('is_taken', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('refused_because', sa.Text(), server_default='', nullable=False),
    sa.Column('differs', sa.Text(), server_default='', nullable=False),
    sa.Column('differs_times', sa.Integer(), server_default='0', nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('begun_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('asks', sa.Integer(), server_default='0', nullable=False),
    sa.Column('next_ask_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=True),
    sa.Column('paid_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("state IN ('initiated', 'pending', 'unknown', 'failed', 'expired', 'canceled', 'succeeded', 'refunding', 'partly_refunded', 'refunded', 'refund_failed', 'disputed', 'dispute_won', 'dispute_lost')", name=op.f('gateway_payments_state_check')),
    sa.CheckConstraint('(paid_at IS NULL) = (received_minor = 0)', name=op.f('gateway_payments_paid_check')),
    sa.CheckConstraint('amount_minor BETWEEN 1 AND 2100000000000000', name=op.f('gateway_payments_amount_check')),
    sa.CheckConstraint('received_minor >= 0 AND fee_minor >= 0', name=op.f('gateway_payments_not_negative_check')),
    sa.PrimaryKeyConstraint('id', name=op.f('gateway_payments_pkey')),
    sa.UniqueConstraint('purchase_kind', 'purchase_id', name=op.f('gateway_payments_purchase_kind_purchase_id_key'))
    )
    op.create_index('gateway_payments_due_idx', 'gateway_payments', ['next_ask_at'], unique=False, postgresql_where=sa.text('next_ask_at IS NOT NULL'))
    op.create_index('gateway_payments_provider_id_key', 'gateway_payments', ['provider', 'provider_id'], unique=True, postgresql_where=sa.text("provider_id <> ''"))
    op.create_index('gateway_payments_user_id_idx', 'gateway_payments', ['user_id', 'id'], unique=False)
    op.create_table('gateway_reconciliations',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('provider', sa.Text(), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('lines', sa.Integer(), nullable=False),
    sa.Column('differences', sa.Integer(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('gateway_reconciliations_pkey'))
    )
    op.create_index(op.f('gateway_reconciliations_provider_idx'), 'gateway_reconciliations', ['provider'], unique=False)
    op.create_table('gateway_differences',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('reconciliation_id', sa.Uuid(), nullable=False),
    sa.Column('provider', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('reference', sa.Text(), nullable=False),
    sa.Column('currency', sa.Text(), nullable=False),
    sa.Column('ours_minor', sa.BigInteger(), nullable=False),
    sa.Column('theirs_minor', sa.BigInteger(), nullable=False),
    sa.Column('found_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
    sa.Column('resolved_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['reconciliation_id'], ['gateway_reconciliations.id'], name=op.f('gateway_differences_reconciliation_id_fkey')),
    sa.PrimaryKeyConstraint('id', name=op.f('gateway_differences_pkey'))
    )
    op.create_index('gateway_differences_open_key', 'gateway_differences', ['provider', 'kind', 'reference'], unique=True, postgresql_where=sa.text('resolved_at IS NULL'))
    op.create_index(op.f('gateway_differences_reconciliation_id_idx'), 'gateway_differences', ['reconciliation_id'], unique=False)
    op.create_table('gateway_disputes',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('payment_id', sa.Uuid(), nullable=False),
    sa.Column('provider_id', sa.Text(), nullable=False),
    sa.Column('amount_minor', sa.BigInteger(), nullable=False),
    sa.Column('state', sa.Text(), server_default='open', nullable=False),
    sa.Column('because', sa.Text(), server_default='', nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("state IN ('open', 'won', 'lost')", name=op.f('gateway_disputes_state_check')),
    sa.CheckConstraint('amount_minor BETWEEN 1 AND 2100000000000000', name=op.f('gateway_disputes_amount_check')),
    sa.ForeignKeyConstraint(['payment_id'], ['gateway_payments.id'], name=op.f('gateway_disputes_payment_id_fkey')),
    sa.PrimaryKeyConstraint('id', name=op.f('gateway_disputes_pkey')),
    sa.UniqueConstraint('payment_id', 'provider_id', name=op.f('gateway_disputes_payment_id_provider_id_key'))
    )
    op.create_table('gateway_refunds',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('payment_id', sa.Uuid(), nullable=False),
    sa.Column('amount_minor', sa.BigInteger(), nullable=False),
    sa.Column('state', sa.Text(), server_default='requested', nullable=False),
    sa.Column('provider_id', sa.Text(), server_default='', nullable=False),
    sa.Column('because', sa.Text(), nullable=False),
    sa.Column('asked_by', sa.Text(), nullable=False),
    sa.Column('was_taken_back', sa.Boolean(), nullable=False),
    sa.Column('said', sa.Text(), server_default='', nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('asks', sa.Integer(), server_default='0', nullable=False),
    sa.Column('next_ask_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("state IN ('requested', 'asked', 'pending', 'succeeded', 'failed')", name=op.f('gateway_refunds_state_check')),
    sa.CheckConstraint('amount_minor BETWEEN 1 AND 2100000000000000', name=op.f('gateway_refunds_amount_check')),
    sa.ForeignKeyConstraint(['payment_id'], ['gateway_payments.id'], name=op.f('gateway_refunds_payment_id_fkey')),
    sa.PrimaryKeyConstraint('id', name=op.f('gateway_refunds_pkey'))
    )
    op.create_index('gateway_refunds_due_idx', 'gateway_refunds', ['next_ask_at'], unique=False, postgresql_where=sa.text('next_ask_at IS NOT NULL'))
    op.create_index(op.f('gateway_refunds_payment_id_idx'), 'gateway_refunds', ['payment_id'], unique=False)
    for statement in kept():
        op.execute(statement)


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)


def kept() -> tuple[str, str, str]:
    """What a payment is never changes, and no row is removed; the function is there since rounds are frozen."""
    changed = ' OR '.join(f'OLD.{column} IS DISTINCT FROM NEW.{column}' for column in FROZEN)
    refused = 'EXECUTE FUNCTION refuse_other_promise()'
    table = 'gateway_payments'
    return (
        f'CREATE TRIGGER {table}_frozen BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({changed}) {refused}',
        f'CREATE TRIGGER {table}_kept BEFORE DELETE ON {table} FOR EACH ROW {refused}',
        f'CREATE TRIGGER {table}_not_emptied BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {refused}',
    )
