"""A quiz may draw from the bank, limit its time and count its attempts."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("quiz") as batch:
        batch.add_column(sa.Column("minutes", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("most_attempts", sa.Integer(), nullable=True))
        batch.create_check_constraint(op.f("ck_quiz_minutes"), "minutes between 1 and 600")
        batch.create_check_constraint(op.f("ck_quiz_most_attempts"), "most_attempts > 0")
    op.create_table(
        "quiz_draw",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("quiz_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("topic", sa.String(length=60), nullable=False),
        sa.Column("difficulty", sa.Integer(), nullable=True),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint("count > 0", name=op.f("ck_quiz_draw_count")),
        sa.CheckConstraint("difficulty between 1 and 3", name=op.f("ck_quiz_draw_difficulty")),
        sa.ForeignKeyConstraint(["quiz_id"], ["quiz.id"], name=op.f("fk_quiz_draw_quiz_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiz_draw")),
    )
    op.create_index(op.f("ix_quiz_draw_quiz_id"), "quiz_draw", ["quiz_id"])
    op.create_table(
        "quiz_pool",
        sa.Column("draw_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("question_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["draw_id"], ["quiz_draw.id"], name=op.f("fk_quiz_pool_draw_id")),
        sa.ForeignKeyConstraint(["question_id"], ["question.id"], name=op.f("fk_quiz_pool_question_id")),
        sa.PrimaryKeyConstraint("draw_id", "question_id", name=op.f("pk_quiz_pool")),
    )
    op.create_index(op.f("ix_quiz_pool_question_id"), "quiz_pool", ["question_id"])


def downgrade() -> None:
    op.drop_table("quiz_pool")
    op.drop_table("quiz_draw")
    with op.batch_alter_table("quiz") as batch:
        batch.drop_constraint(op.f("ck_quiz_minutes"), type_="check")
        batch.drop_constraint(op.f("ck_quiz_most_attempts"), type_="check")
        batch.drop_column("most_attempts")
        batch.drop_column("minutes")
