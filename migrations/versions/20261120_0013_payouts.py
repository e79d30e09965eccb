"""payouts with their inputs, outputs and confirmations; spends that were planned, and those that were explained"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None

STATES = "'draft', 'signed', 'broadcasting', 'unknown', 'broadcast', 'confirmed', 'cancelled', 'replaced'"
LIVE_STATES = "'draft', 'signed', 'broadcasting', 'unknown', 'broadcast', 'confirmed'"
LIVE = sa.text('live')


def upgrade() -> None:
    op.add_column('coins', sa.Column('planned', sa.Boolean(), server_default=sa.text('false'), nullable=False))
    op.add_column('coin_spends', sa.Column('explained_at', sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        'coin_spends_unexplained_idx', 'coin_spends', ['id'],
        postgresql_where=sa.text('NOT planned AND orphaned_at IS NULL AND explained_at IS NULL'),
    )
    _payouts()
    _outputs()
    _inputs()
    op.create_table(
        'payout_confirmations',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('payout_id', sa.Uuid(), nullable=False),
        sa.Column('block_height', sa.Integer(), nullable=False),
        sa.Column('block_hash', sa.LargeBinary(), nullable=False),
        sa.Column('orphaned_at', sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(['payout_id'], ['payouts.id'], name=op.f('payout_confirmations_payout_id_fkey')),
        sa.PrimaryKeyConstraint('id', name=op.f('payout_confirmations_pkey')),
    )
    op.create_index(
        'payout_confirmations_live_idx', 'payout_confirmations', ['payout_id'], unique=True,
        postgresql_where=sa.text('orphaned_at IS NULL'),
    )
    op.create_index('payout_confirmations_block_idx', 'payout_confirmations', ['block_height'])


def _payouts() -> None:
    op.create_table(
        'payouts',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('root_id', sa.Uuid(), nullable=False),
        sa.Column('replaces_id', sa.Uuid(), nullable=True),
        sa.Column('kind', sa.Text(), nullable=False),
        sa.Column('game', sa.Text(), nullable=True),
        sa.Column('source_id', sa.Text(), nullable=True),
        sa.Column('state', sa.Text(), server_default='draft', nullable=False),
        sa.Column('live', sa.Boolean(), server_default=sa.text('true'), nullable=False),
        sa.Column('psbt', sa.Text(), nullable=False),
        sa.Column('txid', sa.LargeBinary(), nullable=False),
        sa.Column('signed_tx', sa.LargeBinary(), nullable=True),
        sa.Column('vsize', sa.Integer(), nullable=False),
        sa.Column('fee_rate', sa.BigInteger(), nullable=False),
        sa.Column('fee_sats', sa.BigInteger(), nullable=False),
        sa.Column('fee_cap_sats', sa.BigInteger(), nullable=False),
        sa.Column('created_by', sa.Text(), nullable=False),
        sa.Column('reason', sa.Text(), server_default='', nullable=False),
        sa.Column('state_changed_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'),
                  nullable=False),
        sa.Column('broadcast_at', sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('round', 'balances', 'sweep')", name=op.f('payouts_kind_check')),
        sa.CheckConstraint(f'state IN ({STATES})', name=op.f('payouts_state_check')),
        sa.CheckConstraint(f'live = (state IN ({LIVE_STATES}))', name=op.f('payouts_live_check')),
        sa.CheckConstraint('(game IS NULL) = (source_id IS NULL)', name=op.f('payouts_whole_source_check')),
        sa.CheckConstraint("(kind = 'round') = (game IS NOT NULL)", name=op.f('payouts_round_has_game_check')),
        sa.CheckConstraint('(replaces_id IS NULL) = (root_id = id)', name=op.f('payouts_root_check')),
        sa.CheckConstraint("state NOT IN ('signed', 'broadcasting', 'unknown') OR signed_tx IS NOT NULL",
                           name=op.f('payouts_signed_check')),
        sa.CheckConstraint('fee_sats > 0 AND fee_sats <= fee_cap_sats', name=op.f('payouts_fee_check')),
        sa.ForeignKeyConstraint(['root_id'], ['payouts.id'], name=op.f('payouts_root_id_fkey')),
        sa.ForeignKeyConstraint(['replaces_id'], ['payouts.id'], name=op.f('payouts_replaces_id_fkey')),
        sa.PrimaryKeyConstraint('id', name=op.f('payouts_pkey')),
        sa.UniqueConstraint('id', 'live', name=op.f('payouts_id_live_key')),
        sa.UniqueConstraint('txid', name=op.f('payouts_txid_key')),
    )
    op.create_index('payouts_live_root_idx', 'payouts', ['root_id'], unique=True, postgresql_where=LIVE)
    op.create_index('payouts_live_source_idx', 'payouts', ['game', 'source_id'], unique=True, postgresql_where=LIVE)
    op.create_index('payouts_source_idx', 'payouts', ['game', 'source_id'])
    op.create_index(
        'payouts_open_idx', 'payouts', ['id'], postgresql_where=sa.text("live AND state <> 'confirmed'")
    )
    op.create_index(op.f('payouts_root_id_idx'), 'payouts', ['root_id'])


def _outputs() -> None:
    op.create_table(
        'payout_outputs',
        sa.Column('payout_id', sa.Uuid(), nullable=False),
        sa.Column('vout', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('live', sa.Boolean(), server_default=sa.text('true'), nullable=False),
        sa.Column('kind', sa.Text(), nullable=False),
        sa.Column('obligation_id', sa.Uuid(), nullable=True),
        sa.Column('partner_site_id', sa.Uuid(), nullable=True),
        sa.Column('reserve_key_index', sa.Integer(), nullable=True),
        sa.Column('script', sa.LargeBinary(), nullable=False),
        sa.Column('address', sa.Text(), nullable=False),
        sa.Column('sats', sa.BigInteger(), nullable=False),
        sa.CheckConstraint("kind IN ('obligation', 'balance', 'change')", name=op.f('payout_outputs_kind_check')),
        sa.CheckConstraint("(kind = 'obligation') = (obligation_id IS NOT NULL)",
                           name=op.f('payout_outputs_obligation_check')),
        sa.CheckConstraint("(kind = 'change') = (partner_site_id IS NULL)", name=op.f('payout_outputs_partner_check')),
        sa.CheckConstraint("(kind = 'change') = (reserve_key_index IS NOT NULL)",
                           name=op.f('payout_outputs_change_check')),
        sa.CheckConstraint('sats > 0', name=op.f('payout_outputs_sats_check')),
        sa.ForeignKeyConstraint(['payout_id', 'live'], ['payouts.id', 'payouts.live'], onupdate='CASCADE',
                                name=op.f('payout_outputs_payout_id_live_fkey')),
        sa.ForeignKeyConstraint(['obligation_id'], ['obligations.id'],
                                name=op.f('payout_outputs_obligation_id_fkey')),
        sa.ForeignKeyConstraint(['partner_site_id'], ['partner_sites.id'],
                                name=op.f('payout_outputs_partner_site_id_fkey')),
        sa.ForeignKeyConstraint(['reserve_key_index'], ['reserve_addresses.key_index'],
                                name=op.f('payout_outputs_reserve_key_index_fkey')),
        sa.PrimaryKeyConstraint('payout_id', 'vout', name=op.f('payout_outputs_pkey')),
    )
    op.create_index('payout_outputs_obligation_idx', 'payout_outputs', ['obligation_id'], unique=True,
                    postgresql_where=LIVE)
    op.create_index('payout_outputs_site_idx', 'payout_outputs', ['partner_site_id', 'payout_id'])


def _inputs() -> None:
    op.create_table(
        'payout_inputs',
        sa.Column('payout_id', sa.Uuid(), nullable=False),
        sa.Column('position', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('live', sa.Boolean(), server_default=sa.text('true'), nullable=False),
        sa.Column('coin_id', sa.Uuid(), nullable=False),
        sa.Column('txid', sa.LargeBinary(), nullable=False),
        sa.Column('vout', sa.BigInteger(), nullable=False),
        sa.Column('sats', sa.BigInteger(), nullable=False),
        sa.Column('anchor', sa.Boolean(), server_default=sa.text('false'), nullable=False),
        sa.CheckConstraint('sats > 0', name=op.f('payout_inputs_sats_check')),
        sa.ForeignKeyConstraint(['payout_id', 'live'], ['payouts.id', 'payouts.live'], onupdate='CASCADE',
                                name=op.f('payout_inputs_payout_id_live_fkey')),
        sa.ForeignKeyConstraint(['coin_id'], ['coins.id'], name=op.f('payout_inputs_coin_id_fkey')),
        sa.PrimaryKeyConstraint('payout_id', 'position', name=op.f('payout_inputs_pkey')),
    )
    op.create_index('payout_inputs_outpoint_idx', 'payout_inputs', ['txid', 'vout'], unique=True,
                    postgresql_where=LIVE)
    op.create_index('payout_inputs_anchor_idx', 'payout_inputs', ['payout_id'], unique=True,
                    postgresql_where=sa.text('anchor'))


def downgrade() -> None:
    for table in ('payout_confirmations', 'payout_inputs', 'payout_outputs', 'payouts'):
        op.drop_table(table)
    op.drop_index('coin_spends_unexplained_idx', 'coin_spends')
    op.drop_column('coin_spends', 'explained_at')
    op.drop_column('coins', 'planned')
