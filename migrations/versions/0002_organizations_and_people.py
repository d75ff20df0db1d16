"""Tables of organization."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('organization',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=20), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('kind', sa.String(length=24), nullable=False),
    sa.Column('parent_id', sa.Integer(), nullable=True),
    sa.Column('path', sa.String(length=200), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.CheckConstraint("kind in ('county', 'township', 'community_committee', 'enterprise_committee', 'general_branch', 'branch', 'group')", name=op.f('ck_organization_kind')),
    sa.ForeignKeyConstraint(['parent_id'], ['organization.id'], name=op.f('fk_organization_parent_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_organization')),
    sa.UniqueConstraint('code', name=op.f('uq_organization_code'))
    )
    op.create_index(op.f('ix_organization_parent_id'), 'organization', ['parent_id'], unique=False)
    op.create_index(op.f('ix_organization_path'), 'organization', ['path'], unique=False)
    op.create_table('person',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('name_key', sa.String(length=120), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('large_type', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_person'))
    )
    op.create_index(op.f('ix_person_name_key'), 'person', ['name_key'], unique=False)
    op.create_table('appointment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('role', sa.String(length=20), nullable=False),
    sa.Column('organization_id', sa.Integer(), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('until', sa.Date(), nullable=True),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.Column('appointed_by_id', sa.Integer(), nullable=True),
    sa.Column('appointed_at', sa.DateTime(), nullable=False),
    sa.CheckConstraint("role in ('branch_secretary', 'branch_clerk', 'adviser', 'trainer', 'reviewer', 'town_admin', 'county_admin', 'auditor')", name=op.f('ck_appointment_role')),
    sa.ForeignKeyConstraint(['appointed_by_id'], ['person.id'], name=op.f('fk_appointment_appointed_by_id')),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_appointment_organization_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_appointment_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_appointment'))
    )
    op.create_index(op.f('ix_appointment_organization_id'), 'appointment', ['organization_id'], unique=False)
    op.create_index(op.f('ix_appointment_person_id'), 'appointment', ['person_id'], unique=False)
    op.create_index('uq_appointment_open', 'appointment', ['person_id', 'role', 'organization_id'], unique=True, sqlite_where=sa.text('until is null'), postgresql_where=sa.text('until is null'))
    op.create_table('membership',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('organization_id', sa.Integer(), nullable=False),
    sa.Column('stage', sa.String(length=20), nullable=False),
    sa.Column('expectation', sa.String(length=12), nullable=False),
    sa.Column('floating', sa.Boolean(), nullable=False),
    sa.Column('online', sa.Boolean(), nullable=False),
    sa.Column('contact', sa.String(length=40), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('until', sa.Date(), nullable=True),
    sa.Column('entered_by_id', sa.Integer(), nullable=True),
    sa.Column('entered_at', sa.DateTime(), nullable=False),
    sa.CheckConstraint("expectation in ('required', 'encouraged')", name=op.f('ck_membership_expectation')),
    sa.CheckConstraint("stage in ('applicant', 'activist', 'admission_candidate', 'probationary', 'full')", name=op.f('ck_membership_stage')),
    sa.CheckConstraint('until is null or until >= since', name=op.f('ck_membership_span')),
    sa.ForeignKeyConstraint(['entered_by_id'], ['person.id'], name=op.f('fk_membership_entered_by_id')),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_membership_organization_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_membership_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_membership'))
    )
    op.create_index('ix_membership_organization_id_until', 'membership', ['organization_id', 'until'], unique=False)
    op.create_index(op.f('ix_membership_person_id'), 'membership', ['person_id'], unique=False)
    op.create_index('uq_membership_open', 'membership', ['person_id'], unique=True, sqlite_where=sa.text('until is null'), postgresql_where=sa.text('until is null'))


def downgrade() -> None:
    op.drop_index('uq_membership_open', table_name='membership', sqlite_where=sa.text('until is null'), postgresql_where=sa.text('until is null'))
    op.drop_index(op.f('ix_membership_person_id'), table_name='membership')
    op.drop_index('ix_membership_organization_id_until', table_name='membership')
    op.drop_table('membership')
    op.drop_index('uq_appointment_open', table_name='appointment', sqlite_where=sa.text('until is null'), postgresql_where=sa.text('until is null'))
    op.drop_index(op.f('ix_appointment_person_id'), table_name='appointment')
    op.drop_index(op.f('ix_appointment_organization_id'), table_name='appointment')
    op.drop_table('appointment')
    op.drop_index(op.f('ix_person_name_key'), table_name='person')
    op.drop_table('person')
    op.drop_index(op.f('ix_organization_path'), table_name='organization')
    op.drop_index(op.f('ix_organization_parent_id'), table_name='organization')
    op.drop_table('organization')
