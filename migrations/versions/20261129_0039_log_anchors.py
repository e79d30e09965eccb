"""roots of the public log in payouts, and the blocks that hold them"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0039'
down_revision = '0038'
branch_labels = None
depends_on = None

KINDS = "kind IN ('round', 'rounds', 'balances', 'sweep')"
OUTPUTS = {
    'kind': "kind IN ('obligation', 'balance', 'change')",
    'partner': "(kind = 'change') = (partner_site_id IS NULL)",
    'change': "(kind = 'change') = (reserve_key_index IS NOT NULL)",
    'sats': 'sats > 0',
}
OUTPUTS_NOW = {
    'kind': "kind IN ('obligation', 'balance', 'change', 'root', 'line')",
    'partner': "(kind IN ('obligation', 'balance')) = (partner_site_id IS NOT NULL)",
    'change': "(kind IN ('change', 'line')) = (reserve_key_index IS NOT NULL)",
    'sats': "sats > 0 OR (kind = 'root' AND sats = 0)",
}


def upgrade() -> None:
    op.create_table(
        'log_anchors',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('txid', sa.LargeBinary(), nullable=False),
        sa.Column('vout', sa.Integer(), nullable=False),
        sa.Column('line_vout', sa.Integer(), nullable=False),
        sa.Column('previous_txid', sa.LargeBinary(), nullable=True),
        sa.Column('root', sa.LargeBinary(), nullable=False),
        sa.Column('size', sa.BigInteger(), nullable=False),
        sa.Column('block_height', sa.Integer(), nullable=False),
        sa.Column('block_hash', sa.LargeBinary(), nullable=False),
        sa.Column(
            'recorded_at', sa.DateTime(timezone=True), server_default=sa.func.clock_timestamp(), nullable=False
        ),
        sa.Column('orphaned_at', sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint('octet_length(root) = 32', name='log_anchors_root_check'),
        sa.CheckConstraint('vout <> line_vout', name='log_anchors_outputs_check'),
        sa.PrimaryKeyConstraint('id', name='log_anchors_pkey'),
    )
    op.create_index(
        'log_anchors_live_idx', 'log_anchors', ['txid'], unique=True, postgresql_where=sa.text('orphaned_at IS NULL')
    )
    op.create_index('log_anchors_block_idx', 'log_anchors', ['block_hash'])
    op.create_index('log_anchors_size_idx', 'log_anchors', ['size'])
    op.add_column('payouts', sa.Column('log_size', sa.BigInteger(), nullable=True))
    op.drop_constraint('kind', 'payouts', type_='check')
    op.create_check_constraint('kind', 'payouts', "kind IN ('round', 'rounds', 'balances', 'sweep', 'log')")
    _outputs(OUTPUTS_NOW)
    op.create_index(
        'payout_outputs_log_idx', 'payout_outputs', ['payout_id', 'kind'], unique=True,
        postgresql_where=sa.text("kind IN ('root', 'line')"),
    )


def _outputs(checks: dict[str, str]) -> None:
    for name, condition in checks.items():
        op.drop_constraint(name, 'payout_outputs', type_='check')
        op.create_check_constraint(name, 'payout_outputs', condition)


def downgrade() -> None:
    """Refused while a payout carries a root: an older version could neither show nor follow it."""
    op.drop_index('payout_outputs_log_idx', 'payout_outputs')
    _outputs(OUTPUTS)
    op.drop_constraint('kind', 'payouts', type_='check')
    op.create_check_constraint('kind', 'payouts', KINDS)
    op.drop_column('payouts', 'log_size')
    op.drop_table('log_anchors')
