"""Tables of progress."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('allowance',
    sa.Column('person_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('left_ms', sa.Integer(), nullable=False),
    sa.Column('grown_until', sa.DateTime(), nullable=False),
    sa.CheckConstraint('left_ms >= 0', name=op.f('ck_allowance_left_ms')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_allowance_person_id')),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_allowance'))
    )
    op.create_table('enrolment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('since', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_enrolment_course_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_enrolment_person_id')),
    sa.ForeignKeyConstraint(['version_id'], ['course_version.id'], name=op.f('fk_enrolment_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_enrolment')),
    sa.UniqueConstraint('person_id', 'course_id', name=op.f('uq_enrolment_person_id_course_id'))
    )
    op.create_index(op.f('ix_enrolment_course_id'), 'enrolment', ['course_id'], unique=False)
    op.create_table('coverage',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('lesson_id', sa.Integer(), nullable=False),
    sa.Column('spans', sa.LargeBinary(), nullable=False),
    sa.Column('covered_seconds', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('sound_only', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['lesson_id'], ['lesson.id'], name=op.f('fk_coverage_lesson_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_coverage_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_coverage')),
    sa.UniqueConstraint('person_id', 'lesson_id', name=op.f('uq_coverage_person_id_lesson_id'))
    )
    op.create_index(op.f('ix_coverage_lesson_id'), 'coverage', ['lesson_id'], unique=False)
    op.create_table('lesson_completion',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('origin', sa.String(length=16), nullable=False),
    sa.Column('lesson_id', sa.Integer(), nullable=False),
    sa.Column('how', sa.String(length=10), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('evidence', sa.JSON(), nullable=False),
    sa.CheckConstraint("how in ('video', 'sound', 'text', 'quiz')", name=op.f('ck_lesson_completion_how')),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_lesson_completion_course_id')),
    sa.ForeignKeyConstraint(['lesson_id'], ['lesson.id'], name=op.f('fk_lesson_completion_lesson_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_lesson_completion_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lesson_completion')),
    sa.UniqueConstraint('person_id', 'course_id', 'origin', name=op.f('uq_lesson_completion_person_id_course_id_origin'))
    )
    op.create_index(op.f('ix_lesson_completion_course_id'), 'lesson_completion', ['course_id'], unique=False)
    op.create_index(op.f('ix_lesson_completion_lesson_id'), 'lesson_completion', ['lesson_id'], unique=False)
    op.create_table('study_session',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('lesson_id', sa.Integer(), nullable=False),
    sa.Column('since', sa.DateTime(), nullable=False),
    sa.Column('until', sa.DateTime(), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('credited_seconds', sa.Integer(), nullable=False),
    sa.Column('claimed', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['lesson_id'], ['lesson.id'], name=op.f('fk_study_session_lesson_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_study_session_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_study_session'))
    )
    op.create_index('ix_study_session_person_id_until', 'study_session', ['person_id', 'until'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_study_session_person_id_until', table_name='study_session')
    op.drop_table('study_session')
    op.drop_index(op.f('ix_lesson_completion_lesson_id'), table_name='lesson_completion')
    op.drop_index(op.f('ix_lesson_completion_course_id'), table_name='lesson_completion')
    op.drop_table('lesson_completion')
    op.drop_index(op.f('ix_coverage_lesson_id'), table_name='coverage')
    op.drop_table('coverage')
    op.drop_index(op.f('ix_enrolment_course_id'), table_name='enrolment')
    op.drop_table('enrolment')
    op.drop_table('allowance')
