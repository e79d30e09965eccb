"""what partners have passed on to their players: their own note"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0094'
down_revision = '0093'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'passed_on_notes',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('partner_site_id', sa.Uuid(), nullable=False),
        sa.Column('game', sa.Text(), nullable=False),
        sa.Column('kind', sa.Text(), nullable=False),
        sa.Column('noted_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('noted_by', sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('refund', 'win')", name=op.f('passed_on_notes_kind_check')),
        sa.ForeignKeyConstraint(
            ['partner_site_id'], ['partner_sites.id'], name=op.f('passed_on_notes_partner_site_id_fkey')
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('passed_on_notes_pkey')),
    )
    op.create_index(op.f('passed_on_notes_partner_site_id_idx'), 'passed_on_notes', ['partner_site_id'])


def downgrade() -> None:
    op.drop_table('passed_on_notes')
