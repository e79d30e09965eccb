"""texts that operators write, and the dictionary of dreams"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0096'
down_revision = '0095'
branch_labels = None
depends_on = None

BEFORE = '{rounds,results,orders,refunds,payouts,wallets,partners,people,alarms,audit,jobs,system}'


def upgrade() -> None:
    op.create_table(
        'content_texts',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('kind', sa.Text(), nullable=False),
        sa.Column('page', sa.Text(), nullable=True),
        sa.Column('place', sa.Integer(), server_default='0', nullable=False),
        sa.Column('newest', sa.Integer(), server_default='1', nullable=False),
        sa.Column('shown', sa.Integer(), nullable=True),
        sa.Column('shown_from', sa.DateTime(timezone=True), nullable=True),
        sa.Column('shown_until', sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('announcement', 'question', 'banner', 'page')", name=op.f('content_texts_kind_check')
        ),
        sa.CheckConstraint("(kind = 'page') = (page IS NOT NULL)", name=op.f('content_texts_page_check')),
        sa.CheckConstraint('place BETWEEN 0 AND 999', name=op.f('content_texts_place_check')),
        sa.CheckConstraint('newest >= 1', name=op.f('content_texts_newest_check')),
        sa.CheckConstraint('shown BETWEEN 1 AND newest', name=op.f('content_texts_shown_check')),
        sa.CheckConstraint('(shown IS NULL) = (shown_from IS NULL)', name=op.f('content_texts_shown_from_check')),
        sa.CheckConstraint(
            'shown_until IS NULL OR shown_until > shown_from', name=op.f('content_texts_shown_until_check')
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('content_texts_pkey')),
        sa.UniqueConstraint('page', name=op.f('content_texts_page_key')),
    )
    op.create_index('content_texts_kind_idx', 'content_texts', ['kind', 'place'])
    op.create_table(
        'content_versions',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('text_id', sa.Uuid(), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('words', postgresql.JSONB(), nullable=False),
        sa.Column('written_by', sa.Text(), nullable=False),
        sa.Column(
            'written_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False
        ),
        sa.CheckConstraint('number >= 1', name=op.f('content_versions_number_check')),
        sa.ForeignKeyConstraint(['text_id'], ['content_texts.id'], name=op.f('content_versions_text_id_fkey')),
        sa.PrimaryKeyConstraint('id', name=op.f('content_versions_pkey')),
        sa.UniqueConstraint('text_id', 'number', name=op.f('content_versions_text_id_number_key')),
    )
    op.execute(
        'CREATE TRIGGER content_versions_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON content_versions'
        ' FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()'
    )
    op.create_table(
        'tchala_dreams',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('folded', sa.Text(), nullable=False),
        sa.Column('ht', sa.Text(), nullable=False),
        sa.Column('fr', sa.Text(), server_default='', nullable=False),
        sa.Column('en', sa.Text(), server_default='', nullable=False),
        sa.Column('numbers', postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column('trigrams', postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column('source', sa.Text(), nullable=False),
        sa.Column('changed_by', sa.Text(), nullable=False),
        sa.Column(
            'changed_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False
        ),
        sa.CheckConstraint('cardinality(numbers) BETWEEN 1 AND 6', name=op.f('tchala_dreams_numbers_check')),
        sa.CheckConstraint("ht <> '' AND folded <> ''", name=op.f('tchala_dreams_word_check')),
        sa.PrimaryKeyConstraint('id', name=op.f('tchala_dreams_pkey')),
        sa.UniqueConstraint('folded', name=op.f('tchala_dreams_folded_key')),
    )
    op.create_index('tchala_dreams_trigrams_idx', 'tchala_dreams', ['trigrams'], postgresql_using='gin')
    op.create_index('tchala_dreams_numbers_idx', 'tchala_dreams', ['numbers'], postgresql_using='gin')
    # Who might everything still may.
    op.execute(f"UPDATE operators SET privileges = array_append(privileges, 'content') WHERE privileges @> '{BEFORE}'")


def downgrade() -> None:
    op.execute("UPDATE operators SET privileges = array_remove(privileges, 'content')")
    op.drop_table('tchala_dreams')
    op.drop_table('content_versions')
    op.drop_table('content_texts')
