"""wallets: top-ups, where they came from, accounts of one's own, and what is drawn out"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0061'
down_revision = '0060'
branch_labels = None
depends_on = None

BEFORE = '{rounds,orders,refunds,payouts,partners,people,alarms,audit,jobs,system}'
REFUSED = 'EXECUTE FUNCTION refuse_other_promise()'
FROZEN = {
    'wallet_topups': ('id', 'user_id', 'currency', 'amount_minor', 'begun_at'),
    'wallet_withdrawals': (
        'id',
        'user_id',
        'currency',
        'amount_minor',
        'method',
        'destination_id',
        'reference',
        'asked_at',
    ),
}


def upgrade() -> None:
    op.create_table('wallet_topups',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('currency', sa.Text(), nullable=False),
    sa.Column('amount_minor', sa.BigInteger(), nullable=False),
    sa.Column('state', sa.Text(), server_default='begun', nullable=False),
    sa.Column('begun_at', sa.DateTime(timezone=True), server_default=sa.func.clock_timestamp(), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("(state = 'begun') = (ended_at IS NULL)", name=op.f('wallet_topups_ended_check')),
    sa.CheckConstraint("currency IN ('HTG', 'PHP', 'USD')", name=op.f('wallet_topups_currency_check')),
    sa.CheckConstraint("state IN ('begun', 'ended', 'paid')", name=op.f('wallet_topups_state_check')),
    sa.CheckConstraint('amount_minor BETWEEN 1 AND 2100000000000000', name=op.f('wallet_topups_amount_check')),
    sa.ForeignKeyConstraint(['user_id'], ['players.user_id'], name=op.f('wallet_topups_user_id_fkey')),
    sa.PrimaryKeyConstraint('id', name=op.f('wallet_topups_pkey'))
    )
    op.create_index('wallet_topups_user_idx', 'wallet_topups', ['user_id', 'currency', 'begun_at'], unique=False)
    op.create_table('wallet_origins',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('currency', sa.Text(), nullable=False),
    sa.Column('provider', sa.Text(), nullable=False),
    sa.Column('payer_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('payer_hash', sa.LargeBinary(), nullable=True),
    sa.Column('is_card', sa.Boolean(), nullable=False),
    sa.Column('has_3ds', sa.Boolean(), nullable=False),
    sa.Column('amount_minor', sa.BigInteger(), nullable=False),
    sa.Column('unplayed_minor', sa.BigInteger(), nullable=False),
    sa.Column('played_minor', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('paid_at', sa.DateTime(timezone=True), server_default=sa.func.clock_timestamp(), nullable=False),
    sa.CheckConstraint("currency IN ('HTG', 'PHP', 'USD')", name=op.f('wallet_origins_currency_check')),
    sa.CheckConstraint('(payer_sealed IS NULL) = (payer_hash IS NULL)', name=op.f('wallet_origins_payer_is_found_check')),
    sa.CheckConstraint('amount_minor BETWEEN 1 AND 2100000000000000', name=op.f('wallet_origins_amount_check')),
    sa.CheckConstraint('unplayed_minor >= 0 AND played_minor >= 0', name=op.f('wallet_origins_parts_check')),
    sa.CheckConstraint('unplayed_minor + played_minor <= amount_minor', name=op.f('wallet_origins_whole_check')),
    sa.ForeignKeyConstraint(['user_id'], ['players.user_id'], name=op.f('wallet_origins_user_id_fkey')),
    sa.PrimaryKeyConstraint('id', name=op.f('wallet_origins_pkey'))
    )
    op.create_index('wallet_origins_user_id_idx', 'wallet_origins', ['user_id'], unique=False)
    op.create_table('wallet_destinations',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('method', sa.Text(), nullable=False),
    sa.Column('account_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('account_hash', sa.LargeBinary(), nullable=True),
    sa.Column('verified_how', sa.Text(), nullable=False),
    sa.Column('verified_at', sa.DateTime(timezone=True), server_default=sa.func.clock_timestamp(), nullable=False),
    sa.CheckConstraint("method IN ('bank', 'gcash', 'moncash', 'paypal')", name=op.f('wallet_destinations_method_check')),
    sa.CheckConstraint("verified_how IN ('payer', 'phone', 'person')", name=op.f('wallet_destinations_verified_how_check')),
    sa.CheckConstraint('(account_sealed IS NULL) = (account_hash IS NULL)', name=op.f('wallet_destinations_account_is_found_check')),
    sa.ForeignKeyConstraint(['user_id'], ['players.user_id'], name=op.f('wallet_destinations_user_id_fkey')),
    sa.PrimaryKeyConstraint('id', name=op.f('wallet_destinations_pkey')),
    sa.UniqueConstraint('user_id', 'method', 'account_hash', name=op.f('wallet_destinations_user_id_method_account_hash_key'))
    )
    op.create_table('wallet_withdrawals',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('currency', sa.Text(), nullable=False),
    sa.Column('amount_minor', sa.BigInteger(), nullable=False),
    sa.Column('method', sa.Text(), nullable=False),
    sa.Column('destination_id', sa.Uuid(), nullable=False),
    sa.Column('reference', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), server_default='held', nullable=False),
    sa.Column('reason', sa.Text(), server_default='', nullable=False),
    sa.Column('paid_from', sa.Text(), server_default='', nullable=False),
    sa.Column('provider_id', sa.Text(), server_default='', nullable=False),
    sa.Column('fee_minor', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), server_default=sa.func.clock_timestamp(), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('next_ask_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("(state IN ('paid', 'refused', 'returned')) = (ended_at IS NOT NULL)", name=op.f('wallet_withdrawals_ended_check')),
    sa.CheckConstraint("currency IN ('HTG', 'PHP', 'USD')", name=op.f('wallet_withdrawals_currency_check')),
    sa.CheckConstraint("method IN ('bank', 'gcash', 'moncash', 'paypal')", name=op.f('wallet_withdrawals_method_check')),
    sa.CheckConstraint("state IN ('approved', 'held', 'paid', 'refused', 'returned', 'sending', 'sent', 'unknown')", name=op.f('wallet_withdrawals_state_check')),
    sa.CheckConstraint('amount_minor BETWEEN 1 AND 2100000000000000', name=op.f('wallet_withdrawals_amount_check')),
    sa.CheckConstraint('fee_minor >= 0', name=op.f('wallet_withdrawals_fee_check')),
    sa.ForeignKeyConstraint(['destination_id'], ['wallet_destinations.id'], name=op.f('wallet_withdrawals_destination_id_fkey')),
    sa.ForeignKeyConstraint(['user_id'], ['players.user_id'], name=op.f('wallet_withdrawals_user_id_fkey')),
    sa.PrimaryKeyConstraint('id', name=op.f('wallet_withdrawals_pkey')),
    sa.UniqueConstraint('reference', name=op.f('wallet_withdrawals_reference_key'))
    )
    op.create_index('wallet_withdrawals_open_idx', 'wallet_withdrawals', ['id'], unique=False, postgresql_where=sa.text("NOT (state IN ('paid', 'refused', 'returned'))"))
    op.create_index('wallet_withdrawals_user_idx', 'wallet_withdrawals', ['user_id', 'currency', 'id'], unique=False)
    op.create_table('wallet_drawn_origins',
    sa.Column('withdrawal_id', sa.Uuid(), nullable=False),
    sa.Column('origin_id', sa.Uuid(), nullable=False),
    sa.Column('amount_minor', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('amount_minor BETWEEN 1 AND 2100000000000000', name=op.f('wallet_drawn_origins_amount_check')),
    sa.ForeignKeyConstraint(['origin_id'], ['wallet_origins.id'], name=op.f('wallet_drawn_origins_origin_id_fkey')),
    sa.ForeignKeyConstraint(['withdrawal_id'], ['wallet_withdrawals.id'], name=op.f('wallet_drawn_origins_withdrawal_id_fkey')),
    sa.PrimaryKeyConstraint('withdrawal_id', 'origin_id', name=op.f('wallet_drawn_origins_pkey'))
    )
    for table, columns in FROZEN.items():
        changed = ' OR '.join(f'OLD.{column} IS DISTINCT FROM NEW.{column}' for column in columns)
        op.execute(f'CREATE TRIGGER {table}_frozen BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({changed}) {REFUSED}')
        op.execute(f'CREATE TRIGGER {table}_kept BEFORE DELETE ON {table} FOR EACH ROW {REFUSED}')
        op.execute(f'CREATE TRIGGER {table}_not_emptied BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {REFUSED}')
    # Who might everything still may.
    op.execute(f"UPDATE operators SET privileges = array_append(privileges, 'wallets') WHERE privileges @> '{BEFORE}'")


def downgrade() -> None:
    op.execute("UPDATE operators SET privileges = array_remove(privileges, 'wallets')")
    for table in (
        'wallet_drawn_origins',
        'wallet_withdrawals',
        'wallet_destinations',
        'wallet_origins',
        'wallet_topups',
    ):
        op.drop_table(table)
