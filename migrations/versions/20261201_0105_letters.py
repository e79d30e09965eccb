"""letters that people write to the house, and what it answered"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0105'
down_revision = '0100'
branch_labels = None
depends_on = None

NOW = sa.text('clock_timestamp()')


def upgrade() -> None:
    op.create_table(
        'letters',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('number', sa.Text(), nullable=False),
        sa.Column('topic', sa.Text(), nullable=False),
        sa.Column('about', sa.Text(), server_default='', nullable=False),
        sa.Column('user_id', sa.Uuid(), nullable=True),
        sa.Column('locale', sa.Text(), nullable=False),
        sa.Column('email_sealed', sa.LargeBinary(), nullable=False),
        sa.Column('email_hash', sa.LargeBinary(), nullable=False),
        sa.Column('words_sealed', sa.LargeBinary(), nullable=False),
        sa.Column('state', sa.Text(), server_default='open', nullable=False),
        sa.Column('written_at', sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "topic IN ('payment', 'play', 'account', 'site', 'other')", name=op.f('letters_topic_check')
        ),
        sa.CheckConstraint("state IN ('open', 'answered', 'closed')", name=op.f('letters_state_check')),
        sa.CheckConstraint("(ended_at IS NULL) = (state = 'open')", name=op.f('letters_ended_at_check')),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('letters_user_id_fkey')),
        sa.PrimaryKeyConstraint('id', name=op.f('letters_pkey')),
        sa.UniqueConstraint('number', name=op.f('letters_number_key')),
    )
    op.create_index('letters_open_idx', 'letters', ['written_at'], postgresql_where=sa.text("state = 'open'"))
    op.create_index('letters_ended_at_idx', 'letters', ['ended_at'])
    op.create_index('letters_email_hash_idx', 'letters', ['email_hash'])
    op.create_index('letters_user_id_idx', 'letters', ['user_id'])
    op.create_table(
        'letter_answers',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('letter_id', sa.Uuid(), nullable=False),
        sa.Column('words_sealed', sa.LargeBinary(), nullable=False),
        sa.Column('written_by', sa.Text(), nullable=False),
        sa.Column('written_at', sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.ForeignKeyConstraint(['letter_id'], ['letters.id'], name=op.f('letter_answers_letter_id_fkey')),
        sa.PrimaryKeyConstraint('id', name=op.f('letter_answers_pkey')),
    )
    op.create_index('letter_answers_letter_id_idx', 'letter_answers', ['letter_id'])


def downgrade() -> None:
    op.drop_table('letter_answers')
    op.drop_table('letters')
