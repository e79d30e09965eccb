"""what operators have found out about accounts that are known by the same; codes that prove who asks;
sites whose verification was another owner's; indexes"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0064'
down_revision = '0063'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('player_rulings',
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('other_id', sa.Uuid(), nullable=False),
    sa.Column('is_same', sa.Boolean(), nullable=False),
    sa.Column('kinds', sa.ARRAY(sa.Text()), nullable=False),
    sa.Column('decided_by', sa.Text(), nullable=False),
    sa.Column('confirmed_by', sa.Text(), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), server_default=sa.func.clock_timestamp(), nullable=False),
    sa.CheckConstraint('user_id <> other_id', name=op.f('player_rulings_two_check')),
    sa.CheckConstraint(
        "kinds <> '{}' AND kinds <@ ARRAY['birth', 'email', 'phone']", name=op.f('player_rulings_kinds_check')
    ),
    sa.ForeignKeyConstraint(['user_id'], ['players.user_id'], name=op.f('player_rulings_user_id_fkey')),
    sa.PrimaryKeyConstraint('user_id', 'other_id', name=op.f('player_rulings_pkey'))
    )
    op.create_index(op.f('player_rulings_other_id_idx'), 'player_rulings', ['other_id'])
    op.add_column('player_marks', sa.Column('is_verified', sa.Boolean(), server_default='false', nullable=False))
    op.execute(
        "UPDATE player_marks SET is_verified = true FROM player_verifications v"
        " WHERE v.id = player_marks.user_id AND v.state = 'verified'"
    )
    op.create_index('player_verifications_state_idx', 'player_verifications', ['state'])
    op.add_column('login_codes', sa.Column('proves', sa.Boolean(), server_default='false', nullable=False))
    op.create_check_constraint(
        op.f('login_codes_proves_check'), 'login_codes', 'NOT proves OR (for_user_id IS NOT NULL AND NOT sets_password)'
    )
    op.create_index('deposit_addresses_commitment_idx', 'deposit_addresses', ['commitment'])
    op.add_column('partner_sites', sa.Column('handed_over_at', sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint(
        op.f('partner_sites_handed_over_check'),
        'partner_sites',
        "handed_over_at IS NULL OR verification_status <> 'verified'",
    )


def downgrade() -> None:
    op.drop_constraint(op.f('partner_sites_handed_over_check'), 'partner_sites', type_='check')
    op.drop_column('partner_sites', 'handed_over_at')
    op.drop_index('deposit_addresses_commitment_idx', 'deposit_addresses')
    op.execute('DELETE FROM login_codes WHERE proves')
    op.drop_constraint(op.f('login_codes_proves_check'), 'login_codes', type_='check')
    op.drop_column('login_codes', 'proves')
    op.drop_index('player_verifications_state_idx', 'player_verifications')
    op.drop_column('player_marks', 'is_verified')
    op.drop_table('player_rulings')
