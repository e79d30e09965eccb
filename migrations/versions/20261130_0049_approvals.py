"""decisions that a second operator confirms, and which account is an operator's own"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0049'
down_revision = '0048'
branch_labels = None
depends_on = None

FROZEN = (
    *('id', 'kind', 'subject', 'payload', 'payload_sha256', 'mark'),
    *('why', 'proposed_by', 'not_before', 'expires_at'),
)


def upgrade() -> None:
    op.add_column('operators', sa.Column('user_id', sa.Uuid(), nullable=True))
    op.create_foreign_key(op.f('operators_user_id_fkey'), 'operators', 'users', ['user_id'], ['id'])
    op.create_index(op.f('operators_user_id_idx'), 'operators', ['user_id'], unique=False)
    states = "'open', 'confirmed', 'refused', 'expired', 'withdrawn', 'failed'"
    op.create_table(
        'approvals',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('kind', sa.Text(), nullable=False),
        sa.Column('subject', sa.Text(), nullable=False),
        sa.Column('payload', postgresql.JSONB(), nullable=False),
        sa.Column('payload_sha256', sa.LargeBinary(), nullable=False),
        sa.Column('mark', sa.Text(), nullable=False),
        sa.Column('why', sa.Text(), nullable=False),
        sa.Column('proposed_by', sa.Uuid(), nullable=False),
        sa.Column('not_before', sa.DateTime(timezone=True), nullable=False),
        sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('state', sa.Text(), server_default='open', nullable=False),
        sa.Column('decided_by', sa.Uuid(), nullable=True),
        sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('reason', sa.Text(), server_default='', nullable=False),
        sa.Column('error', sa.Text(), server_default='', nullable=False),
        sa.CheckConstraint(f'state IN ({states})', name=op.f('approvals_state_check')),
        sa.CheckConstraint('decided_by <> proposed_by', name=op.f('approvals_two_people_check')),
        sa.CheckConstraint("(state = 'open') = (decided_at IS NULL)", name=op.f('approvals_decided_check')),
        sa.CheckConstraint(
            "(decided_by IS NOT NULL) = (state IN ('confirmed', 'refused', 'failed'))",
            name=op.f('approvals_by_another_check'),
        ),
        sa.CheckConstraint('octet_length(payload_sha256) = 32', name=op.f('approvals_hashed_check')),
        sa.CheckConstraint('expires_at > not_before', name=op.f('approvals_time_to_decide_check')),
        sa.ForeignKeyConstraint(['proposed_by'], ['operators.id'], name=op.f('approvals_proposed_by_fkey')),
        sa.ForeignKeyConstraint(['decided_by'], ['operators.id'], name=op.f('approvals_decided_by_fkey')),
        sa.PrimaryKeyConstraint('id', name=op.f('approvals_pkey')),
    )
    open_ = sa.text("state = 'open'")
    op.create_index('approvals_open_key', 'approvals', ['kind', 'subject'], unique=True, postgresql_where=open_)
    for statement in kept():
        op.execute(statement)


def downgrade() -> None:
    op.drop_table('approvals')
    op.drop_index(op.f('operators_user_id_idx'), table_name='operators')
    op.drop_constraint(op.f('operators_user_id_fkey'), 'operators', type_='foreignkey')
    op.drop_column('operators', 'user_id')


def kept() -> tuple[str, str, str]:
    """What was proposed never changes, and no row is removed; the function is there since rounds are frozen."""
    changed = ' OR '.join(f'OLD.{column} IS DISTINCT FROM NEW.{column}' for column in FROZEN)
    refused = 'EXECUTE FUNCTION refuse_other_promise()'
    return (
        f'CREATE TRIGGER approvals_frozen BEFORE UPDATE ON approvals FOR EACH ROW WHEN ({changed}) {refused}',
        f'CREATE TRIGGER approvals_kept BEFORE DELETE ON approvals FOR EACH ROW {refused}',
        f'CREATE TRIGGER approvals_not_emptied BEFORE TRUNCATE ON approvals FOR EACH STATEMENT {refused}',
    )
