"""operators search by what a name, an address or a transaction begins or ends with: an index each"""

from __future__ import annotations

from alembic import op

revision = '0047'
down_revision = '0046'
branch_labels = None
depends_on = None

NEW = {
    'ticket_orders_named_idx': 'ticket_orders (lower(player_public_identifier) text_pattern_ops, id)',
    'luckotto_orders_named_idx': 'luckotto_orders (lower(player_identifier) text_pattern_ops, id)',
    'deposit_addresses_ends_idx': 'deposit_addresses (reverse("right"(address, 8)))',
    'coins_written_idx': """coins (reverse("right"(encode(txid, 'hex'), 8)))""",
    'payout_outputs_ends_idx': 'payout_outputs (reverse("right"(address, 8)))',
}
OLD = {
    'ticket_orders_named_idx': 'ticket_orders (player_public_identifier, id)',
    'luckotto_orders_named_idx': 'luckotto_orders (player_identifier, id)',
}


def upgrade() -> None:
    made(NEW)


def downgrade() -> None:
    with op.get_context().autocommit_block():
        for name in NEW:
            op.execute(f'DROP INDEX CONCURRENTLY IF EXISTS {name}')
    made(OLD)


def made(indexes: dict[str, str]) -> None:
    """One that is there is another, or broke off half-way: it is made anew. Nobody who sells waits for it."""
    with op.get_context().autocommit_block():
        for name, what in indexes.items():
            op.execute(f'DROP INDEX CONCURRENTLY IF EXISTS {name}')
            op.execute(f'CREATE INDEX CONCURRENTLY {name} ON {what}')
