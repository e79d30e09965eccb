"""references to rows that stay for ever are looked up once a statement

The foreign keys concerned go, and triggers take their place within the same transaction, so that no row slips between.
No row is read or written: it takes as long as the locks on fifteen tables take.
"""

from __future__ import annotations

from alembic import op

revision = '0029'
down_revision = '0028'
branch_labels = None
depends_on = None

KEPT = {
    'payments': ('id',),
    'ledger_accounts': ('id', 'currency'),
    'deposit_addresses': ('id',),
    'reserve_addresses': ('key_index',),
    'ticket_orders': ('id',),
    'order_payments': ('id',),
    'luckotto_orders': ('id', 'round_number'),
    'luckotto_payments': ('id',),
}
# By table: columns, what they refer to, and whose columns.
REFERENCES = {
    'ledger_transfers': (
        (('debit_account_id', 'currency'), 'ledger_accounts', ('id', 'currency')),
        (('credit_account_id', 'currency'), 'ledger_accounts', ('id', 'currency')),
    ),
    'coins': (
        (('deposit_address_id',), 'deposit_addresses', ('id',)),
        (('reserve_key_index',), 'reserve_addresses', ('key_index',)),
        (('payment_id',), 'payments', ('id',)),
    ),
    'order_payments': (
        (('id',), 'payments', ('id',)),
        (('order_id',), 'ticket_orders', ('id',)),
        (('credited_round_number',), 'rounds', ('round_number',)),
    ),
    'ticket_slips': (
        (('id',), 'ticket_orders', ('id',)),
        (('round_number',), 'rounds', ('round_number',)),
    ),
    'slip_ranges': (
        (('round_number', 'ticket_supply'), 'rounds', ('round_number', 'ticket_supply')),
        (('payment_id',), 'order_payments', ('id',)),
    ),
    'luckotto_payments': (
        (('id',), 'payments', ('id',)),
        (('order_id',), 'luckotto_orders', ('id',)),
        (('credited_round_number',), 'luckotto_rounds', ('round_number',)),
    ),
    'luckotto_tickets': (
        (('id', 'round_number'), 'luckotto_orders', ('id', 'round_number')),
        (('round_number', 'pool_size'), 'luckotto_rounds', ('round_number', 'pool_size')),
        (('payment_id',), 'luckotto_payments', ('id',)),
    ),
}
REFUSED = 'EXECUTE FUNCTION refuse_lost_reference()'


def upgrade() -> None:
    op.execute("""
        CREATE OR REPLACE FUNCTION refuse_lost_reference() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'what leads to or from a row of % stays', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
        END $$
    """)
    # All of them at once, and in one order: nothing is referred to, removed or changed until the end.
    tables = sorted({*KEPT, *REFERENCES, 'rounds', 'luckotto_rounds'})
    op.execute(f"LOCK TABLE {', '.join(tables)} IN ACCESS EXCLUSIVE MODE")
    for table, columns in KEPT.items():
        keep(table, columns)
    for table, references in REFERENCES.items():
        stay(table, list(dict.fromkeys(column for own, *_ in references for column in own)))
        op.execute(look_up(table))
        op.execute(
            f'CREATE TRIGGER {table}_look_up AFTER INSERT ON {table} REFERENCING NEW TABLE AS added'
            f' FOR EACH STATEMENT EXECUTE FUNCTION {table}_look_up()'
        )
        for columns, *_ in references:
            op.execute(f'ALTER TABLE {table} DROP CONSTRAINT {name(table, columns)}')


def keep(table: str, columns: tuple[str, ...]) -> None:
    changed = ' OR '.join(f'OLD.{column} IS DISTINCT FROM NEW.{column}' for column in columns)
    op.execute(f'CREATE TRIGGER {table}_kept BEFORE DELETE OR TRUNCATE ON {table} FOR EACH STATEMENT {REFUSED}')
    op.execute(f'CREATE TRIGGER {table}_found AFTER UPDATE ON {table} FOR EACH ROW WHEN ({changed}) {REFUSED}')


def stay(table: str, columns: list[str]) -> None:
    turned = ' OR '.join(f'NEW.{one} IS NOT NULL AND OLD.{one} IS DISTINCT FROM NEW.{one}' for one in columns)
    op.execute(f'CREATE TRIGGER {table}_refers AFTER UPDATE ON {table} FOR EACH ROW WHEN ({turned}) {REFUSED}')


def look_up(table: str) -> str:
    body = ''
    for columns, target, targets in REFERENCES[table]:
        key, names = name(table, columns), ', '.join(columns)
        given = ' AND '.join(f'given.{column} IS NOT NULL' for column in columns)
        found = ' AND '.join(f'target.{one} = given.{column}' for one, column in zip(targets, columns, strict=True))
        body += (
            f'    SELECT given.* INTO lost FROM (SELECT DISTINCT {names} FROM added) AS given'
            f' WHERE {given} AND (SELECT true FROM {target} AS target WHERE {found}) IS NULL LIMIT 1;\n'
            f'    IF FOUND THEN\n'
            f'        RAISE foreign_key_violation USING MESSAGE = \'insert on table "{table}" violates foreign key'
            f' "{key}"\',\n'
            f"            DETAIL = format('({names})=%s is not in table \"{target}\"', lost),\n"
            f"            SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, CONSTRAINT = '{key}';\n"
            f'    END IF;\n'
        )
    return (
        f'CREATE OR REPLACE FUNCTION {table}_look_up() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$\n'
        f'DECLARE\n    lost record;\nBEGIN\n{body}    RETURN NULL;\nEND $$'
    )


def name(table: str, columns: tuple[str, ...]) -> str:
    return f"{table}_{'_'.join(columns)}_fkey"


def downgrade() -> None:
    """Each foreign key counts for new rows before its trigger goes; what is there is held against it afterwards, while
    others go on writing. What fails half-way may be repeated."""
    for table, references in REFERENCES.items():
        for columns, target, targets in references:
            op.execute(f'ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name(table, columns)}')
            op.execute(
                f"ALTER TABLE {table} ADD CONSTRAINT {name(table, columns)} FOREIGN KEY ({', '.join(columns)})"
                f" REFERENCES {target} ({', '.join(targets)}) NOT VALID"
            )
        op.execute(f'DROP TRIGGER IF EXISTS {table}_look_up ON {table}')
        op.execute(f'DROP TRIGGER IF EXISTS {table}_refers ON {table}')
        op.execute(f'DROP FUNCTION IF EXISTS {table}_look_up()')
    for table in KEPT:
        op.execute(f'DROP TRIGGER IF EXISTS {table}_found ON {table}')
        op.execute(f'DROP TRIGGER IF EXISTS {table}_kept ON {table}')
    op.execute('DROP FUNCTION IF EXISTS refuse_lost_reference()')
    with op.get_context().autocommit_block():
        for table, references in REFERENCES.items():
            for columns, *_ in references:
                op.execute(f'ALTER TABLE {table} VALIDATE CONSTRAINT {name(table, columns)}')
