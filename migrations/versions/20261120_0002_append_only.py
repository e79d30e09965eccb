"""append-only tables

Rules of a migration: old code must run on the new schema (add first, remove a release later); no long lock on a busy
table (add indexes CONCURRENTLY, constraints NOT VALID and then VALIDATE); never rewrite money or draws.
"""

from __future__ import annotations

from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None

TABLES = ('ledger_transfers', 'audit_entries', 'audit_seals', 'events')


def upgrade() -> None:
    op.execute("""
        CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
        END $$
    """)
    for table in TABLES:
        op.execute(
            f'CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}'
            ' FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()'
        )


def downgrade() -> None:
    for table in TABLES:
        op.execute(f'DROP TRIGGER {table}_append_only ON {table}')
    op.execute('DROP FUNCTION refuse_change()')
