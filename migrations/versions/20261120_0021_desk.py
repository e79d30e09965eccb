"""which games a site's frame offers, and sites on their way to another owner"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0021'
down_revision = '0020'
branch_labels = None
depends_on = None

GAMES_CHECK = 'partner_sites_games_check'


def upgrade() -> None:
    op.add_column('partner_sites', sa.Column('games', sa.ARRAY(sa.Text()), nullable=True))
    op.execute(f"ALTER TABLE partner_sites ADD CONSTRAINT {GAMES_CHECK} CHECK (games <> '{{}}') NOT VALID")
    op.execute(f'ALTER TABLE partner_sites VALIDATE CONSTRAINT {GAMES_CHECK}')
    op.create_table(
        'site_transfers',
        sa.Column('partner_site_id', sa.Uuid(), nullable=False),
        sa.Column('from_user_id', sa.Uuid(), nullable=False),
        sa.Column('to_user_id', sa.Uuid(), nullable=False),
        sa.Column('token_hash', sa.LargeBinary(), nullable=False),
        sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ['partner_site_id'], ['partner_sites.id'], name=op.f('site_transfers_partner_site_id_fkey')
        ),
        sa.ForeignKeyConstraint(['from_user_id'], ['users.id'], name=op.f('site_transfers_from_user_id_fkey')),
        sa.ForeignKeyConstraint(['to_user_id'], ['users.id'], name=op.f('site_transfers_to_user_id_fkey')),
        sa.PrimaryKeyConstraint('partner_site_id', name=op.f('site_transfers_pkey')),
        sa.UniqueConstraint('token_hash', name=op.f('site_transfers_token_hash_key')),
    )


def downgrade() -> None:
    op.drop_table('site_transfers')
    op.drop_constraint(op.f(GAMES_CHECK), 'partner_sites')
    op.drop_column('partner_sites', 'games')
