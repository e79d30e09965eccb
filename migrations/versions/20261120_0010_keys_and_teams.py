"""verification of sites, API keys, teams"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0004'
branch_labels = None
depends_on = None

STATUS_CHECK = 'partner_sites_verification_status_check'


def upgrade() -> None:
    text = {'type_': sa.Text(), 'nullable': False}
    op.add_column('partner_sites', sa.Column('verification_status', server_default='unverified', **text))
    op.add_column('partner_sites', sa.Column('verification_reason', server_default='', **text))
    op.execute(
        f"ALTER TABLE partner_sites ADD CONSTRAINT {STATUS_CHECK} "
        "CHECK (verification_status IN ('unverified', 'verified', 'rejected')) NOT VALID"
    )
    op.execute(f'ALTER TABLE partner_sites VALIDATE CONSTRAINT {STATUS_CHECK}')
    _api_keys()
    _team()


def _api_keys() -> None:
    op.create_table(
        'api_keys',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('partner_site_id', sa.Uuid(), nullable=False),
        sa.Column('name', sa.Text(), nullable=False),
        sa.Column('mode', sa.Text(), nullable=False),
        sa.Column('access', sa.Text(), nullable=False),
        sa.Column('hint', sa.Text(), nullable=False),
        sa.Column('secret_hash', sa.LargeBinary(), nullable=False),
        sa.Column('last_used_at', sa.DateTime(timezone=True)),
        sa.Column('expires_at', sa.DateTime(timezone=True)),
        sa.Column('revoked_at', sa.DateTime(timezone=True)),
        sa.Column('replaced_by_id', sa.Uuid()),
        sa.CheckConstraint("mode IN ('live', 'test')", name=op.f('api_keys_mode_check')),
        sa.CheckConstraint("access IN ('read', 'write')", name=op.f('api_keys_access_check')),
        sa.ForeignKeyConstraint(
            ['partner_site_id'], ['partner_sites.id'], name=op.f('api_keys_partner_site_id_fkey')
        ),
        sa.ForeignKeyConstraint(['replaced_by_id'], ['api_keys.id'], name=op.f('api_keys_replaced_by_id_fkey')),
        sa.PrimaryKeyConstraint('id', name=op.f('api_keys_pkey')),
        sa.UniqueConstraint('secret_hash', name=op.f('api_keys_secret_hash_key')),
    )
    op.create_index(op.f('api_keys_partner_site_id_idx'), 'api_keys', ['partner_site_id'])


def _team() -> None:
    op.create_table(
        'team_members',
        sa.Column('partner_site_id', sa.Uuid(), nullable=False),
        sa.Column('user_id', sa.Uuid(), nullable=False),
        sa.Column('access', sa.Text(), nullable=False),
        sa.CheckConstraint("access IN ('read', 'manage')", name=op.f('team_members_access_check')),
        sa.ForeignKeyConstraint(
            ['partner_site_id'], ['partner_sites.id'], name=op.f('team_members_partner_site_id_fkey')
        ),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('team_members_user_id_fkey')),
        sa.PrimaryKeyConstraint('partner_site_id', 'user_id', name=op.f('team_members_pkey')),
    )
    op.create_index(op.f('team_members_user_id_idx'), 'team_members', ['user_id'])
    op.create_table(
        'team_invitations',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('partner_site_id', sa.Uuid(), nullable=False),
        sa.Column('email', sa.Text(), nullable=False),
        sa.Column('access', sa.Text(), nullable=False),
        sa.Column('token_hash', sa.LargeBinary(), nullable=False),
        sa.Column('invited_by', sa.Uuid(), nullable=False),
        sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('accepted_at', sa.DateTime(timezone=True)),
        sa.CheckConstraint("access IN ('read', 'manage')", name=op.f('team_invitations_access_check')),
        sa.ForeignKeyConstraint(['invited_by'], ['users.id'], name=op.f('team_invitations_invited_by_fkey')),
        sa.ForeignKeyConstraint(
            ['partner_site_id'], ['partner_sites.id'], name=op.f('team_invitations_partner_site_id_fkey')
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('team_invitations_pkey')),
        sa.UniqueConstraint('token_hash', name=op.f('team_invitations_token_hash_key')),
    )
    op.create_index(
        'team_invitations_open_idx', 'team_invitations', ['partner_site_id', 'email'], unique=True,
        postgresql_where=sa.text('accepted_at IS NULL'),
    )


def downgrade() -> None:
    for table in ('team_invitations', 'team_members', 'api_keys'):
        op.drop_table(table)
    op.drop_constraint(op.f(STATUS_CHECK), 'partner_sites')
    op.drop_column('partner_sites', 'verification_reason')
    op.drop_column('partner_sites', 'verification_status')
