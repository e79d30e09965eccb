"""SMS and push: what a provider may have, and what it calls it"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0044'
down_revision = '0043'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_constraint('channel', 'messages', type_='check')
    op.create_check_constraint('channel', 'messages', "channel IN ('email', 'sms', 'push')")
    op.add_column('messages', sa.Column('handed_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('messages', sa.Column('provider_id', sa.Text(), nullable=True))
    op.create_index('messages_provider_id_key', 'messages', ['channel', 'provider_id'], unique=True)


def downgrade() -> None:
    """Push is forgotten: there was no such thing."""
    op.execute("DELETE FROM messages WHERE channel = 'push'")
    op.drop_index('messages_provider_id_key', table_name='messages')
    op.drop_column('messages', 'provider_id')
    op.drop_column('messages', 'handed_at')
    op.drop_constraint('channel', 'messages', type_='check')
    op.create_check_constraint('channel', 'messages', "channel IN ('email', 'sms')")
