"""bets: draws and what they could cost, tickets, winnings"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0072'
down_revision = '0071'
branch_labels = None
depends_on = None

DRAW = (
    *('id', 'game', 'name', 'day', 'slot', 'currency', 'opens_at', 'closes_at', 'seals_at', 'draws_at'),
    *('source', 'lottery', 'classes', 'promise', 'promise_hash', 'made_at'),
)
TICKET = ('id', 'game', 'code', 'user_id', 'currency', 'total_minor', 'payment', 'reserved_until', 'made_at')
LINE = (
    *('ticket_id', 'place', 'draw_id', 'kind', 'selection'),
    *('stake_minor', 'numerator', 'denominator', 'outcomes', 'wins_minor'),
)
FROZEN = {
    'bet_draws': DRAW,
    'bet_tickets': TICKET,
    'bet_entries': ('id', 'ticket_id', 'draw_id', 'stake_minor'),
    'bet_lines': LINE,
    'bet_settlements': ('id', 'draw_id', 'outcome', 'winners', 'won_minor', 'made_at'),
    'bet_winnings': ('settlement_id', 'ticket_id', 'place', 'user_id', 'amount_minor'),
}
TABLES = (
    *('bet_winnings', 'bet_lines', 'bet_entries', 'bet_tickets'),
    *('bet_settlements', 'bet_exposures', 'bet_draws', 'bet_capacities'),
)


def upgrade() -> None:
    op.create_table('bet_capacities',
    sa.Column('currency', sa.Text(), nullable=False),
    sa.Column('free_minor', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('allotted_minor', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('counted_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
    sa.CheckConstraint('free_minor >= 0 AND allotted_minor >= 0', name=op.f('bet_capacities_not_negative_check')),
    sa.PrimaryKeyConstraint('currency', name=op.f('bet_capacities_pkey'))
    )
    op.create_table('bet_draws',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('game', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('slot', sa.SmallInteger(), nullable=False),
    sa.Column('currency', sa.Text(), nullable=False),
    sa.Column('opens_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closes_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seals_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('draws_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('lottery', sa.Text(), server_default='', nullable=False),
    sa.Column('classes', sa.Integer(), nullable=False),
    sa.Column('promise', sa.Text(), nullable=False),
    sa.Column('promise_hash', sa.LargeBinary(), nullable=False),
    sa.Column('state', sa.Text(), server_default='selling', nullable=False),
    sa.Column('allotted_minor', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('worst_minor', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('sold_minor', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('sales', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('tip', sa.LargeBinary(), nullable=False),
    sa.Column('seal_root', sa.LargeBinary(), nullable=True),
    sa.Column('sealed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('outcome', sa.Integer(), nullable=True),
    sa.Column('won_minor', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('resulted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('final_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('cancelled_because', sa.Text(), server_default='', nullable=False),
    sa.Column('cancelled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('made_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
    sa.CheckConstraint("(source = 'official') = (lottery <> '')", name=op.f('bet_draws_lottery_check')),
    sa.CheckConstraint("(state = 'cancelled') = (cancelled_at IS NOT NULL)", name=op.f('bet_draws_cancelled_check')),
    sa.CheckConstraint("(state = 'cancelled') = (cancelled_because <> '')", name=op.f('bet_draws_cancelled_because_check')),
    sa.CheckConstraint("(state = 'resulted') = (outcome IS NOT NULL)", name=op.f('bet_draws_outcome_check')),
    sa.CheckConstraint("source IN ('official', 'sealed_draw')", name=op.f('bet_draws_source_check')),
    sa.CheckConstraint("state IN ('selling', 'sealed', 'resulted', 'cancelled')", name=op.f('bet_draws_state_check')),
    sa.CheckConstraint('(outcome IS NULL) = (resulted_at IS NULL)', name=op.f('bet_draws_resulted_check')),
    sa.CheckConstraint('octet_length(promise_hash) = 32 AND octet_length(tip) = 32', name=op.f('bet_draws_hashes_check')),
    sa.CheckConstraint('opens_at < closes_at AND closes_at < seals_at AND seals_at <= draws_at', name=op.f('bet_draws_times_check')),
    sa.CheckConstraint('sold_minor >= 0 AND sales >= 0 AND won_minor >= 0', name=op.f('bet_draws_not_negative_check')),
    sa.CheckConstraint('worst_minor BETWEEN 0 AND allotted_minor', name=op.f('bet_draws_covered_check')),
    sa.PrimaryKeyConstraint('id', name=op.f('bet_draws_pkey')),
    sa.UniqueConstraint('game', 'day', 'slot', name=op.f('bet_draws_game_day_slot_key')),
    sa.UniqueConstraint('game', 'name', name=op.f('bet_draws_game_name_key'))
    )
    op.create_index('bet_draws_state_idx', 'bet_draws', ['game', 'state', 'draws_at'], unique=False)
    op.create_table('bet_exposures',
    sa.Column('draw_id', sa.Uuid(), nullable=False),
    sa.Column('outcome', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('amount_minor', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('amount_minor >= 0', name=op.f('bet_exposures_amount_check')),
    sa.CheckConstraint('outcome >= 0', name=op.f('bet_exposures_outcome_check')),
    sa.ForeignKeyConstraint(['draw_id'], ['bet_draws.id'], name=op.f('bet_exposures_draw_id_fkey')),
    sa.PrimaryKeyConstraint('draw_id', 'outcome', name=op.f('bet_exposures_pkey')),
    postgresql_with={'fillfactor': '50'}
    )
    op.create_table('bet_settlements',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('draw_id', sa.Uuid(), nullable=False),
    sa.Column('outcome', sa.Integer(), nullable=False),
    sa.Column('winners', sa.BigInteger(), nullable=False),
    sa.Column('won_minor', sa.BigInteger(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
    sa.Column('reversed_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('winners >= 0 AND won_minor >= 0', name=op.f('bet_settlements_not_negative_check')),
    sa.ForeignKeyConstraint(['draw_id'], ['bet_draws.id'], name=op.f('bet_settlements_draw_id_fkey')),
    sa.PrimaryKeyConstraint('id', name=op.f('bet_settlements_pkey'))
    )
    op.create_index('bet_settlements_live_key', 'bet_settlements', ['draw_id'], unique=True, postgresql_where=sa.text('reversed_at IS NULL'))
    op.create_table('bet_tickets',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('game', sa.Text(), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('currency', sa.Text(), nullable=False),
    sa.Column('total_minor', sa.BigInteger(), nullable=False),
    sa.Column('payment', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('reserved_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('released_because', sa.Text(), server_default='', nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
    sa.Column('posted_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("(payment = 'wallet') = (reserved_until IS NULL)", name=op.f('bet_tickets_reserved_until_check')),
    sa.CheckConstraint("(state = 'posted') = (posted_at IS NOT NULL)", name=op.f('bet_tickets_posted_check')),
    sa.CheckConstraint("(state = 'released') = (released_because <> '')", name=op.f('bet_tickets_released_check')),
    sa.CheckConstraint("payment <> 'wallet' OR state = 'posted'", name=op.f('bet_tickets_wallet_pays_at_once_check')),
    sa.CheckConstraint("payment IN ('wallet', 'card', 'gcash')", name=op.f('bet_tickets_payment_check')),
    sa.CheckConstraint("state IN ('reserved', 'posted', 'released')", name=op.f('bet_tickets_state_check')),
    sa.CheckConstraint('total_minor BETWEEN 1 AND 2100000000000000', name=op.f('bet_tickets_total_check')),
    sa.ForeignKeyConstraint(['user_id'], ['players.user_id'], name=op.f('bet_tickets_user_id_fkey')),
    sa.PrimaryKeyConstraint('id', name=op.f('bet_tickets_pkey')),
    sa.UniqueConstraint('code', name=op.f('bet_tickets_code_key'))
    )
    op.create_index('bet_tickets_due_idx', 'bet_tickets', ['reserved_until'], unique=False, postgresql_where=sa.text("state = 'reserved'"))
    op.create_index('bet_tickets_reserved_key', 'bet_tickets', ['user_id'], unique=True, postgresql_where=sa.text("state = 'reserved'"))
    op.create_index('bet_tickets_user_idx', 'bet_tickets', ['user_id', 'id'], unique=False)
    op.create_table('bet_entries',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('ticket_id', sa.Uuid(), nullable=False),
    sa.Column('draw_id', sa.Uuid(), nullable=False),
    sa.Column('stake_minor', sa.BigInteger(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('number', sa.BigInteger(), nullable=True),
    sa.Column('leaf', sa.LargeBinary(), nullable=True),
    sa.Column('refunded_because', sa.Text(), server_default='', nullable=False),
    sa.Column('refunded_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("(state = 'refunded') = (refunded_at IS NOT NULL)", name=op.f('bet_entries_refunded_check')),
    sa.CheckConstraint("(state = 'refunded') = (refunded_because <> '')", name=op.f('bet_entries_refunded_because_check')),
    sa.CheckConstraint("(state IN ('posted', 'refunded')) = (number IS NOT NULL)", name=op.f('bet_entries_number_check')),
    sa.CheckConstraint("state IN ('reserved', 'posted', 'released', 'refunded')", name=op.f('bet_entries_state_check')),
    sa.CheckConstraint('(number IS NULL) = (leaf IS NULL)', name=op.f('bet_entries_leaf_check')),
    sa.CheckConstraint('stake_minor BETWEEN 1 AND 2100000000000000', name=op.f('bet_entries_stake_check')),
    sa.ForeignKeyConstraint(['draw_id'], ['bet_draws.id'], name=op.f('bet_entries_draw_id_fkey')),
    sa.ForeignKeyConstraint(['ticket_id'], ['bet_tickets.id'], name=op.f('bet_entries_ticket_id_fkey')),
    sa.PrimaryKeyConstraint('id', name=op.f('bet_entries_pkey')),
    sa.UniqueConstraint('draw_id', 'number', name=op.f('bet_entries_draw_id_number_key')),
    sa.UniqueConstraint('ticket_id', 'draw_id', name=op.f('bet_entries_ticket_id_draw_id_key'))
    )
    op.create_table('bet_lines',
    sa.Column('ticket_id', sa.Uuid(), nullable=False),
    sa.Column('place', sa.SmallInteger(), autoincrement=False, nullable=False),
    sa.Column('draw_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('selection', sa.Text(), nullable=False),
    sa.Column('stake_minor', sa.BigInteger(), nullable=False),
    sa.Column('numerator', sa.Integer(), nullable=False),
    sa.Column('denominator', sa.Integer(), nullable=False),
    sa.Column('outcomes', sa.ARRAY(sa.Integer()), nullable=False),
    sa.Column('wins_minor', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('cardinality(outcomes) > 0', name=op.f('bet_lines_outcomes_check')),
    sa.CheckConstraint('numerator > 0 AND denominator > 0', name=op.f('bet_lines_odds_check')),
    sa.CheckConstraint('place >= 0', name=op.f('bet_lines_place_check')),
    sa.CheckConstraint('stake_minor BETWEEN 1 AND 2100000000000000', name=op.f('bet_lines_stake_check')),
    sa.CheckConstraint('wins_minor = stake_minor * numerator / denominator', name=op.f('bet_lines_wins_check')),
    sa.ForeignKeyConstraint(['ticket_id', 'draw_id'], ['bet_entries.ticket_id', 'bet_entries.draw_id'], name=op.f('bet_lines_ticket_id_draw_id_fkey')),
    sa.PrimaryKeyConstraint('ticket_id', 'place', name=op.f('bet_lines_pkey'))
    )
    op.create_index('bet_lines_draw_idx', 'bet_lines', ['draw_id', 'ticket_id', 'place'], unique=False)
    op.create_table('bet_winnings',
    sa.Column('settlement_id', sa.Uuid(), nullable=False),
    sa.Column('ticket_id', sa.Uuid(), nullable=False),
    sa.Column('place', sa.SmallInteger(), autoincrement=False, nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('amount_minor', sa.BigInteger(), nullable=False),
    sa.Column('paid_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('amount_minor BETWEEN 1 AND 2100000000000000', name=op.f('bet_winnings_amount_check')),
    sa.ForeignKeyConstraint(['settlement_id'], ['bet_settlements.id'], name=op.f('bet_winnings_settlement_id_fkey')),
    sa.ForeignKeyConstraint(['ticket_id', 'place'], ['bet_lines.ticket_id', 'bet_lines.place'], name=op.f('bet_winnings_ticket_id_place_fkey')),
    sa.ForeignKeyConstraint(['user_id'], ['players.user_id'], name=op.f('bet_winnings_user_id_fkey')),
    sa.PrimaryKeyConstraint('settlement_id', 'ticket_id', 'place', name=op.f('bet_winnings_pkey'))
    )
    op.create_index('bet_winnings_line_idx', 'bet_winnings', ['ticket_id', 'place'], unique=False)
    op.create_index('bet_winnings_unpaid_idx', 'bet_winnings', ['settlement_id'], unique=False, postgresql_where=sa.text('paid_at IS NULL'))
    op.create_index('bet_winnings_user_idx', 'bet_winnings', ['user_id'], unique=False)
    for table, columns in FROZEN.items():
        for statement in kept(table, columns):
            op.execute(statement)


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)


def kept(table: str, columns: tuple[str, ...]) -> tuple[str, str, str]:
    """What was promised and bought never changes, and no row is removed; the function is there since rounds are frozen."""
    changed = ' OR '.join(f'OLD.{column} IS DISTINCT FROM NEW.{column}' for column in columns)
    refused = 'EXECUTE FUNCTION refuse_other_promise()'
    return (
        f'CREATE TRIGGER {table}_frozen BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({changed}) {refused}',
        f'CREATE TRIGGER {table}_kept BEFORE DELETE ON {table} FOR EACH ROW {refused}',
        f'CREATE TRIGGER {table}_not_emptied BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {refused}',
    )
