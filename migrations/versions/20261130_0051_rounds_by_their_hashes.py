"""operators find a round by its seal, its closing hash or its commitment: an index each"""

from __future__ import annotations

import hashlib

from alembic import op

revision = '0051'
down_revision = '0050'
branch_labels = None
depends_on = None

_TAGGED = hashlib.sha256(b'tiraj/round/1').hexdigest() * 2
COMMITMENT = f"sha256('\\x{_TAGGED}'::bytea || replace(round_terms, '\\', '\\\\')::bytea)"
NEW = {
    f'{table}_{name}_idx': f'{table} ({what})'
    for table in ('rounds', 'luckotto_rounds')
    for name, what in (
        ('seal', 'seal_root'),
        ('closing', 'closing_block_hash'),
        ('closing_ends', """reverse("right"(encode(closing_block_hash, 'hex'), 8))"""),
        ('commitment', COMMITMENT),
    )
}


def upgrade() -> None:
    """One that is there broke off half-way and is made anew. Nobody who sells waits for it."""
    with op.get_context().autocommit_block():
        for name, what in NEW.items():
            op.execute(f'DROP INDEX CONCURRENTLY IF EXISTS {name}')
            op.execute(f'CREATE INDEX CONCURRENTLY {name} ON {what}')


def downgrade() -> None:
    with op.get_context().autocommit_block():
        for name in NEW:
            op.execute(f'DROP INDEX CONCURRENTLY IF EXISTS {name}')
