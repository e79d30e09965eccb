"""old cosignatures of the public log may go"""

from __future__ import annotations

from alembic import op

revision = '0040'
down_revision = '0039'
branch_labels = None
depends_on = None

DROP = 'DROP TRIGGER log_cosignatures_append_only ON log_cosignatures'


def upgrade() -> None:
    op.execute(DROP)
    op.execute(
        'CREATE TRIGGER log_cosignatures_append_only BEFORE UPDATE OR TRUNCATE ON log_cosignatures'
        ' FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()'
    )
    op.execute(
        'CREATE TRIGGER log_cosignatures_kept BEFORE DELETE ON log_cosignatures FOR EACH ROW'
        " WHEN (old.seen_at > now() - interval '7 days') EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    op.execute(DROP)
    op.execute('DROP TRIGGER log_cosignatures_kept ON log_cosignatures')
    op.execute(
        'CREATE TRIGGER log_cosignatures_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON log_cosignatures'
        ' FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()'
    )
