"""answers that are kept for players and operators too, and sealed"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0059'
down_revision = '0058'
branch_labels = None
depends_on = None

TABLE = 'idempotency_keys'


def upgrade() -> None:
    op.drop_constraint(op.f('idempotency_keys_partner_site_id_key_key'), TABLE, type_='unique')
    op.drop_constraint(op.f('idempotency_keys_partner_site_id_fkey'), TABLE, type_='foreignkey')
    op.alter_column(
        TABLE,
        'partner_site_id',
        new_column_name='owner',
        existing_type=sa.Uuid(),
        type_=sa.Text(),
        postgresql_using='partner_site_id::text',
    )
    op.add_column(TABLE, sa.Column('owner_kind', sa.Text(), nullable=False, server_default='partner'))
    op.alter_column(TABLE, 'owner_kind', existing_type=sa.Text(), server_default=None)
    op.add_column(TABLE, sa.Column('body_sealed', sa.LargeBinary(), nullable=True))
    op.alter_column(TABLE, 'body', existing_type=sa.Text(), nullable=True)
    op.create_unique_constraint(
        op.f('idempotency_keys_owner_kind_owner_key_key'), TABLE, ['owner_kind', 'owner', 'key']
    )
    op.create_check_constraint(
        op.f('idempotency_keys_owner_kind_check'), TABLE, "owner_kind IN ('partner', 'player', 'operator')"
    )
    op.create_check_constraint(
        op.f('idempotency_keys_body_check'), TABLE, 'num_nonnulls(body, body_sealed) = 1'
    )


def downgrade() -> None:
    # What is sealed, or another's than a partner's, says nothing to what was there before: it is forgotten a day early.
    op.execute("DELETE FROM idempotency_keys WHERE body IS NULL OR owner_kind <> 'partner'")
    op.drop_constraint(op.f('idempotency_keys_body_check'), TABLE, type_='check')
    op.drop_constraint(op.f('idempotency_keys_owner_kind_check'), TABLE, type_='check')
    op.drop_constraint(op.f('idempotency_keys_owner_kind_owner_key_key'), TABLE, type_='unique')
    op.alter_column(TABLE, 'body', existing_type=sa.Text(), nullable=False)
    op.drop_column(TABLE, 'body_sealed')
    op.drop_column(TABLE, 'owner_kind')
    op.alter_column(
        TABLE,
        'owner',
        new_column_name='partner_site_id',
        existing_type=sa.Text(),
        type_=sa.Uuid(),
        postgresql_using='owner::uuid',
    )
    op.create_foreign_key(
        op.f('idempotency_keys_partner_site_id_fkey'), TABLE, 'partner_sites', ['partner_site_id'], ['id']
    )
    op.create_unique_constraint(
        op.f('idempotency_keys_partner_site_id_key_key'), TABLE, ['partner_site_id', 'key']
    )
