"""operators search by a player's name, an address and a transaction that left the chain: an index each"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0034'
down_revision = '0033'
branch_labels = None
depends_on = None

INDEXES = {
    'ticket_orders_named_idx': ('ticket_orders', ['player_public_identifier', 'id'], None),
    'luckotto_orders_named_idx': ('luckotto_orders', ['player_identifier', 'id'], None),
    'payout_outputs_address_idx': ('payout_outputs', ['address'], None),
    'coins_orphaned_idx': ('coins', ['txid'], 'orphaned_at IS NOT NULL'),
}


def upgrade() -> None:
    with op.get_context().autocommit_block():
        for name, (table, columns, where) in INDEXES.items():
            # One that broke off half-way is there, and no use: it is made anew.
            op.execute(f'DROP INDEX CONCURRENTLY IF EXISTS {name}')
            op.create_index(
                name, table, columns, postgresql_concurrently=True,
                postgresql_where=sa.text(where) if where else None,
            )


def downgrade() -> None:
    with op.get_context().autocommit_block():
        for name, (table, _, _) in INDEXES.items():
            op.drop_index(name, table, postgresql_concurrently=True)
