"""what operators stop: switches, and partner sites; which alarms they were told of"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        'operator_switches',
        sa.Column('name', sa.Text(), nullable=False),
        sa.Column('stopped_at', TIME, server_default=sa.func.now(), nullable=False),
        sa.Column('stopped_by', sa.Text(), nullable=False),
        sa.Column('reason', sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint('name', name='operator_switches_pkey'),
        sa.CheckConstraint("name IN ('sales', 'settlement', 'writes')", name='operator_switches_name_check'),
    )
    op.add_column('alarms', sa.Column('told_at', TIME, nullable=True))
    op.add_column('partner_sites', sa.Column('stopped_reason', sa.Text(), server_default='', nullable=False))
    op.add_column('partner_sites', sa.Column('open_orders_limit', sa.Integer(), nullable=True))
    op.create_check_constraint(
        'partner_sites_stopped_is_not_live_check', 'partner_sites', "stopped_reason = '' OR status <> 'live'"
    )
    op.create_check_constraint('partner_sites_open_orders_limit_check', 'partner_sites', 'open_orders_limit >= 0')


def downgrade() -> None:
    op.drop_constraint('partner_sites_open_orders_limit_check', 'partner_sites')
    op.drop_constraint('partner_sites_stopped_is_not_live_check', 'partner_sites')
    op.drop_column('partner_sites', 'open_orders_limit')
    op.drop_column('partner_sites', 'stopped_reason')
    op.drop_column('alarms', 'told_at')
    op.drop_table('operator_switches')
