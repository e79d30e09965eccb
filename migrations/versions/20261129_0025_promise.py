"""a round's own promise: its text, and columns that never change again

Rounds that exist stay of version 1: without a text. What they promised is frozen from now on all the same.
"""

from __future__ import annotations

from alembic import op

revision = '0025'
down_revision = '0024'
branch_labels = None
depends_on = None

COMMON = (
    'closing_height', 'internal_key', 'jackpot_sats', 'min_payment_floor_sats', 'opens_at_height', 'round_number',
    'sales_end_height', 'settlement_depth', 'winner_algorithm', 'round_terms',
)
OWN = {
    'rounds': ('base_ticket_price_sats', 'hashes_per_digit', 'house_fee_percent', 'ticket_digits', 'ticket_supply'),
    'luckotto_rounds': ('base_combination_price_sats', 'hash_work', 'pool_size', 'possible_combinations'),
}


def upgrade() -> None:
    op.execute("""
        CREATE OR REPLACE FUNCTION refuse_other_promise() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'what a row of % promised never changes', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
        END $$
    """)
    for table, own in OWN.items():
        op.execute(f'ALTER TABLE {table} ADD COLUMN round_terms TEXT')
        changed = ' OR '.join(f'OLD.{column} IS DISTINCT FROM NEW.{column}' for column in (*COMMON, *own))
        op.execute(
            f'CREATE TRIGGER {table}_frozen BEFORE UPDATE ON {table}'
            f' FOR EACH ROW WHEN ({changed}) EXECUTE FUNCTION refuse_other_promise()'
        )
        op.execute(
            f'CREATE TRIGGER {table}_kept BEFORE DELETE ON {table}'
            ' FOR EACH ROW EXECUTE FUNCTION refuse_other_promise()'
        )
        op.execute(
            f'CREATE TRIGGER {table}_not_emptied BEFORE TRUNCATE ON {table}'
            ' FOR EACH STATEMENT EXECUTE FUNCTION refuse_other_promise()'
        )


def downgrade() -> None:
    for table in OWN:
        op.execute(f'DROP TRIGGER {table}_not_emptied ON {table}')
        op.execute(f'DROP TRIGGER {table}_kept ON {table}')
        op.execute(f'DROP TRIGGER {table}_frozen ON {table}')
        op.execute(f'ALTER TABLE {table} DROP COLUMN round_terms')
    op.execute('DROP FUNCTION refuse_other_promise()')
