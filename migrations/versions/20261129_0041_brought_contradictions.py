"""contradictions of the public log that anybody brings"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0041'
down_revision = '0040'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column('log_disagreements', 'witness', nullable=True)
    op.add_column('log_disagreements', sa.Column('note', sa.Text(), nullable=True))
    op.create_index(
        'log_disagreements_brought_idx',
        'log_disagreements',
        ['digest'],
        unique=True,
        postgresql_where=sa.text('witness IS NULL'),
    )


def downgrade() -> None:
    op.drop_index('log_disagreements_brought_idx', table_name='log_disagreements')
    op.drop_column('log_disagreements', 'note')
    op.alter_column('log_disagreements', 'witness', nullable=False)
