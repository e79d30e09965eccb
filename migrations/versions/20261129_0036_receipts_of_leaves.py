"""what receipts prove: leaves of payments to orders, and the salts that only their holders are told"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0036'
down_revision = '0035'
branch_labels = None
depends_on = None

CHANGED = ' OR '.join(
    f'OLD.{column} IS DISTINCT FROM NEW.{column}' for column in ('subject', 'leaf', 'kind', 'fact', 'written_at')
)
REFUSED = 'EXECUTE FUNCTION refuse_other_promise()'


def upgrade() -> None:
    op.create_table(
        'log_receipts',
        sa.Column('subject', sa.Text(), nullable=False),
        sa.Column('leaf', sa.LargeBinary(), nullable=False),
        sa.Column('kind', sa.Text(), nullable=False),
        sa.Column('fact', sa.Text(), nullable=False),
        sa.Column('salt', sa.LargeBinary(), nullable=True),
        sa.Column('written_at', sa.DateTime(timezone=True), server_default=sa.func.clock_timestamp(), nullable=False),
        sa.PrimaryKeyConstraint('subject', 'leaf', name='log_receipts_pkey'),
    )
    op.execute(
        f'CREATE TRIGGER log_receipts_frozen BEFORE UPDATE ON log_receipts FOR EACH ROW WHEN ({CHANGED}) {REFUSED}'
    )
    op.execute(f'CREATE TRIGGER log_receipts_kept BEFORE DELETE ON log_receipts FOR EACH ROW {REFUSED}')
    op.execute(f'CREATE TRIGGER log_receipts_not_emptied BEFORE TRUNCATE ON log_receipts FOR EACH STATEMENT {REFUSED}')
    op.add_column(
        'log_heads', sa.Column('receipts_from', sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False)
    )


def downgrade() -> None:
    op.drop_column('log_heads', 'receipts_from')
    op.drop_table('log_receipts')
