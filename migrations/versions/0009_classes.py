"""Tables of classes."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('home_delivery',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('organization_id', sa.Integer(), nullable=False),
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('delivered_on', sa.Date(), nullable=False),
    sa.Column('delivered_by', sa.String(length=80), nullable=False),
    sa.Column('what', sa.String(length=300), nullable=False),
    sa.Column('entered_by_id', sa.Integer(), nullable=False),
    sa.Column('entered_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_home_delivery_course_id')),
    sa.ForeignKeyConstraint(['entered_by_id'], ['person.id'], name=op.f('fk_home_delivery_entered_by_id')),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_home_delivery_organization_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_home_delivery_person_id')),
    sa.ForeignKeyConstraint(['version_id'], ['course_version.id'], name=op.f('fk_home_delivery_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_home_delivery')),
    sa.UniqueConstraint('person_id', 'course_id', 'delivered_on', name=op.f('uq_home_delivery_person_id_course_id_delivered_on'))
    )
    op.create_index(op.f('ix_home_delivery_organization_id'), 'home_delivery', ['organization_id'], unique=False)
    op.create_table('offline_session',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('organization_id', sa.Integer(), nullable=False),
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('held_on', sa.Date(), nullable=False),
    sa.Column('venue', sa.String(length=80), nullable=False),
    sa.Column('lecturer', sa.String(length=40), nullable=False),
    sa.Column('entered_by_id', sa.Integer(), nullable=False),
    sa.Column('entered_at', sa.DateTime(), nullable=False),
    sa.CheckConstraint("kind in ('group_viewing', 'lecture')", name=op.f('ck_offline_session_kind')),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_offline_session_course_id')),
    sa.ForeignKeyConstraint(['entered_by_id'], ['person.id'], name=op.f('fk_offline_session_entered_by_id')),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_offline_session_organization_id')),
    sa.ForeignKeyConstraint(['version_id'], ['course_version.id'], name=op.f('fk_offline_session_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_offline_session'))
    )
    op.create_index(op.f('ix_offline_session_organization_id'), 'offline_session', ['organization_id'], unique=False)
    op.create_table('attendance',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('session_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('line', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('reason', sa.String(length=60), nullable=False),
    sa.Column('entered_by_id', sa.Integer(), nullable=False),
    sa.Column('entered_at', sa.DateTime(), nullable=False),
    sa.CheckConstraint("state in ('present', 'leave', 'absent')", name=op.f('ck_attendance_state')),
    sa.ForeignKeyConstraint(['entered_by_id'], ['person.id'], name=op.f('fk_attendance_entered_by_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_attendance_person_id')),
    sa.ForeignKeyConstraint(['session_id'], ['offline_session.id'], name=op.f('fk_attendance_session_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attendance')),
    sa.UniqueConstraint('session_id', 'person_id', 'line', name=op.f('uq_attendance_session_id_person_id_line'))
    )
    op.create_index(op.f('ix_attendance_person_id'), 'attendance', ['person_id'], unique=False)


def downgrade() -> None:
    op.drop_index(op.f('ix_attendance_person_id'), table_name='attendance')
    op.drop_table('attendance')
    op.drop_index(op.f('ix_offline_session_organization_id'), table_name='offline_session')
    op.drop_table('offline_session')
    op.drop_index(op.f('ix_home_delivery_organization_id'), table_name='home_delivery')
    op.drop_table('home_delivery')
