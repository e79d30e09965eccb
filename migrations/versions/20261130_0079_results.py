"""results of official draws: what is waited for, every look at a source, what counts, papers, changes of sources"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0079'
down_revision = '0077'
branch_labels = None
depends_on = None

FROZEN = {
    'awaited_results': (
        *('id', 'game', 'subject', 'lottery', 'day', 'slot', 'drawn_at', 'digits', 'promise', 'final_after'),
        'created_at',
    ),
    'result_outcomes': (
        *('awaited_id', 'version', 'numbers', 'how', 'evidence'),
        *('approval_id', 'confirmed_at', 'final_at'),
    ),
    'result_papers': ('id', 'awaited_id', 'media_type', 'size', 'sha256', 'attached_by'),
}
ONCE = 'result_observations'
ADDED = 'result_source_changes'
TABLES = (
    *('result_source_changes', 'result_papers', 'result_outcomes'),
    *('result_asks', 'result_observations', 'awaited_results'),
)
REFUSED = 'EXECUTE FUNCTION refuse_other_promise()'  # there since rounds are frozen
BEFORE = '{rounds,orders,refunds,payouts,wallets,partners,people,alarms,audit,jobs,system}'


def upgrade() -> None:
    op.create_table('awaited_results',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('game', sa.Text(), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('lottery', sa.Text(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('slot', sa.Time(), nullable=False),
    sa.Column('drawn_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('digits', sa.Integer(), nullable=False),
    sa.Column('promise', sa.LargeBinary(), nullable=False),
    sa.Column('final_after', sa.Interval(), nullable=False),
    sa.Column('state', sa.Text(), server_default='expected', nullable=False),
    sa.Column('provisional', sa.Text(), nullable=True),
    sa.Column('looks', sa.Integer(), server_default='0', nullable=False),
    sa.Column('next_look_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("(provisional IS NOT NULL) = (state = 'provisional')", name=op.f('awaited_results_provisional_check')),
    sa.CheckConstraint("final_after >= interval '0'", name=op.f('awaited_results_final_after_check')),
    sa.CheckConstraint("next_look_at IS NULL OR state IN ('expected', 'provisional')", name=op.f('awaited_results_looked_for_check')),
    sa.CheckConstraint("state IN ('expected', 'provisional', 'confirmed', 'settled', 'dismissed')", name=op.f('awaited_results_state_check')),
    sa.CheckConstraint('digits BETWEEN 1 AND 9', name=op.f('awaited_results_digits_check')),
    sa.CheckConstraint('octet_length(promise) = 32', name=op.f('awaited_results_promise_check')),
    sa.PrimaryKeyConstraint('id', name=op.f('awaited_results_pkey')),
    sa.UniqueConstraint('game', 'subject', name=op.f('awaited_results_game_subject_key'))
    )
    op.create_index('awaited_results_drawn_at_idx', 'awaited_results', ['drawn_at'], unique=False)
    op.create_index('awaited_results_due_idx', 'awaited_results', ['next_look_at'], unique=False, postgresql_where=sa.text('next_look_at IS NOT NULL'))
    op.create_table('result_observations',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('awaited_id', sa.Uuid(), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('host', sa.Text(), server_default='', nullable=False),
    sa.Column('parser', sa.Text(), server_default='', nullable=False),
    sa.Column('origin', sa.Text(), server_default='', nullable=False),
    sa.Column('claim', sa.Uuid(), nullable=True),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('status', sa.Integer(), nullable=True),
    sa.Column('body', sa.LargeBinary(), nullable=True),
    sa.Column('body_sha256', sa.LargeBinary(), nullable=True),
    sa.Column('body_size', sa.Integer(), nullable=True),
    sa.Column('numbers', sa.Text(), nullable=True),
    sa.Column('reason', sa.Text(), server_default='', nullable=False),
    sa.Column('mark', sa.Text(), server_default='', nullable=False),
    sa.CheckConstraint("(answered_at IS NOT NULL) = (numbers IS NOT NULL OR reason <> '')", name=op.f('result_observations_answered_check')),
    sa.CheckConstraint("answered_at IS NULL OR mark <> ''", name=op.f('result_observations_marked_check')),
    sa.CheckConstraint("numbers IS NULL OR reason = ''", name=op.f('result_observations_read_check')),
    sa.CheckConstraint('answered_at IS NULL OR (asked_at IS NOT NULL AND asked_at <= answered_at)', name=op.f('result_observations_asked_check')),
    sa.CheckConstraint('body IS NULL OR octet_length(body_sha256) = 32', name=op.f('result_observations_hashed_check')),
    sa.CheckConstraint('body_size BETWEEN 0 AND 1048576', name=op.f('result_observations_size_check')),
    sa.CheckConstraint('num_nulls(body, body_sha256, body_size) IN (0, 3)', name=op.f('result_observations_body_check')),
    sa.CheckConstraint('numbers IS NULL OR (body IS NOT NULL AND status = 200)', name=op.f('result_observations_of_a_page_check')),
    sa.ForeignKeyConstraint(['awaited_id'], ['awaited_results.id'], name=op.f('result_observations_awaited_id_fkey')),
    sa.PrimaryKeyConstraint('id', name=op.f('result_observations_pkey'))
    )
    op.create_index('result_observations_awaited_id_idx', 'result_observations', ['awaited_id'], unique=False)
    op.create_index('result_observations_meant_key', 'result_observations', ['source', 'awaited_id'], unique=True, postgresql_where=sa.text('answered_at IS NULL'))
    op.create_table('result_asks',
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('claim', sa.Uuid(), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('source', name=op.f('result_asks_pkey'))
    )
    op.create_table('result_outcomes',
    sa.Column('awaited_id', sa.Uuid(), nullable=False),
    sa.Column('version', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('numbers', sa.Text(), nullable=False),
    sa.Column('how', sa.Text(), nullable=False),
    sa.Column('evidence', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('approval_id', sa.Uuid(), nullable=True),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('final_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('mark', sa.Text(), nullable=False),
    sa.Column('told_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("(approval_id IS NULL) = (how = 'consensus')", name=op.f('result_outcomes_decided_check')),
    sa.CheckConstraint("how IN ('consensus', 'by_hand', 'correction')", name=op.f('result_outcomes_how_check')),
    sa.CheckConstraint("numbers ~ '^[0-9]+$'", name=op.f('result_outcomes_numbers_check')),
    sa.CheckConstraint("version >= 1 AND (version > 1) = (how = 'correction')", name=op.f('result_outcomes_version_check')),
    sa.CheckConstraint('final_at >= confirmed_at', name=op.f('result_outcomes_final_check')),
    sa.ForeignKeyConstraint(['awaited_id'], ['awaited_results.id'], name=op.f('result_outcomes_awaited_id_fkey')),
    sa.PrimaryKeyConstraint('awaited_id', 'version', name=op.f('result_outcomes_pkey'))
    )
    op.create_index('result_outcomes_untold_idx', 'result_outcomes', ['awaited_id'], unique=False, postgresql_where=sa.text('told_at IS NULL'))
    op.create_table('result_papers',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('awaited_id', sa.Uuid(), nullable=False),
    sa.Column('media_type', sa.Text(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.LargeBinary(), nullable=False),
    sa.Column('attached_by', sa.Text(), nullable=False),
    sa.Column('key_sealed', sa.LargeBinary(), nullable=False),
    sa.CheckConstraint("media_type IN ('image/webp', 'application/pdf')", name=op.f('result_papers_media_type_check')),
    sa.CheckConstraint('octet_length(sha256) = 32', name=op.f('result_papers_hashed_check')),
    sa.CheckConstraint('size > 0', name=op.f('result_papers_size_check')),
    sa.ForeignKeyConstraint(['awaited_id'], ['awaited_results.id'], name=op.f('result_papers_awaited_id_fkey')),
    sa.PrimaryKeyConstraint('id', name=op.f('result_papers_pkey'))
    )
    op.create_index('result_papers_awaited_id_idx', 'result_papers', ['awaited_id'], unique=False)
    op.create_table('result_source_changes',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('host', sa.Text(), nullable=False),
    sa.Column('parser', sa.Text(), nullable=False),
    sa.Column('origin', sa.Text(), nullable=False),
    sa.Column('is_asked', sa.Boolean(), nullable=False),
    sa.Column('approval_id', sa.Uuid(), nullable=False),
    sa.Column('decided_by', sa.Text(), nullable=False),
    sa.Column('confirmed_by', sa.Text(), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
    sa.Column('mark', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('result_source_changes_pkey')),
    sa.UniqueConstraint('approval_id', name=op.f('result_source_changes_approval_id_key'))
    )
    op.create_index('result_source_changes_source_idx', 'result_source_changes', ['source', 'id'], unique=False)
    for table, columns in FROZEN.items():
        changed = ' OR '.join(f'OLD.{column} IS DISTINCT FROM NEW.{column}' for column in columns)
        keep(table, changed)
    keep(ONCE, 'OLD.answered_at IS NOT NULL')
    op.execute(
        f'CREATE TRIGGER {ADDED}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {ADDED}'
        ' FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()'
    )
    # Who might everything still may.
    op.execute(f"UPDATE operators SET privileges = array_append(privileges, 'results') WHERE privileges @> '{BEFORE}'")


def downgrade() -> None:
    op.execute("UPDATE operators SET privileges = array_remove(privileges, 'results')")
    for table in TABLES:
        op.drop_table(table)


def keep(table: str, changed: str) -> None:
    op.execute(f'CREATE TRIGGER {table}_frozen BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({changed}) {REFUSED}')
    op.execute(f'CREATE TRIGGER {table}_kept BEFORE DELETE ON {table} FOR EACH ROW {REFUSED}')
    op.execute(f'CREATE TRIGGER {table}_not_emptied BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {REFUSED}')
