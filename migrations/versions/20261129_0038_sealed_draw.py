"""the sealed draw: its work as one number, and the checkpoints of a delay

Rounds that exist keep the work that they promised, as their own algorithms count it.
"""

from __future__ import annotations

from alembic import op

revision = '0038'
down_revision = '0037'
branch_labels = None
depends_on = None

COMMON = (
    'closing_height', 'internal_key', 'jackpot_sats', 'min_payment_floor_sats', 'opens_at_height', 'round_number',
    'sales_end_height', 'settlement_depth', 'winner_algorithm',
)
OWN = {
    'rounds': ('base_ticket_price_sats', 'hashes_per_digit', 'house_fee_percent', 'ticket_digits', 'ticket_supply'),
    'luckotto_rounds': ('base_combination_price_sats', 'hash_work', 'pool_size', 'possible_combinations'),
}
WORK = {'rounds': 'hashes_per_digit', 'luckotto_rounds': 'hash_work'}


def upgrade() -> None:
    for table, work in WORK.items():
        op.execute(f'ALTER TABLE {table} ADD COLUMN hashes BIGINT')
        op.execute(f'ALTER TABLE {table} ALTER COLUMN {work} DROP NOT NULL')
        op.execute(
            f'ALTER TABLE {table} ADD CONSTRAINT {table}_hashes_check'
            f' CHECK (num_nonnulls(hashes, {work}) = 1 AND hashes > 0)'
        )
        freeze(table, (*sorted({*COMMON, *OWN[table], 'hashes'}), 'round_terms'))
    op.execute("""
        CREATE TABLE draw_states (
            draw_id UUID NOT NULL,
            number INTEGER NOT NULL,
            state BYTEA NOT NULL,
            CONSTRAINT draw_states_pkey PRIMARY KEY (draw_id, number),
            CONSTRAINT draw_states_draw_id_fkey FOREIGN KEY (draw_id) REFERENCES draws (id),
            CONSTRAINT draw_states_number_check CHECK (number >= 0),
            CONSTRAINT draw_states_state_check CHECK (octet_length(state) = 32)
        )
    """)


def freeze(table: str, columns: tuple[str, ...]) -> None:
    changed = ' OR '.join(f'OLD.{column} IS DISTINCT FROM NEW.{column}' for column in columns)
    op.execute(f'DROP TRIGGER {table}_frozen ON {table}')
    op.execute(
        f'CREATE TRIGGER {table}_frozen BEFORE UPDATE ON {table}'
        f' FOR EACH ROW WHEN ({changed}) EXECUTE FUNCTION refuse_other_promise()'
    )


def downgrade() -> None:
    """A round that was promised a sealed draw has no work of the other kind: where there is one, this is refused."""
    op.execute('DROP TABLE draw_states')
    for table, work in WORK.items():
        freeze(table, (*sorted({*COMMON, *OWN[table]}), 'round_terms'))
        op.execute(f'ALTER TABLE {table} DROP CONSTRAINT {table}_hashes_check')
        op.execute(f'ALTER TABLE {table} ALTER COLUMN {work} SET NOT NULL')
        op.execute(f'ALTER TABLE {table} DROP COLUMN hashes')
