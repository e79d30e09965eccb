"""witnesses of the public log: who they are, what they cosigned, what they said against us"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0037'
down_revision = '0036'
branch_labels = None
depends_on = None

APPEND_ONLY = ('log_cosignatures', 'log_disagreements')


def moment(name: str, *, needed: bool = False, default: str | None = None) -> sa.Column[object]:
    return sa.Column(
        name, sa.DateTime(timezone=True), nullable=not needed, server_default=sa.text(default) if default else None
    )


def upgrade() -> None:
    op.create_table(
        'log_witnesses',
        sa.Column('key', sa.Text(), nullable=False),
        sa.Column('push', sa.Text(), server_default='', nullable=False),
        sa.Column('pull', sa.Text(), server_default='', nullable=False),
        sa.Column('offered_by', sa.Text(), nullable=True),
        moment('known_since', needed=True, default='now()'),
        moment('removed_at'),
        moment('stopped_at'),
        sa.Column('size', sa.BigInteger(), server_default='0', nullable=False),
        moment('cosigned_at'),
        moment('heard_at'),
        sa.Column('trouble', sa.Text(), server_default='', nullable=False),
        sa.Column('failures', sa.SmallInteger(), server_default='0', nullable=False),
        moment('rests_until'),
        sa.CheckConstraint('size >= 0 AND failures >= 0', name='log_witnesses_counts_check'),
        sa.PrimaryKeyConstraint('key', name='log_witnesses_pkey'),
    )
    op.create_index(
        'log_witnesses_offered_idx', 'log_witnesses', ['offered_by'], postgresql_where=sa.text('offered_by IS NOT NULL')
    )
    op.create_table(
        'log_cosignatures',
        sa.Column('size', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('witness', sa.Text(), nullable=False),
        moment('cosigned_at', needed=True),
        sa.Column('line', sa.Text(), nullable=False),
        moment('seen_at', needed=True, default='clock_timestamp()'),
        sa.ForeignKeyConstraint(['witness'], ['log_witnesses.key'], name='log_cosignatures_witness_fkey'),
        sa.PrimaryKeyConstraint('size', 'witness', name='log_cosignatures_pkey'),
    )
    op.create_index('log_cosignatures_time_idx', 'log_cosignatures', ['witness', 'cosigned_at'])
    op.create_table(
        'log_disagreements',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('witness', sa.Text(), nullable=False),
        sa.Column('kind', sa.Text(), nullable=False),
        sa.Column('proven', sa.Boolean(), nullable=False),
        sa.Column('evidence', sa.Text(), nullable=False),
        sa.Column('digest', sa.LargeBinary(), nullable=False),
        moment('seen_at', needed=True, default='clock_timestamp()'),
        sa.ForeignKeyConstraint(['witness'], ['log_witnesses.key'], name='log_disagreements_witness_fkey'),
        sa.PrimaryKeyConstraint('id', name='log_disagreements_pkey'),
    )
    op.create_index('log_disagreements_digest_idx', 'log_disagreements', ['witness', 'digest'], unique=True)
    op.create_index('log_disagreements_seen_idx', 'log_disagreements', ['witness', 'kind', 'seen_at'])
    for table in APPEND_ONLY:
        op.execute(
            f'CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}'
            ' FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()'
        )


def downgrade() -> None:
    for table in ('log_disagreements', 'log_cosignatures', 'log_witnesses'):
        op.drop_table(table)
