"""bets: lines win by marks, of which a draw may show several"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0097'
down_revision = '0096'
branch_labels = None
depends_on = None

_LINE = ('ticket_id', 'place', 'draw_id', 'kind', 'selection', 'stake_minor', 'numerator', 'denominator')
_SETTLEMENT = ('id', 'draw_id', 'outcome')
_RENAMED = {'bet_lines': ('outcomes', 'marks'), 'bet_exposures': ('outcome', 'mark')}
_LINE_WINS = """
    CREATE OR REPLACE FUNCTION bet_line_wins(stake bigint, odds integer[]) RETURNS bigint[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT array_agg(stake * odds[2 * at - 1] / odds[2 * at] ORDER BY at)
        FROM generate_series(1, cardinality(odds) / 2) AS at
    $$
"""
_WINS_BY_MARK = (
    '(odds_by_mark IS NULL) = (wins_by_mark IS NULL) AND (wins_by_mark IS NULL OR ('
    'cardinality(wins_by_mark) = cardinality(marks) AND wins_by_mark = bet_line_wins(stake_minor, odds_by_mark)'
    ' AND odds_by_mark[1:2] = ARRAY[numerator, denominator] AND wins_minor >= ALL (wins_by_mark)))'
)


def upgrade() -> None:
    _rename(*_RENAMED.items())
    op.execute(_LINE_WINS)
    op.add_column('bet_lines', sa.Column('odds_by_mark', postgresql.ARRAY(sa.Integer()), nullable=True))
    op.add_column('bet_lines', sa.Column('wins_by_mark', postgresql.ARRAY(sa.BigInteger()), nullable=True))
    op.create_check_constraint(op.f('bet_lines_by_mark_check'), 'bet_lines', _WINS_BY_MARK)
    _freeze('bet_lines', (*_LINE, 'marks', 'wins_minor', 'odds_by_mark', 'wins_by_mark'))
    op.add_column('bet_settlements', sa.Column('shown', postgresql.ARRAY(sa.Integer()), nullable=True))
    op.execute('UPDATE bet_settlements SET shown = ARRAY[outcome]')
    op.alter_column('bet_settlements', 'shown', nullable=False)
    _freeze('bet_settlements', (*_SETTLEMENT, 'shown', 'winners', 'won_minor', 'made_at'))


def downgrade() -> None:
    _freeze('bet_settlements', (*_SETTLEMENT, 'winners', 'won_minor', 'made_at'))
    op.drop_column('bet_settlements', 'shown')
    _freeze('bet_lines', (*_LINE, 'marks', 'wins_minor'))
    op.drop_constraint(op.f('bet_lines_by_mark_check'), 'bet_lines')
    op.drop_column('bet_lines', 'wins_by_mark')
    op.drop_column('bet_lines', 'odds_by_mark')
    op.execute('DROP FUNCTION bet_line_wins(bigint, integer[])')
    _rename(*((table, (new, old)) for table, (old, new) in _RENAMED.items()))


def _rename(*tables: tuple[str, tuple[str, str]]) -> None:
    for table, (old, new) in tables:
        op.alter_column(table, old, new_column_name=new)
        op.execute(f'ALTER TABLE {table} RENAME CONSTRAINT {table}_{old}_check TO {table}_{new}_check')


def _freeze(table: str, columns: tuple[str, ...]) -> None:
    """The trigger names its columns one by one."""
    op.execute(f'DROP TRIGGER {table}_frozen ON {table}')
    changed = ' OR '.join(f'OLD.{column} IS DISTINCT FROM NEW.{column}' for column in columns)
    op.execute(
        f'CREATE TRIGGER {table}_frozen BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({changed})'
        ' EXECUTE FUNCTION refuse_other_promise()'
    )
