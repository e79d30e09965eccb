"""what somebody paid in without papers counts after an erasure, for as long as it would have"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0071'
down_revision = '0070'
branch_labels = None
depends_on = None

NAMED_TWICE = 'player_profiles_player_profiles_whole_check_check'  # as 0050 has named it
SAID = 'name_sealed IS NOT NULL AND birth_date_sealed IS NOT NULL AND mark_sealed IS NOT NULL'


def upgrade() -> None:
    op.add_column('player_profiles', sa.Column('mark_until', sa.DateTime(timezone=True), nullable=True))
    op.drop_constraint(op.f(NAMED_TWICE), 'player_profiles')
    op.create_check_constraint(
        op.f('player_profiles_whole_check'),
        'player_profiles',
        f'(erased_at IS NULL) = ({SAID} AND mark_until IS NULL)',
    )
    op.create_check_constraint(
        op.f('player_profiles_erased_check'),
        'player_profiles',
        'erased_at IS NULL OR (name_sealed IS NULL AND birth_date_sealed IS NULL'
        ' AND (mark_sealed IS NULL) = (mark_until IS NULL))',
    )


def downgrade() -> None:
    op.drop_constraint(op.f('player_profiles_erased_check'), 'player_profiles')
    op.execute(sa.text('UPDATE player_profiles SET mark_sealed = NULL, mark_hash = NULL WHERE erased_at IS NOT NULL'))
    op.drop_constraint(op.f('player_profiles_whole_check'), 'player_profiles')
    op.create_check_constraint(op.f(NAMED_TWICE), 'player_profiles', f'(erased_at IS NULL) = ({SAID})')
    op.drop_column('player_profiles', 'mark_until')
