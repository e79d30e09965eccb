"""operators ask what one of them, or one partner, did: an index by who acted"""

from __future__ import annotations

from alembic import op

revision = '0035'
down_revision = '0034'
branch_labels = None
depends_on = None

INDEX = 'audit_entries_actor_idx'


def upgrade() -> None:
    with op.get_context().autocommit_block():
        # One that broke off half-way is there, and no use: it is made anew.
        op.execute(f'DROP INDEX CONCURRENTLY IF EXISTS {INDEX}')
        op.create_index(INDEX, 'audit_entries', ['actor', 'id'], postgresql_concurrently=True)


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index(INDEX, 'audit_entries', postgresql_concurrently=True)
