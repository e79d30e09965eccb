"""proposals of people whose own matter it is"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0058'
down_revision = '0057'
branch_labels = None
depends_on = None

BEFORE = (
    *('id', 'kind', 'subject', 'payload', 'payload_sha256', 'mark'),
    *('why', 'proposed_by', 'not_before', 'expires_at'),
)
FROZEN = (*BEFORE[:8], 'proposed_by_user', *BEFORE[8:])


def upgrade() -> None:
    op.add_column('approvals', sa.Column('proposed_by_user', sa.Uuid(), nullable=True))
    op.create_foreign_key(op.f('approvals_proposed_by_user_fkey'), 'approvals', 'users', ['proposed_by_user'], ['id'])
    op.alter_column('approvals', 'proposed_by', existing_type=sa.Uuid(), nullable=True)
    op.create_check_constraint(
        op.f('approvals_proposer_check'), 'approvals', 'num_nonnulls(proposed_by, proposed_by_user) = 1'
    )
    freeze(FROZEN)


def downgrade() -> None:
    # No row says any more who proposed what a partner did, and none may be without.
    op.execute('DROP TRIGGER approvals_kept ON approvals')
    op.execute('DELETE FROM approvals WHERE proposed_by IS NULL')
    op.execute(
        'CREATE TRIGGER approvals_kept BEFORE DELETE ON approvals'
        ' FOR EACH ROW EXECUTE FUNCTION refuse_other_promise()'
    )
    freeze(BEFORE)
    op.drop_constraint(op.f('approvals_proposer_check'), 'approvals', type_='check')
    op.alter_column('approvals', 'proposed_by', existing_type=sa.Uuid(), nullable=False)
    op.drop_constraint(op.f('approvals_proposed_by_user_fkey'), 'approvals', type_='foreignkey')
    op.drop_column('approvals', 'proposed_by_user')


def freeze(columns: tuple[str, ...]) -> None:
    """What was proposed never changes."""
    changed = ' OR '.join(f'OLD.{column} IS DISTINCT FROM NEW.{column}' for column in columns)
    op.execute('DROP TRIGGER approvals_frozen ON approvals')
    op.execute(
        'CREATE TRIGGER approvals_frozen BEFORE UPDATE ON approvals'
        f' FOR EACH ROW WHEN ({changed}) EXECUTE FUNCTION refuse_other_promise()'
    )
