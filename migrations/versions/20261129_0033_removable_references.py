"""references to slips and ranges, which a lost block removes, are looked up once a statement, and held; rewards by height

The foreign keys concerned go, and triggers take their place within the same transaction, so that no row slips between.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0033'
down_revision = '0032'
branch_labels = None
depends_on = None

# Columns of a table, what they refer to, and whose columns.
REFERENCES = (
    ('partner_wins', ('slip_id',), 'ticket_slips', ('id',)),
    ('slip_ranges', ('round_number', 'first'), 'slip_ranges', ('round_number', 'after')),
    ('slip_ranges', ('slip_id',), 'ticket_slips', ('id',)),
)
TABLES = ('partner_wins', 'slip_ranges', 'ticket_slips')
REFUSED = 'EXECUTE FUNCTION refuse_lost_reference()'
LEVEL = (
    "    IF current_setting('transaction_isolation') <> 'read committed' THEN\n"
    "        RAISE feature_not_supported USING MESSAGE = 'rows that may go are referred to at READ COMMITTED alone';\n"
    '    END IF;\n'
)
REWARDS = sa.text('tx_index = 0 AND orphaned_at IS NULL')


def upgrade() -> None:
    op.execute(f"LOCK TABLE {', '.join(TABLES)} IN ACCESS EXCLUSIVE MODE")
    for table in sorted({table for table, *_ in REFERENCES}):
        hold(table)
    for target in sorted({target for *_, target, _ in REFERENCES}):
        let_go(target)
    for table, columns, *_ in REFERENCES:
        op.execute(f'ALTER TABLE {table} DROP CONSTRAINT {name(table, columns)}')
    op.create_index('coins_rewards_idx', 'coins', ['block_height'], postgresql_where=REWARDS)


def hold(table: str) -> None:
    mine = [one for one in REFERENCES if one[0] == table]
    turned = ' OR '.join(
        f'NEW.{column} IS NOT NULL AND OLD.{column} IS DISTINCT FROM NEW.{column}'
        for column in dict.fromkeys(column for _, columns, *_ in mine for column in columns)
    )
    op.execute(f'CREATE TRIGGER {table}_turns AFTER UPDATE ON {table} FOR EACH ROW WHEN ({turned}) {REFUSED}')
    body = ''
    for _, columns, target, targets in mine:
        names = ', '.join(columns)
        asked = f'SELECT DISTINCT {names} FROM added'
        if target == table:
            asked = f"SELECT {names} FROM added EXCEPT SELECT {', '.join(targets)} FROM added"
        given = ' AND '.join(f'given.{column} IS NOT NULL' for column in columns)
        found = ' AND '.join(f'target.{one} = given.{column}' for one, column in zip(targets, columns, strict=True))
        told = f'insert on table "{table}" violates foreign key "{name(table, columns)}"'
        body += (
            f'    SELECT given.* INTO lost FROM ({asked}) AS given'
            f' WHERE {given} AND (SELECT true FROM {target} AS target WHERE {found} FOR KEY SHARE) IS NULL LIMIT 1;\n'
            f'    IF FOUND THEN\n'
            f"        RAISE foreign_key_violation USING MESSAGE = '{told}',\n"
            f"            DETAIL = format('({names})=%s is not in table \"{target}\"', lost),\n"
            f"            SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, CONSTRAINT = '{name(table, columns)}';\n"
            f'    END IF;\n'
        )
    op.execute(function(f'{table}_hold', 'lost', body))
    op.execute(
        f'CREATE TRIGGER {table}_hold AFTER INSERT ON {table} REFERENCING NEW TABLE AS added'
        f' FOR EACH STATEMENT EXECUTE FUNCTION {table}_hold()'
    )


def let_go(target: str) -> None:
    leading = [one for one in REFERENCES if one[2] == target]
    body = ''
    for table, columns, _, targets in leading:
        key, names = name(table, columns), ', '.join(targets)
        refers = ' AND '.join(f'referring.{own} = gone.{one}' for own, one in zip(columns, targets, strict=True))
        told = f'delete on table "{target}" violates foreign key "{key}" on table "{table}"'
        body += (
            f'    SELECT {names} INTO kept FROM gone'
            f' WHERE (SELECT true FROM {table} AS referring WHERE {refers} LIMIT 1) LIMIT 1;\n'
            f'    IF FOUND THEN\n'
            f"        RAISE foreign_key_violation USING MESSAGE = '{told}',\n"
            f"            DETAIL = format('({names})=%s is still referred to from table \"{table}\"', kept),\n"
            f"            SCHEMA = TG_TABLE_SCHEMA, TABLE = '{table}', CONSTRAINT = '{key}';\n"
            f'    END IF;\n'
        )
    op.execute(function(f'{target}_let_go', 'kept', body))
    op.execute(
        f'CREATE TRIGGER {target}_let_go AFTER DELETE ON {target} REFERENCING OLD TABLE AS gone'
        f' FOR EACH STATEMENT EXECUTE FUNCTION {target}_let_go()'
    )
    changed = ' OR '.join(
        f'OLD.{column} IS DISTINCT FROM NEW.{column}'
        for column in dict.fromkeys(column for *_, targets in leading for column in targets)
    )
    op.execute(f'CREATE TRIGGER {target}_found AFTER UPDATE ON {target} FOR EACH ROW WHEN ({changed}) {REFUSED}')
    op.execute(f'CREATE TRIGGER {target}_emptied BEFORE TRUNCATE ON {target} FOR EACH STATEMENT {REFUSED}')


def function(called: str, record: str, body: str) -> str:
    return (
        f'CREATE OR REPLACE FUNCTION {called}() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$\n'
        f'DECLARE\n    {record} record;\nBEGIN\n{LEVEL}{body}    RETURN NULL;\nEND $$'
    )


def name(table: str, columns: tuple[str, ...]) -> str:
    return f"{table}_{'_'.join(columns)}_fkey"


def downgrade() -> None:
    """Each foreign key counts for new rows before its triggers go; what is there is held against it afterwards."""
    op.execute('DROP INDEX IF EXISTS coins_rewards_idx')
    for table, columns, target, targets in REFERENCES:
        op.execute(f'ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name(table, columns)}')
        op.execute(
            f"ALTER TABLE {table} ADD CONSTRAINT {name(table, columns)} FOREIGN KEY ({', '.join(columns)})"
            f" REFERENCES {target} ({', '.join(targets)}) NOT VALID"
        )
    for table in TABLES:
        for trigger in ('hold', 'turns', 'let_go', 'found', 'emptied'):
            op.execute(f'DROP TRIGGER IF EXISTS {table}_{trigger} ON {table}')
        for called in ('hold', 'let_go'):
            op.execute(f'DROP FUNCTION IF EXISTS {table}_{called}()')
    with op.get_context().autocommit_block():
        for table, columns, *_ in REFERENCES:
            op.execute(f'ALTER TABLE {table} VALIDATE CONSTRAINT {name(table, columns)}')
