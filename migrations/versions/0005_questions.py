"""Tables of questions."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('quiz',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=80), nullable=False),
    sa.Column('pass_mark', sa.Integer(), nullable=False),
    sa.Column('shuffled', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.CheckConstraint('pass_mark between 1 and 100', name=op.f('ck_quiz_pass_mark')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_quiz'))
    )
    op.create_table('question',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('stem', sa.String(length=600), nullable=False),
    sa.Column('options', sa.JSON(), nullable=False),
    sa.Column('answer', sa.JSON(), nullable=False),
    sa.Column('explanation', sa.String(length=800), nullable=False),
    sa.Column('topic', sa.String(length=60), nullable=False),
    sa.Column('score', sa.Integer(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.CheckConstraint("kind in ('single', 'multiple', 'true_false')", name=op.f('ck_question_kind')),
    sa.CheckConstraint('score > 0', name=op.f('ck_question_score')),
    sa.ForeignKeyConstraint(['author_id'], ['person.id'], name=op.f('fk_question_author_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_question'))
    )
    op.create_index(op.f('ix_question_author_id'), 'question', ['author_id'], unique=False)
    op.create_table('quiz_item',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('quiz_id', sa.Integer(), nullable=False),
    sa.Column('question_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['question_id'], ['question.id'], name=op.f('fk_quiz_item_question_id')),
    sa.ForeignKeyConstraint(['quiz_id'], ['quiz.id'], name=op.f('fk_quiz_item_quiz_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_quiz_item')),
    sa.UniqueConstraint('quiz_id', 'question_id', name=op.f('uq_quiz_item_quiz_id_question_id'))
    )
    op.create_index(op.f('ix_quiz_item_question_id'), 'quiz_item', ['question_id'], unique=False)
    op.create_index(op.f('ix_quiz_item_quiz_id'), 'quiz_item', ['quiz_id'], unique=False)


def downgrade() -> None:
    op.drop_index(op.f('ix_quiz_item_quiz_id'), table_name='quiz_item')
    op.drop_index(op.f('ix_quiz_item_question_id'), table_name='quiz_item')
    op.drop_table('quiz_item')
    op.drop_index(op.f('ix_question_author_id'), table_name='question')
    op.drop_table('question')
    op.drop_table('quiz')
