"""Counts of how each question went, kept as papers are marked."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "question_tally",
        sa.Column("question_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("papers", sa.Integer(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("right", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["question_id"], ["question.id"], name=op.f("fk_question_tally_question_id")),
        sa.PrimaryKeyConstraint("question_id", name=op.f("pk_question_tally")),
    )
    op.create_table(
        "choice_tally",
        sa.Column("question_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("choice", sa.String(length=40), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["question_id"], ["question.id"], name=op.f("fk_choice_tally_question_id")),
        sa.PrimaryKeyConstraint("question_id", "choice", name=op.f("pk_choice_tally")),
    )


def downgrade() -> None:
    op.drop_table("choice_tally")
    op.drop_table("question_tally")
