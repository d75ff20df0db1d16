"""Tables of hours."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('hours_policy',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('minutes_per_hour', sa.Integer(), nullable=False),
    sa.Column('annual_quarters', sa.Integer(), nullable=False),
    sa.Column('secretary_quarters', sa.Integer(), nullable=False),
    sa.Column('counted_kinds', sa.JSON(), nullable=False),
    sa.Column('basis', sa.String(length=500), nullable=False),
    sa.Column('entered_at', sa.DateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_hours_policy')),
    sa.UniqueConstraint('since', name=op.f('uq_hours_policy_since'))
    )
    op.create_table('hours_entry',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=24), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('quarters', sa.Integer(), nullable=False),
    sa.Column('correction', sa.Integer(), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('entered_by_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("kind in ('online_training', 'collective_study', 'centralized_training', 'home_delivery', 'self_study')", name=op.f('ck_hours_entry_kind')),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_hours_entry_course_id')),
    sa.ForeignKeyConstraint(['entered_by_id'], ['person.id'], name=op.f('fk_hours_entry_entered_by_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_hours_entry_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_hours_entry')),
    sa.UniqueConstraint('person_id', 'course_id', 'correction', name=op.f('uq_hours_entry_person_id_course_id_correction'))
    )
    op.create_index(op.f('ix_hours_entry_course_id'), 'hours_entry', ['course_id'], unique=False)


def downgrade() -> None:
    op.drop_index(op.f('ix_hours_entry_course_id'), table_name='hours_entry')
    op.drop_table('hours_entry')
    op.drop_table('hours_policy')
