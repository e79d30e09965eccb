"""what a proposal said when it was made is kept with it"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = '0093'
down_revision = '0089'
branch_labels = None
depends_on = None

BEFORE = (
    *('id', 'kind', 'subject', 'payload', 'payload_sha256', 'mark'),
    *('why', 'proposed_by', 'proposed_by_user', 'not_before', 'expires_at'),
)
FROZEN = (*BEFORE[:7], 'shown', *BEFORE[7:])


def upgrade() -> None:
    op.add_column('approvals', sa.Column('shown', JSONB(none_as_null=True), nullable=True))
    op.add_column('approvals', sa.Column('shown_since', JSONB(none_as_null=True), nullable=True))
    freeze(FROZEN)


def downgrade() -> None:
    # What is open bears a mark over what it said: it has to be proposed anew.
    freeze(BEFORE)
    op.drop_column('approvals', 'shown_since')
    op.drop_column('approvals', 'shown')


def freeze(columns: tuple[str, ...]) -> None:
    """What was proposed never changes."""
    changed = ' OR '.join(f'OLD.{column} IS DISTINCT FROM NEW.{column}' for column in columns)
    op.execute('DROP TRIGGER approvals_frozen ON approvals')
    op.execute(
        'CREATE TRIGGER approvals_frozen BEFORE UPDATE ON approvals'
        f' FOR EACH ROW WHEN ({changed}) EXECUTE FUNCTION refuse_other_promise()'
    )
