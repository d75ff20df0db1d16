"""Tables of catalogue."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('series',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('organization_id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=80), nullable=False),
    sa.Column('about', sa.String(length=500), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['created_by_id'], ['person.id'], name=op.f('fk_series_created_by_id')),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_series_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_series')),
    sa.UniqueConstraint('organization_id', 'title', name=op.f('uq_series_organization_id_title'))
    )
    op.create_table('course',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('series_id', sa.Integer(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['person.id'], name=op.f('fk_course_author_id')),
    sa.ForeignKeyConstraint(['series_id'], ['series.id'], name=op.f('fk_course_series_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_course'))
    )
    op.create_index(op.f('ix_course_author_id'), 'course', ['author_id'], unique=False)
    op.create_index(op.f('ix_course_series_id'), 'course', ['series_id'], unique=False)
    op.create_table('course_version',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=80), nullable=False),
    sa.Column('summary', sa.String(length=600), nullable=False),
    sa.Column('suggested_quarters', sa.Integer(), nullable=False),
    sa.Column('final_quiz_id', sa.Integer(), nullable=True),
    sa.Column('open_material', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_course_version_course_id')),
    sa.ForeignKeyConstraint(['created_by_id'], ['person.id'], name=op.f('fk_course_version_created_by_id')),
    sa.ForeignKeyConstraint(['final_quiz_id'], ['quiz.id'], name=op.f('fk_course_version_final_quiz_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_course_version')),
    sa.UniqueConstraint('course_id', 'number', name=op.f('uq_course_version_course_id_number'))
    )
    op.create_index(op.f('ix_course_version_course_id'), 'course_version', ['course_id'], unique=False)
    op.create_table('withdrawal',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('lifted_at', sa.DateTime(), nullable=True),
    sa.Column('lifted_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_withdrawal_by_id')),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_withdrawal_course_id')),
    sa.ForeignKeyConstraint(['lifted_by_id'], ['person.id'], name=op.f('fk_withdrawal_lifted_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_withdrawal'))
    )
    op.create_index(op.f('ix_withdrawal_course_id'), 'withdrawal', ['course_id'], unique=False)
    op.create_table('course_submission',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('note', sa.String(length=500), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_course_submission_by_id')),
    sa.ForeignKeyConstraint(['version_id'], ['course_version.id'], name=op.f('fk_course_submission_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_course_submission'))
    )
    op.create_index(op.f('ix_course_submission_version_id'), 'course_submission', ['version_id'], unique=False)
    op.create_table('lesson',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('origin', sa.String(length=16), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('title', sa.String(length=80), nullable=False),
    sa.Column('asset_id', sa.Integer(), nullable=True),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('quiz_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("kind in ('video', 'text')", name=op.f('ck_lesson_kind')),
    sa.ForeignKeyConstraint(['asset_id'], ['asset.id'], name=op.f('fk_lesson_asset_id')),
    sa.ForeignKeyConstraint(['quiz_id'], ['quiz.id'], name=op.f('fk_lesson_quiz_id')),
    sa.ForeignKeyConstraint(['version_id'], ['course_version.id'], name=op.f('fk_lesson_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lesson')),
    sa.UniqueConstraint('version_id', 'origin', name=op.f('uq_lesson_version_id_origin'))
    )
    op.create_index(op.f('ix_lesson_asset_id'), 'lesson', ['asset_id'], unique=False)
    op.create_index(op.f('ix_lesson_origin'), 'lesson', ['origin'], unique=False)
    op.create_index(op.f('ix_lesson_version_id'), 'lesson', ['version_id'], unique=False)
    op.create_table('publication',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('approved_quarters', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.CheckConstraint('approved_quarters > 0', name=op.f('ck_publication_approved_quarters')),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_publication_by_id')),
    sa.ForeignKeyConstraint(['version_id'], ['course_version.id'], name=op.f('fk_publication_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_publication')),
    sa.UniqueConstraint('version_id', name=op.f('uq_publication_version_id'))
    )
    op.create_table('review',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('submission_id', sa.Integer(), nullable=False),
    sa.Column('outcome', sa.String(length=10), nullable=False),
    sa.Column('remarks', sa.String(length=1000), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("outcome in ('returned', 'approved')", name=op.f('ck_review_outcome')),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_review_by_id')),
    sa.ForeignKeyConstraint(['submission_id'], ['course_submission.id'], name=op.f('fk_review_submission_id')),
    sa.ForeignKeyConstraint(['version_id'], ['course_version.id'], name=op.f('fk_review_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_review')),
    sa.UniqueConstraint('submission_id', name=op.f('uq_review_submission_id'))
    )
    op.create_index(op.f('ix_review_version_id'), 'review', ['version_id'], unique=False)


def downgrade() -> None:
    op.drop_index(op.f('ix_review_version_id'), table_name='review')
    op.drop_table('review')
    op.drop_table('publication')
    op.drop_index(op.f('ix_lesson_version_id'), table_name='lesson')
    op.drop_index(op.f('ix_lesson_origin'), table_name='lesson')
    op.drop_index(op.f('ix_lesson_asset_id'), table_name='lesson')
    op.drop_table('lesson')
    op.drop_index(op.f('ix_course_submission_version_id'), table_name='course_submission')
    op.drop_table('course_submission')
    op.drop_index(op.f('ix_withdrawal_course_id'), table_name='withdrawal')
    op.drop_table('withdrawal')
    op.drop_index(op.f('ix_course_version_course_id'), table_name='course_version')
    op.drop_table('course_version')
    op.drop_index(op.f('ix_course_series_id'), table_name='course')
    op.drop_index(op.f('ix_course_author_id'), table_name='course')
    op.drop_table('course')
    op.drop_table('series')
